import Environments

/// Plays one episode with random actions.
func play<World: Environment>(_ name: String, in start: World) {
  guard case .discrete(let count, let first) = start.actionSpace else {
    preconditionFailure("\(name) has actions \(start.actionSpace)")
  }
  var world = start
  world.reset(seed: 1)
  var steps = 0
  var total = 0.0
  var isDone = false
  while !isDone {
    let outcome = world.step(.discrete(first + Int.random(in: 0..<count)))
    steps += 1
    total += outcome.reward
    isDone = outcome.isDone
  }
  precondition(steps <= world.horizon, "\(steps) steps in a horizon of \(world.horizon)")
  precondition(
    world.observation().count == world.observationSpace.width, "an observation of another width")
  print("\(name): \(steps) steps, return \(total)")
}

play("corridor", in: try Corridor(.init()))
play("key-to-door", in: try KeyToDoor(.decisionTransformer))
