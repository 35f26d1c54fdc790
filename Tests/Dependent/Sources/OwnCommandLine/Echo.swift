import Documents
import Environments

/// Say the bit you see: reward is 1 for each step in which the action equals the observation.
///
/// The bits come from the seed; an episode is `horizon` steps.
struct Echo: Environment {
  struct Configuration: Settings {
    /// Steps of an episode, 1 to 64.
    var horizon = 8
  }

  let observationSpace = Space.box(shape: [1], low: 0, high: 1)
  let actionSpace = Space.discrete(count: 2)
  let horizon: Int
  private var bits: UInt64 = 0
  private var time = 0
  private var correct = 0

  init(_ configuration: Configuration) throws(ConfigurationError) {
    guard 1...64 ~= configuration.horizon else {
      throw ConfigurationError(
        key: "horizon", found: "\(configuration.horizon)", expected: "1 to 64 steps")
    }
    horizon = configuration.horizon
  }

  mutating func reset(seed: UInt64) {
    bits = seed
    time = 0
    correct = 0
  }

  mutating func step(_ action: Action) -> Outcome {
    let isCorrect = action == .discrete(bit)
    correct += isCorrect ? 1 : 0
    time += 1
    return Outcome(
      reward: isCorrect ? 1 : 0, isTerminated: false, isTruncated: time == horizon)
  }

  func observe(into row: inout MutableSpan<Float>) { row[0] = Float(bit) }

  var isSolved: Bool { correct == horizon }

  /// The bit to say now; the last one once more after the end.
  private var bit: Int { Int(bits >> UInt64(min(time, horizon - 1)) & 1) }
}
