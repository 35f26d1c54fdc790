import Environments
import Randomness

/// Plays uniformly random actions in an environment, observing every step, and counts steps per
/// second on one thread. The registry's entry opens the type, as `collect` does.
struct EnvironmentSpeed: EnvironmentVisitor {
  typealias Failure = any Error

  /// Steps between two looks at the clock.
  let steps: Int
  let rounds: Int

  /// Steps per second of each round.
  func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws -> [Double] {
    guard let random = entry.behaviour("random") else { return [] }
    var world = try entry.makeWorld(entry.defaults)
    func play<Acting: BehaviourPolicy>(_ start: Acting) -> [Double] where Acting.World == World {
      var policy = start
      var random = RandomStream(seed: 0, "benchmark")
      var row = [Float](repeating: 0, count: world.observationSpace.width)
      var episode: UInt64 = 0
      return (0..<rounds).map { _ in
        let clock = ContinuousClock.now
        var isDone = true
        for _ in 0..<steps {
          if isDone {
            world.reset(seed: episode)
            policy.begin(world)
            episode += 1
          }
          var span = row.mutableSpan
          world.observe(into: &span)
          isDone = world.step(policy.choose(in: world, using: &random).action).isDone
        }
        return Double(steps) / (clock.duration(to: .now) / .seconds(1))
      }
    }
    return play(try random.makePolicy(random.defaults, for: world))
  }
}
