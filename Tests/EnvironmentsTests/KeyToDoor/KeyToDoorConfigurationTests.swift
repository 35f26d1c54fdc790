import Documents
import Environments
import Foundation
import Testing

@Suite("The settings of Key-to-Door")
struct KeyToDoorConfigurationTests {
  static let mistakes: [(String, KeyToDoor.Configuration)] = [
    (
      "explore.steps: found 0, expected 1 to 65535 steps",
      .init().with { $0.explore.steps = 0 }
    ),
    (
      "middle.steps: found -1, expected 0 to 65535 steps",
      .init().with { $0.middle.steps = -1 }
    ),
    (
      "middle.steps: found 65567 steps in all three phases, expected at most 65535 in all",
      .init().with { $0.middle.steps = 65_535 }
    ),
    (
      "explore.map: found 2 characters in row 2, expected 3, as in row 1",
      .init().with { $0.explore.map = ["k+ ", "  "] }
    ),
    (
      "explore.map: found \"d\" in row 1, column 3, "
        + "expected one of \"#\", \" \", \"+\", \"*\" and \"k\"",
      .init().with { $0.explore.map = ["k+d"] }
    ),
    (
      "reward.map: found no candidate cell for the object of this room, "
        + "expected at least one \"d\" or \"*\"",
      .init().with { $0.reward.map = ["+  "] }
    ),
    (
      "explore.map: found 0 candidate starts, 0 of which an object may take, "
        + "expected at least one \"+\", or more \"*\" than objects",
      .init().with { $0.explore.map = ["k  "] }
    ),
    (
      "reward.map: found 1 candidate starts, 1 of which an object may take, "
        + "expected at least one \"+\", or more \"*\" than objects",
      .init().with { $0.reward.map = ["*  "] }
    ),
    (
      "middle.rows: found 0, expected 1 to 64 cells",
      .init().with {
        $0.middle.map = []
        $0.middle.rows = 0
      }
    ),
    (
      "apples.count: found 23, expected at most 22, the candidate cells in middle.map",
      .init().with { $0.apples.count = 23 }
    ),
    (
      "middle.map: found 81 candidate apple cells, expected 64 at most",
      .init().with {
        $0.middle = KeyToDoor.Room(rows: 9, columns: 9, steps: 5)
        $0.apples.count = 3
      }
    ),
    (
      "apples.rewards: found [-1.0], expected one or more numbers, none negative",
      .init().with { $0.apples.rewards = [-1] }
    ),
    (
      "slipProbability: found 1.5, expected a probability, 0 to 1",
      .init().with { $0.slipProbability = 1.5 }
    ),
    ("doorReward: found 0.0, expected a number above 0", .init().with { $0.doorReward = 0 }),
    ("layoutSeed: found -3, expected 0 or more", .init().with { $0.layoutSeed = -3 }),
  ]

  @Test("are refused where they make no game, with the key and what would do", arguments: mistakes)
  func refuses(message: String, settings: KeyToDoor.Configuration) {
    let error = #expect(throws: ConfigurationError.self) { try KeyToDoor(settings) }
    #expect(error?.description == message)
  }

  @Test("survive being written and read", arguments: EnvironmentRegistry.builtIn.ids)
  func roundTrips(id: String) throws {
    func copy<S: Settings>(_ settings: S) throws -> S {
      try JSONDecoder().decode(S.self, from: JSONEncoder().encode(settings))
    }
    func check<S: Settings>(_ settings: S) throws {
      #expect(try copy(settings) == settings)
    }
    try check(EnvironmentRegistry.builtIn.entry(id).defaultConfiguration)
  }

  @Test("of the presets have the published lengths, rewards and views")
  func presets() throws {
    let published: [(KeyToDoor.Configuration, [Int], Double, KeyToDoor.View)] = [
      (.tvt, [15, 90, 15], 10, .crop), (.syntheticReturns, [15, 60, 10], 5, .crop),
      (.ccaLowVariance, [15, 60, 15], 1, .crop), (.ccaHighVariance, [15, 60, 15], 1, .crop),
      (.decisionTransformer, [15, 15, 17], 1, .full),
      (.decisionTransformerOpen, [8, 8, 8], 1, .full),
    ]
    for (settings, steps, door, view) in published {
      #expect([settings.explore.steps, settings.middle.steps, settings.reward.steps] == steps)
      #expect(settings.doorReward == door && settings.view == view)
      #expect(try KeyToDoor(settings).horizon == steps.reduce(0, +))
    }
    #expect(KeyToDoor.Configuration.tvt.apples.rewards == [1, 10])
    #expect(KeyToDoor.Configuration.syntheticReturns.apples.rewards == [1])
    #expect(KeyToDoor.Configuration.decisionTransformer == KeyToDoor.Configuration())
  }
}
