import Datasets
import Documents
import Environments
import Experiments
import Files
import Testing

@Suite("Filming an episode")
struct FilmingTests {
  private func corridor(_ length: Int = 7) -> Component {
    var settings = Corridor.Configuration()
    settings.length = length
    return try! Component("environment", id: "corridor", settings: settings)
  }

  private let expert = Actor.behaviour(
    try! Component("behaviour", id: "expert", settings: EpsilonGreedySettings()))

  @Test("keeps the world at every step, with what led there")
  func keeps() throws {
    let film = try Filming(corridor(), expert, seed: 3, registry: .builtIn).film()
    #expect(film.environment == "corridor")
    #expect(film.actor == "expert")
    #expect(film.frames.map(\.step) == Array(film.frames.indices))
    #expect(film.frames[0].action == "")
    #expect(film.frames[0].picture?.agent.carrying == nil)
    let columns = film.frames.compactMap(\.picture?.agent.column)
    let turn = columns.firstIndex(of: 1) ?? 0
    #expect(Array(columns[turn...]) == Array(1...7))
    #expect(film.frames[1...turn].allSatisfy { $0.action == "left" })
    #expect(film.frames[(turn + 1)...].allSatisfy { $0.action == "right" })
    #expect(film.frames[turn].picture?.agent.carrying == .init(.key, .yellow))
    #expect(film.frames.map(\.total).dropLast().allSatisfy { $0 == 0 })
    #expect(film.frames.last?.total == 1)
    #expect(film.frames.map(\.ending).filter { !$0.isEmpty } == ["solved"])
  }

  @Test("replays what a dataset recorded, step by step, and counts visits there")
  func replays() throws {
    let tiny = try TinyExperiment()
    try tiny.collect()
    let path = tiny.folder("data.hdf5")
    let data = try DatasetReader(path).read()
    let environment = try Filming.environment(ofDataset: path)
    let film = try Filming(
      environment, .recording(dataset: path, episode: 5), seed: 0, overlay: .visits,
      visitedDataset: path, registry: .builtIn
    ).film()
    #expect(film.frames.count == data.episodeLengths[5] + 1)
    #expect(film.frames.last?.total == data.episodeReturns[5])
    for (frame, step) in zip(film.frames, data.steps(ofEpisode: 5)) {
      let position = data.observations[0].float(at: 2 * step) * 6
      #expect(Float((frame.picture?.agent.column ?? 0) - 1) == position.rounded())
    }
    let visits = try #require(film.frames[0].overlay)
    let total = visits.values.reduce(0) { $0 + ($1 ?? 0) }
    #expect(total == Double(data.stepCount + data.episodeCount))
    // The key's cell, from the data themselves.
    let atKey =
      (0..<data.stepCount).count { data.observations[0].float(at: 2 * $0) == 0 }
      + (0..<data.episodeCount).count { data.finalObservations[0].float(at: 2 * $0) == 0 }
    #expect(visits.values[9 + 1] == Double(atKey))
    #expect(visits.values[0] == nil, "nobody stands in a wall")
  }

