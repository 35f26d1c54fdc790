public import Documents
public import Randomness

extension Environment {
  public mutating func play(
    seed: UInt64, by policy: inout any BehaviourPolicy<Self>, using random: inout RandomStream,
    into recording: inout EpisodeRecording, unless isStopped: () -> Bool
  ) throws(ConfigurationError) -> Bool {
    reset(seed: seed)
    try policy.begin(self)
    recording.begin(seed: seed, scope: observationScope)
    // What most data begins with is worth a loop of its own: it neither learns nor remembers.
    if let uniform = policy as? RandomBehaviour<Self> {
      return play(
        into: &recording, askingEvery: 16, unless: isStopped,
        choose: { _ in uniform.draw(using: &random) }, observe: { _, _ in },
        component: { nil })
    }
    return play(
      into: &recording, askingEvery: 1, unless: isStopped,
      choose: { world in policy.choose(in: world, using: &random) },
      observe: { outcome, world in policy.observe(outcome, in: world) },
      component: { policy.component })
  }

  @inline(__always)
  private func see(in recording: inout EpisodeRecording) -> Int32 {
    let key = observationKey
    // No operator whose right side is a closure, which would copy the world.
    if let row = recording.row(of: key) { return row }
    return recording.draw(self, key: key)
  }

  @inline(__always)
  private mutating func play(
    into recording: inout EpisodeRecording, askingEvery stepsBetween: Int,
    unless isStopped: () -> Bool,
    choose: (borrowing Self) -> (action: Action, logProbability: Double),
    observe: (Outcome, borrowing Self) -> Void, component: () -> Int?
  ) -> Bool {
    var isDone = false
    while !isDone {
      if recording.stepCount % stepsBetween == 0, isStopped() { return false }
      let row = see(in: &recording)
      let choice = choose(self)
      let outcome = step(choice.action)
      observe(outcome, self)
      recording.append(
        row: row, choice.action, outcome, logProbability: choice.logProbability)
      isDone = outcome.isDone
    }
    let row = see(in: &recording)
    recording.end(row: row, isSolved: isSolved, component: component())
    return true
  }
}
