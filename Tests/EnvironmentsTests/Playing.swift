import Documents
public import Environments
import Randomness
public import Testing

/// Everything an observer could write down about one episode.
struct Record: Equatable {
  /// One more than there are actions.
  var observations: [[Float]] = []
  var actions: [Action] = []
  var outcomes: [Outcome] = []
  var logProbabilities: [Double] = []
  var isSolved = false

  var totalReward: Double { outcomes.reduce(0) { $0 + $1.reward } }
}

/// Plays one episode; a row full of NaN is handed to the world each time, to see what it writes.
func record<World: Environment, P: BehaviourPolicy<World>>(
  _ world: World, _ policy: P, seed: UInt64
) -> Record {
  var (world, policy) = (world, policy)
  var random = RandomStream(seed: seed, "test-behaviour")
  world.reset(seed: seed)
  try! policy.begin(world)
  var record = Record(observations: [world.observation()])
  while record.outcomes.last?.isDone != true {
    let choice = policy.choose(in: world, using: &random)
    record.actions.append(choice.action)
    record.logProbabilities.append(choice.logProbability)
    record.outcomes.append(world.step(choice.action))
    if let outcome = record.outcomes.last { policy.observe(outcome, in: world) }
    record.observations.append(world.observation())
  }
  record.isSolved = world.isSolved
  return record
}

/// Average return and share of solved episodes, over seeds `0 ..< episodes`.
func play<World: Environment, P: BehaviourPolicy<World>>(
  _ world: World, _ policy: P, episodes: Int
) -> (meanReturn: Double, solved: Double) {
  var (world, policy) = (world, policy)
  var totals = (meanReturn: 0.0, solved: 0.0)
  for seed in 0..<UInt64(episodes) {
    var random = RandomStream(seed: seed, "test-behaviour")
    world.reset(seed: seed)
    try! policy.begin(world)
    var isDone = false
    while !isDone {
      let outcome = world.step(policy.choose(in: world, using: &random).action)
      policy.observe(outcome, in: world)
      totals.meanReturn += outcome.reward
      isDone = outcome.isDone
    }
    totals.solved += world.isSolved ? 1 : 0
  }
  return (totals.meanReturn / Double(episodes), totals.solved / Double(episodes))
}

/// The bounds of each number of a flat observation, and whether it is a whole number.
func bounds(of space: Space) throws -> [(low: Float, high: Float, isWhole: Bool)] {
  struct Unknown: Error {
    let space: Space
  }
  switch space {
  case .discrete(let count, let start):
    return [(Float(start), Float(start + count - 1), true)]
  case .box(let box):
    let isWhole = box.element != .float32 && box.element != .float64
    return zip(box.low, box.high).map { ($0, $1, isWhole) }
  case .dictionary(let members): return try members.flatMap { try bounds(of: $0.space) }
  case .tuple(let spaces): return try spaces.flatMap { try bounds(of: $0) }
  case .multiDiscrete: throw Unknown(space: space)
  }
}

/// Whether a share seen in `count` trials is within four standard errors of a probability.
func agrees(_ share: Double, with probability: Double, count: Int) -> Bool {
  abs(share - probability) <= 4 * (probability * (1 - probability) / Double(count)).squareRoot()
}

extension EnvironmentRegistry {
  /// The entry of `id`, which is one of ours.
  func entry(_ id: String) throws -> any AnyEnvironmentEntry {
    struct Unknown: Error {
      let id: String
    }
    guard let entry = self[id] else { throw Unknown(id: id) }
    return entry
  }
}

/// Keeps the maps out of the names of test cases.
extension KeyToDoor.Configuration: CustomTestStringConvertible {
  public var testDescription: String {
    "steps \(explore.steps), \(middle.steps), \(reward.steps), \(apples.count) apples, \(view), "
      + "\(encoding), \(placement), slip \(slipProbability)"
  }
}
