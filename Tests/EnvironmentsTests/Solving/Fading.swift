import Documents
import Environments

/// A corridor whose door is worth less the later it is opened, as goals of MiniGrid are, and whose
/// episodes begin where their seed says, known to the solver.
struct Fading: ObservableState {
  private var world: Corridor
  private var start: Corridor.State
  private var time = 0

  init(_ configuration: Corridor.Configuration) throws(ConfigurationError) {
    world = try Corridor(configuration)
    start = world.state
  }

  var observationSpace: Space { world.observationSpace }
  var actionSpace: Space { world.actionSpace }
  var horizon: Int { world.horizon }
  var isSolved: Bool { world.isSolved }
  var state: Corridor.State { world.state }

  mutating func reset(seed: UInt64) {
    world.reset(seed: seed)
    start = world.state
    time = 0
  }

  mutating func step(_ action: Action) -> Outcome {
    var outcome = world.step(action)
    outcome.reward = reward(outcome.reward, at: time)
    time += 1
    return outcome
  }

  func observe(into row: inout MutableSpan<Float>) { world.observe(into: &row) }
  func observe(_ state: Corridor.State, at time: Int, into row: inout MutableSpan<Float>) {
    world.observe(state, at: time, into: &row)
  }

  var isSolvedPerEpisode: Bool { true }
  func hasSameRules(as other: Fading) -> Bool { start == other.start }
  func startStates() -> [(state: Corridor.State, probability: Double)] { [(start, 1)] }
  func isSolved(_ state: Corridor.State) -> Bool { world.isSolved(state) }
  func transitions(
    from state: Corridor.State, action: Int
  ) -> [Transition<Corridor.State>] {
    world.transitions(from: state, action: action)
  }
  func reward(_ reward: Double, at time: Int) -> Double {
    reward * (1 - 0.9 * Double(time + 1) / Double(horizon))
  }
}
