import Datasets
import Documents
import Environments
import Experiments
import Testing

@Suite("A person's game")
struct GameTests {
  private func play(_ actions: [Int], seed: UInt64 = 3) throws -> Game {
    let environment = try Component(
      "environment", id: "corridor", settings: Corridor.Configuration())
    var game = try Game(environment, seed: seed, registry: .builtIn)
    for action in actions {
      if game.isDone { game.startEpisode() }
      game.step(action)
    }
    return game
  }

  private let solving = Array(repeating: 0, count: 6) + Array(repeating: 1, count: 6)

  @Test("becomes a dataset that can be shown again, without probabilities")
  func records() throws {
    let folder = try TemporaryFolder()
    let game = try play(solving + [0, 1])
    #expect(!game.isDone)
    let report = try #require(try game.save(to: folder("human")))
    #expect(report.path == folder("human.hdf5"))
    let data = try DatasetReader(report.path).read()
    #expect(data.episodeSeeds == [3, 4])
    #expect(data.episodeReturns == [1, 0])
    #expect(data.episodeLengths[1] == 2)
    #expect(data.behaviourLogProbabilities.isEmpty)
    #expect(data.header.behaviourPolicy == ["id": "human"])
    #expect(data.isSolved == [true, false])
    #expect(!data.isFinished(episode: 1), "it was broken off")
    for episode in 0..<2 {
      let film = try Filming(
        Filming.environment(ofDataset: report.path),
        .recording(dataset: report.path, episode: episode), seed: 0, registry: .builtIn
      ).film()
      #expect(film.frames.last?.total == data.episodeReturns[episode])
    }
  }

  @Test("that has not begun, or not again, leaves nothing unfinished")
  func empty() throws {
    let folder = try TemporaryFolder()
    #expect(try play([]).save(to: folder("none")) == nil)
    #expect(!DatasetReader.isPresent(at: folder("none")))
    var game = try play(solving)
    if game.isDone { game.startEpisode() }
    let report = try #require(try game.save(to: folder("one")))
    #expect(report.episodes == 1)
  }

  @Test("does not write over what is there")
  func exists() throws {
    let folder = try TemporaryFolder()
    _ = try play([0]).save(to: folder("a.hdf5"))
    for name in ["a", "a.hdf5"] {
      #expect { try Game.checkOutput(folder(name)) } throws: {
        "\($0)".contains("it exists already; choose another path, or remove it")
      }
    }
    #expect(throws: DatasetError.self) { _ = try play([0]).save(to: folder("a")) }
  }
}

@Suite("Keys")
struct KeyMapTests {
  @Test("are arrows and letters for directions")
  func directions() {
    let keys = KeyMap(["up", "down", "left", "right"])
    #expect(keys.action(for: .up) == 0)
    #expect(keys.action(for: .character("S")) == 1)
    #expect(keys.action(for: .character("h")) == 2)
    #expect(keys.action(for: .character("3")) == 3)
    #expect(keys.action(for: .character("z")) == nil)
    #expect(
      keys.help(isUnicode: true) == "↑ w: up   ↓ s: down   ← a: left   → d: right   q: quit")
    #expect(
      keys.help(isUnicode: false)
        == "up w: up   down s: down   left a: left   right d: right   q: quit")
  }

  @Test("suit MiniGrid's actions, and names without a custom by their letters")
  func others() {
    let keys = KeyMap(["left", "right", "forward", "pickup", "drop", "toggle", "done"])
    #expect(keys.action(for: .up) == 2)
    #expect(keys.action(for: .character(" ")) == 5)
    #expect(keys.action(for: .character("e")) == 6)
    let odd = KeyMap(["quack", "up", "wait"])
    #expect(odd.action(for: .character("u")) == 0, "q is for quitting")
    #expect(odd.action(for: .character("w")) == 1)
    #expect(odd.action(for: .character("i")) == nil)
    #expect(odd.action(for: .character("t")) == nil)
    #expect(odd.action(for: .character("q")) == nil)
    #expect(odd.entries.allSatisfy { !$0.keys.isEmpty })
  }
}
