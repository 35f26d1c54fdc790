/// Windows of consecutive steps laid end to end, for one gradient step.
///
/// Axes: `W` = ``windowCount`` windows, `S` = ``stepCount`` steps of all of them. Window `w` owns
/// the steps `offsets[w] ..< offsets[w + 1]`. Nothing is padded, so no field needs a mask. Returns
/// are undiscounted sums in reward units; times are steps.
public struct SequenceBatch: Sendable, Equatable {
  /// `[W + 1]` Where each window begins; the last entry is `S`.
  public var offsets: [Int32]
  /// `[S, observation width]`, already normalised where the data summary says so.
  public var observations: [Float]
  /// `[S]` Indices from 0 for a discrete action space, else empty.
  public var discreteActions: [Int32]
  /// `[S, action width]` for a box, else empty.
  public var continuousActions: [Float]
  /// `[S]`
  public var rewards: [Float]
  /// `[S]` Sum of rewards from this step to the episode's end.
  public var returnsToGo: [Float]
  /// `[S]` Steps since the start of the episode, from 0.
  public var timesteps: [Int32]
  /// `[S]`
  public var isTerminated: [Bool]
  /// `[S]`
  public var isTruncated: [Bool]
  /// `[W, observation width]` The observation after each window's last step, normalised.
  public var successors: [Float]
  /// `[S]` Natural logarithms of the behaviour policy's probabilities; empty unless asked for.
  public var behaviourLogProbabilities: [Float]
  /// Which episode of the dataset each window comes from, `[W]`, for error messages.
  public var episodes: [Int]
  /// Windows of the whole batch; ``windowCount`` is smaller in a shard.
  public var totalWindows: Int
  /// Steps of the whole batch.
  public var totalSteps: Int

  public init() {
    offsets = [0]
    observations = []
    discreteActions = []
    continuousActions = []
    rewards = []
    returnsToGo = []
    timesteps = []
    isTerminated = []
    isTruncated = []
    successors = []
    behaviourLogProbabilities = []
    episodes = []
    totalWindows = 0
    totalSteps = 0
  }

  public var windowCount: Int { offsets.count - 1 }
  public var stepCount: Int { Int(offsets[offsets.count - 1]) }
}

/// What an agent wants to be given.
public struct WindowRequest: Sendable, Equatable {
  /// Steps per window at the most.
  public var contextLength: Int
  /// Whether ``SequenceBatch/behaviourLogProbabilities`` is filled.
  public var needsBehaviour: Bool

  public init(contextLength: Int, needsBehaviour: Bool = false) {
    precondition(contextLength > 0, "contextLength is \(contextLength), must be positive")
    self.contextLength = contextLength
    self.needsBehaviour = needsBehaviour
  }
}
