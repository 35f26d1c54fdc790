import Environments
import Randomness

/// Exact answers the slow way, by recursion straight from the rules; nothing is shared with the solver.
struct PlainSearch<World: Solvable> {
  let world: World
  private var best: [Key: Double] = [:]
  private var mean: [Key: Double] = [:]

  private struct Key: Hashable {
    var state: World.State
    var time: Int
  }

  init(_ world: World) { self.world = world }

  /// The highest expected return over the start.
  mutating func optimalReturn() -> Double {
    world.startStates().reduce(0) { $0 + $1.probability * optimum($1.state, 0) }
  }

  /// The expected return of uniformly random actions.
  mutating func randomReturn() -> Double {
    world.startStates().reduce(0) { $0 + $1.probability * average($1.state, 0) }
  }

  private var actionCount: Int { world.actionSpace.leaves[0].meaning.count }

  mutating func optimum(_ state: World.State, _ time: Int) -> Double {
    let key = Key(state: state, time: time)
    if let known = best[key] { return known }
    let value =
      (0..<actionCount).map { action in
        worth(of: action, in: state, time) { $0.optimum($1, time + 1) }
      }.max() ?? 0
    best[key] = value
    return value
  }

  private mutating func average(_ state: World.State, _ time: Int) -> Double {
    let key = Key(state: state, time: time)
    if let known = mean[key] { return known }
    let sum = (0..<actionCount).reduce(0.0) { sum, action in
      sum + worth(of: action, in: state, time) { $0.average($1, time + 1) }
    }
    mean[key] = sum / Double(actionCount)
    return sum / Double(actionCount)
  }

  private mutating func worth(
    of action: Int, in state: World.State, _ time: Int,
    after: (inout Self, World.State) -> Double
  ) -> Double {
    var sum = 0.0
    for transition in world.transitions(from: state, action: action) {
      let ends = transition.isTerminated || time + 1 == world.horizon
      let rest = ends ? 0 : after(&self, transition.next)
      sum += transition.probability * (world.reward(transition.reward, at: time) + rest)
    }
    return sum
  }

  /// The fewest steps to accomplish the task, breadth first; `nil` where there is no way.
  func shortestSolution() -> Int? {
    var frontier = Set(world.startStates().map(\.state))
    if frontier.contains(where: world.isSolved) { return 0 }
    var seen = frontier
    for steps in 1...world.horizon {
      var next: Set<World.State> = []
      for state in frontier {
        for action in 0..<actionCount {
          for transition in world.transitions(from: state, action: action) {
            if world.isSolved(transition.next) { return steps }
            if !transition.isTerminated && seen.insert(transition.next).inserted {
              next.insert(transition.next)
            }
          }
        }
      }
      frontier = next
    }
    return nil
  }
}

extension Space.Meaning {
  /// Choices of a category.
  fileprivate var count: Int { if case .category(let count) = self { count } else { 0 } }
}

/// Key-to-Door with small rooms and rules drawn at random.
func drawKeyToDoor(_ seed: UInt64, slips: Bool = true) -> KeyToDoor.Configuration {
  var random = RandomStream(seed: seed, "test-layout")
  func room(_ steps: ClosedRange<Int>) -> KeyToDoor.Room {
    KeyToDoor.Room(
      rows: 1 + random.integer(below: 3), columns: 2 + random.integer(below: 2),
      steps: steps.lowerBound + random.integer(below: steps.count))
  }
  var settings = KeyToDoor.Configuration.decisionTransformer
  settings.explore = room(1...4)
  settings.middle = room(0...2)
  settings.reward = room(1...4)
  settings.doorReward = [0.5, 1, 3][random.integer(below: 3)]
  settings.placement = random.integer(below: 2) == 0 ? .fixed : .random
  settings.layoutSeed = random.integer(below: 100)
  settings.consumesKey = random.integer(below: 2) == 0
  settings.endsAtDoor = random.integer(below: 2) == 0
  settings.flashesKey = random.integer(below: 2) == 0
  settings.slipProbability = slips && random.integer(below: 3) == 0 ? 0.3 : 0
  return settings
}