  @Test("refuses a recording that this world does not play so")
  func refusesOthers() throws {
    let tiny = try TinyExperiment()
    try tiny.collect()
    let path = tiny.folder("data.hdf5")
    #expect {
      _ = try Filming(
        corridor(12), .recording(dataset: path, episode: 0), seed: 0, registry: .builtIn
      ).film()
    } throws: {
      "\($0)".contains("episode 0 cannot be played again: at step 0 the world shows something")
    }
    #expect {
      _ = try Filming(
        corridor(), .recording(dataset: path, episode: 60), seed: 0, registry: .builtIn
      ).film()
    } throws: { "\($0)".hasSuffix("it has no episode 60; its 60 episodes count from 0") }
  }

  @Test("lays the solver's moves and values over the squares where the agent could be")
  func solves() throws {
    var filming = Filming(corridor(), expert, seed: 3, overlay: .policy, registry: .builtIn)
    var film = try filming.film()
    let start = try #require(film.frames[0].overlay)
    // Without the key every square's best move is to the left, and the walls have none.
    #expect((2...7).allSatisfy { start.moves[9 + $0] == [.left] })
    #expect(start.moves[..<9].allSatisfy { $0.isEmpty })
    let turn = try #require(
      film.frames.firstIndex { $0.picture?.agent.carrying != nil && $0.picture?.agent.column == 3 })
    let later = try #require(film.frames[turn].overlay)
    #expect((1...5).contains { later.moves[9 + $0] == [.right] })
    filming.overlay = .values
    film = try filming.film()
    #expect(film.overlayRange?.upperBound == 1)
    let values = try #require(film.frames[0].overlay)
    #expect(values.values[9 + 4] == 1)
    #expect(values.values[0] == nil)
  }

  /// A grid's map with the solver's moves of the first frame, row by row.
  private func moves(_ settings: GridWorld.Configuration) throws -> [[GridPicture.Move]] {
    let environment = try Component("environment", id: "grid", settings: settings)
    let film = try Filming(environment, expert, seed: 0, overlay: .policy, registry: .builtIn)
      .film()
    return try #require(film.frames[0].overlay).moves.map { $0.sorted() }
  }

  @Test("shows the moves that are chosen, wherever they may end")
  func chosenMoves() throws {
    var settings = GridWorld.Configuration()
    // Where the ground nearly always slips, up is still what is chosen beside the goal to the right.
    settings.map = [".SG", "x.."]
    settings.slip.probability = 0.9
    #expect(try moves(settings)[1] == [.up] || moves(settings)[1] == [.down])
    // Into the wall, so that one can only slip along it.
    settings.map = ["S.G", "xxx"]
    settings.slip.probability = 0.5
    #expect(try moves(settings)[0] == [.up])
    // Over the ice.
    settings.map = ["S~~G"]
    settings.slip.probability = 0
    settings.rewards.step = -0.1
    #expect(try moves(settings)[0] == [.right])
    // Across a corner, and staying where every step pays.
    settings.map = ["S.", ".G"]
    settings.moves = [.upLeft, .downRight]
    #expect(try moves(settings)[0] == [.init(columns: 1, rows: 1)])
    settings.moves = [.right, .stay]
    settings.map = ["SG"]
    settings.rewards.step = 1
    settings.horizon = 3
    #expect(try moves(settings)[0] == [.stay])
  }

  @Test(
    "lays moves and values over every research grid",
    arguments: [
      "dark-key-to-door", "memory-t-maze", "slippery", "stitch-maze", "key-to-door",
    ])
  func everyGrid(id: String) throws {
    let environment = Component("environment", id: id)
    for kind in [OverlayChoice.policy, .values] {
      let film = try Filming(environment, expert, seed: 0, overlay: kind, registry: .builtIn).film()
      let overlay = try #require(film.frames[0].overlay)
      #expect(overlay.moves.contains { !$0.isEmpty } || overlay.values.contains { $0 != nil })
    }
  }

  @Test("says which worlds can be drawn where one cannot")
  func noPicture() throws {
    let environment = try Component("environment", id: "lottery", settings: NoSettings())
    #expect {
      _ = try Filming(
        environment, .behaviour(Component("behaviour", id: "random")), seed: 0, registry: .forTests
      ).film()
    } throws: {
      "\($0)".hasPrefix("lottery has no picture to draw; those with one are corridor, key-to-")
    }
  }

  @Test("spreads frames evenly, with both ends")
  func spreads() {
    let frames = (0..<31).map { Film.Frame(.grid(GridTextTests.small), step: $0) }
    let film = Film(environment: "", actor: "", frames: frames)
    #expect(film.spread(4).map(\.step) == [0, 10, 20, 30])
    #expect(film.spread(100).map(\.step) == Array(0..<31))
    #expect(film.spread(1).map(\.step) == [0])
    #expect(throws: PictureError("the episode has no step 31; it has steps 0 to 30")) {
      _ = try film.frames(at: [3, 31])
    }
  }
}
