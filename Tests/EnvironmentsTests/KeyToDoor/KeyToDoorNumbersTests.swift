import Environments
import Testing

/// How often a uniformly random policy opens the door, exactly and by playing.
///
/// The figures were computed independently (dynamic programming in Python over the same maps); they
/// are given in percent to two decimals, so 0.00005 is the tolerance.
@Suite("The random policy's success at Key-to-Door")
struct KeyToDoorNumbersTests {
  typealias Settings = KeyToDoor.Configuration

  static func tvt(_ explore: Int, _ reward: Int) -> Settings {
    .decisionTransformer.with {
      $0.explore.steps = explore
      $0.reward.steps = reward
    }
  }

  static func cca(_ steps: Int) -> Settings {
    tvt(steps, steps).with { $0.reward.map = KeyToDoor.Room.ccaReward }
  }

  static func open(_ side: Int, _ steps: Int) -> Settings {
    .decisionTransformerOpen.with {
      let room = KeyToDoor.Room(rows: side, columns: side, steps: steps)
      ($0.explore, $0.middle, $0.reward) = (room, room, room)
    }
  }

  static let rows: [(String, Settings, Double)] = [
    ("dt-paper", .decisionTransformer, 0.0311),
    (
      "dt-paper with 4 steps in the middle", .decisionTransformer.with { $0.middle.steps = 4 },
      0.0311
    ),
    ("dt-paper with 90", .decisionTransformer.with { $0.middle.steps = 90 }, 0.0311),
    ("dt-paper with none", .decisionTransformer.with { $0.middle.steps = 0 }, 0.0311),
    ("dt-paper by the timer alone", .decisionTransformer.with { $0.endsAtDoor = false }, 0.0311),
    ("dt-paper on slippery ground", .decisionTransformer.with { $0.slipProbability = 0.3 }, 0.0311),
    ("dt-paper-open", .decisionTransformerOpen, 0.0315),
    ("TVT rooms, 15 and 15", tvt(15, 15), 0.0281),
    ("TVT rooms, 15 and 10", tvt(15, 10), 0.0201),
    ("TVT rooms, 20 and 20", tvt(20, 20), 0.0525),
    ("TVT's first room and CCA's last, 15 and 15", cca(15), 0.0106),
    ("TVT's first room and CCA's last, 20 and 20", cca(20), 0.0233),
    ("open 6 by 6, 12 steps", open(6, 12), 0.0308),
    ("open 4 by 4, 4 steps", open(4, 4), 0.0236),
    ("open 3 by 3, 3 steps", open(3, 3), 0.0409),
    ("tvt without its apples", .tvt.with { $0.apples.count = 0 }, 0.0281),
    ("sr without its apples", .syntheticReturns.with { $0.apples.count = 0 }, 0.0201),
    ("cca-low without its apples", .ccaLowVariance.with { $0.apples.count = 0 }, 0.0106),
  ]

  @Test("is exactly what was computed for the layout", arguments: rows)
  func exact(name: String, settings: Settings, expected: Double) throws {
    let solver = try Solver(KeyToDoor(settings))
    let random = try solver.evaluate(solver.uniformly)
    #expect(abs(random.solvedProbability - expected) < 0.00005, "\(random.solvedProbability)")
    #expect(
      abs(random.expectedReturn - random.solvedProbability * settings.doorReward) < 1e-12)
  }

  @Test(
    "is what playing shows, within four standard errors",
    arguments: [
      ("dt-paper", Settings.decisionTransformer), ("dt-paper-open", .decisionTransformerOpen),
      ("slippery", .decisionTransformer.with { $0.slipProbability = 0.5 }),
      ("fixed", .decisionTransformer.with { $0.placement = .fixed }),
    ])
  func simulated(name: String, settings: Settings) throws {
    let world = try KeyToDoor(settings)
    let solver = try Solver(world)
    let exact = try solver.evaluate(solver.uniformly).solvedProbability
    let episodes = 100_000
    let played = play(world, try RandomBehaviour(for: world), episodes: episodes)
    #expect(agrees(played.solved, with: exact, count: episodes), "\(played.solved) for \(exact)")
  }

  @Test("apples do not change it", arguments: [Settings.tvt, .syntheticReturns, .ccaHighVariance])
  func apples(settings: Settings) throws {
    let solver = try Solver(KeyToDoor(settings.with { $0.apples.count = 0 }))
    let exact = try solver.evaluate(solver.uniformly).solvedProbability
    let world = try KeyToDoor(settings)
    let played = play(world, try RandomBehaviour(for: world), episodes: 50_000)
    #expect(agrees(played.solved, with: exact, count: 50_000), "\(played.solved) for \(exact)")
  }
}
