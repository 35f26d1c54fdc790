import Environments
import Testing

@Suite("An observation of Key-to-Door")
struct KeyToDoorObservationTests {
  /// Walks the key's way or away from it in a first room of three cells, then always west, where no
  /// door is.
  private func observations(
    takingKey: Bool, _ settings: KeyToDoor.Configuration
  ) throws -> [[Float]] {
    var settings = settings
    settings.explore = KeyToDoor.Room(map: [" +k"], steps: 3)
    var world = try KeyToDoor(settings)
    world.reset(seed: 4)
    var rows: [[Float]] = []
    for step in 0..<world.horizon {
      let move: KeyToDoor.Move = step > 1 ? .west : takingKey == (step == 0) ? .east : .west
      _ = world.step(.discrete(move.rawValue))
      rows.append(world.observation())
    }
    #expect(world.hasKey == takingKey)
    return rows
  }

  @Test(
    "never says whether the key was taken, once the first room is left",
    arguments: [
      KeyToDoor.Configuration.decisionTransformer, .tvt, .syntheticReturns, .ccaLowVariance,
      .tvt.with { $0.encoding = .compact }, .tvt.with { $0.view = .full },
    ])
  func hidesKey(settings: KeyToDoor.Configuration) throws {
    let with = try observations(takingKey: true, settings)
    let without = try observations(takingKey: false, settings)
    #expect(with[0] != without[0], "the two walks do not differ at all")
    for time in with.indices.dropFirst(2) where with[time] != without[time] {
      Issue.record("the observation after step \(time) gives it away")
    }
  }

  @Test("says who holds the key if asked to, in one number and nothing else")
  func showsKey() throws {
    let with = try observations(takingKey: true, .decisionTransformerVisible)
    let without = try observations(takingKey: false, .decisionTransformerVisible)
    for (one, other) in zip(with, without).dropFirst(2) {
      #expect(one.dropLast() == other.dropLast())
      #expect(one.last == 1 && other.last == 0)
    }
  }

  @Test("flashes for one step when the key is taken, as in TVT")
  func flashes() throws {
    let settings = KeyToDoor.Configuration.decisionTransformer.with { $0.flashesKey = true }
    let flags = try observations(takingKey: true, settings).map { $0.last }
    #expect(flags == [1] + Array(repeating: 0, count: flags.count - 1))
  }

  @Test("is one-hot phase, agent, key and door, in that order")
  func compact() throws {
    var world = try KeyToDoor(.decisionTransformer)
    #expect(world.observationSpace == .box(shape: [57], low: 0, high: 1, element: .uint8))
    for seed in 0..<20 as Range<UInt64> {
      world.reset(seed: seed)
      for _ in 0..<world.horizon {
        var expected = [Float](repeating: 0, count: 57)
        let state = world.state
        expected[world.phase.rawValue] = 1
        expected[3 + state.cell / 11] = 1
        expected[10 + state.cell % 11] = 1
        if state.object >= 0 {
          let first = world.phase == .explore ? 21 : 39
          expected[first + state.object / 11] = 1
          expected[first + 7 + state.object % 11] = 1
        }
        #expect(world.observation() == expected)
        if world.step(.discrete(Int(seed) % 4)).isDone { break }
      }
    }
  }

  @Test("as planes shows what the map shows")
  func planes() throws {
    var settings = KeyToDoorRulesTests.tiny.with { $0.encoding = .planes }
    settings.explore.map = ["#k ", " +#"]
    var world = try KeyToDoor(settings)
    world.reset(seed: 0)
    guard case .box(let box) = world.observationSpace else { return }
    #expect(box.shape == [2, 3, 7])
    #expect(box.meaning == .image(categories: [0, 0, 0, 0, 0, 0, 0]))
    let planes = world.observation()
    func channel(_ channel: Int) -> [Float] { (0..<6).map { planes[$0 * 7 + channel] } }
    #expect(channel(0) == [1, 0, 0, 0, 0, 1])  // walls
    #expect(channel(1) == [0, 0, 0, 0, 1, 0])  // agent
    #expect(channel(2) == [0, 1, 0, 0, 0, 0])  // key
    #expect(channel(3) == [0, 0, 0, 0, 0, 0])  // door
    #expect(channel(4) == [1, 1, 1, 1, 1, 1])  // first phase
    #expect(channel(5) + channel(6) == Array(repeating: 0, count: 12))
  }

  @Test("as a crop is the 5 by 5 cells around the agent, cut out of the whole")
  func crop() throws {
    let settings = KeyToDoor.Configuration.tvt
    var near = try KeyToDoor(settings)
    var whole = try KeyToDoor(settings.with { $0.view = .full })
    near.reset(seed: 11)
    whole.reset(seed: 11)
    let channels = 6  // wall, agent, key, door, apple, flash
    #expect(near.observation().count == 25 * channels)
    for step in 0..<near.horizon {
      let small = near.observation()
      let large = whole.observation()
      let (row, column) = (near.state.cell / 11, near.state.cell % 11)
      for index in 0..<25 {
        let (r, c) = (row - 2 + index / 5, column - 2 + index % 5)
        let isInside = (0..<7).contains(r) && (0..<11).contains(c)
        let place = (r * 11 + c) * channels
        let seen = Array(small[index * channels..<(index + 1) * channels])
        #expect(
          isInside
            ? seen == Array(large[place..<place + channels])
            : seen.dropLast().allSatisfy { $0 == 0 })
      }
      #expect(small[12 * channels + 1] == 1, "the agent is in the middle")
      let action = Action.discrete((step * 7 + step / 5) % 4)
      _ = near.step(action)
      _ = whole.step(action)
    }
  }

  @Test("as a compact crop places things relative to the agent")
  func compactCrop() throws {
    var settings = KeyToDoorRulesTests.tiny.with { $0.view = .crop }
    settings.explore.map = ["  #k", " +  "]
    var world = try KeyToDoor(settings)
    world.reset(seed: 0)
    let row = world.observation()
    #expect(row.count == 3 + 25 + 10 + 10)
    #expect(row[3..<28].enumerated().filter { $0.element == 1 }.map(\.offset) == [8])
    #expect(row[28..<38].enumerated().filter { $0.element == 1 }.map(\.offset) == [1, 5 + 4])
    #expect(row[38..<48].allSatisfy { $0 == 0 })
  }
}
