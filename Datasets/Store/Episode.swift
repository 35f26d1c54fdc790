/// One recorded episode of `T` steps. The return is an undiscounted sum in reward units.
public struct Episode: Sendable, Equatable {
  /// Per leaf `[T + 1, width]`: what was seen before each action, and after the last one.
  public var observations: [Column]
  /// Per leaf `[T, width]`.
  public var actions: [Column]
  /// `[T]`
  public var rewards: [Double]
  /// The last step ended the episode by the rules of its world.
  public var isTerminated: Bool
  /// The last step was cut off by the horizon; both may be true, neither means unfinished.
  public var isTruncated: Bool
  public var seed: UInt64
  /// `[T]` Natural logarithms of the behaviour policy's probabilities; empty where unknown.
  public var behaviourLogProbabilities: [Float]
  /// The task was accomplished; false where nobody wrote it down.
  public var isSolved: Bool

  public init(
    observations: [Column], actions: [Column], rewards: [Double], isTerminated: Bool,
    isTruncated: Bool, seed: UInt64, behaviourLogProbabilities: [Float] = [],
    isSolved: Bool = false
  ) {
    self.observations = observations
    self.actions = actions
    self.rewards = rewards
    self.isTerminated = isTerminated
    self.isTruncated = isTruncated
    self.seed = seed
    self.behaviourLogProbabilities = behaviourLogProbabilities
    self.isSolved = isSolved
  }

  /// Steps.
  public var length: Int { rewards.count }
  /// The sum of the rewards.
  public var `return`: Double { rewards.reduce(0, +) }
}
