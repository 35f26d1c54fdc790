public import Documents
public import Randomness

/// A world that plays episodes: the agent sees an observation, acts, and gets a reward.
///
/// An environment is a value: a copy is a snapshot, and stepping the copy leaves the original as it
/// was. After `reset(seed:)` everything that happens is decided by the seed and the actions.
/// Rewards are in the environment's own units; times are steps, from 0.
public protocol Environment: Sendable {
  associatedtype Configuration: Settings

  /// Checks the settings and builds the world; an episode starts with ``reset(seed:)``.
  init(_ configuration: Configuration) throws(ConfigurationError)

  var observationSpace: Space { get }
  var actionSpace: Space { get }
  /// Steps until an episode is truncated.
  var horizon: Int { get }

  /// Starts the episode that `seed` names.
  mutating func reset(seed: UInt64)

  /// Acts once. Calling it after the episode's end, or with an action outside the space, is a
  /// programming error.
  mutating func step(_ action: Action) -> Outcome

  /// Writes the current observation, all leaves of the space end to end.
  ///
  /// - Parameter row: `[observationSpace.width]`; every element is written.
  func observe(into row: inout MutableSpan<Float>)

  /// Writes the current observation as a dataset holds it: all leaves of the space end to end, each
  /// in its own type and in the machine's order of bytes. For worlds whose numbers are bytes, which
  /// would only be widened to be narrowed again.
  ///
  /// - Parameter row: `[observationSpace.bytes]`; every byte is written.
  /// - Returns: whether the world does so. If not, which is the default, nothing was written, and
  ///   ``observe(into:)`` is all there is.
  func observe(intoBytes row: inout MutableRawSpan) -> Bool

  /// A number that, within an episode, is another one wherever the observation is: of what has been
  /// seen before a recorder then draws nothing. Equal observations may have several. The default is
  /// `nil`: the world does not say.
  var observationKey: UInt64? { get }

  /// What an observation's key says nothing of, in this episode: two episodes of one number, also of
  /// two worlds, have one observation for each key. The default is `nil`: keys mean something in their
  /// own episode alone.
  var observationScope: UInt64? { get }

  /// Whether the task of this episode has been accomplished by now.
  var isSolved: Bool { get }

  /// What this episode asks for, in words; empty where every episode asks for the same.
  var mission: String { get }

  /// Plays an episode from its start to its end. Not to be implemented: it is a requirement only so
  /// that every world has a copy compiled for it.
  ///
  /// - Parameters:
  ///   - seed: of ``reset(seed:)``.
  ///   - random: what the policy draws from.
  ///   - recording: to which the episode is added, where it is played to its end.
  ///   - isStopped: asked now and then whether to give up.
  /// - Returns: whether the episode was played to its end.
  /// - Throws: where the policy cannot act in this very episode.
  mutating func play(
    seed: UInt64, by policy: inout any BehaviourPolicy<Self>, using random: inout RandomStream,
    into recording: inout EpisodeRecording, unless isStopped: () -> Bool
  ) throws(ConfigurationError) -> Bool
}

extension Environment {
  public var mission: String { "" }

  public var observationKey: UInt64? { nil }
  public var observationScope: UInt64? { nil }

  public func observe(intoBytes row: inout MutableRawSpan) -> Bool { false }
}

/// What an agent does in one step.
public enum Action: Sendable, Equatable {
  /// An element of a discrete space.
  case discrete(Int)
  /// A point of a box, row-major.
  case continuous([Float])
}

/// What one step brought.
public struct Outcome: Sendable, Equatable {
  public var reward: Double
  /// The episode has ended by the rules of the world: nothing follows.
  public var isTerminated: Bool
  /// The episode was cut off by the horizon; both flags may be true.
  public var isTruncated: Bool

  public var isDone: Bool { isTerminated || isTruncated }

  public init(reward: Double, isTerminated: Bool, isTruncated: Bool) {
    self.reward = reward
    self.isTerminated = isTerminated
    self.isTruncated = isTruncated
  }
}

extension Environment {
  /// The current observation as a new array, for tests and tools; loops use ``observe(into:)``.
  public func observation() -> [Float] {
    let width = observationSpace.width
    return [Float](unsafeUninitializedCapacity: width) { buffer, count in
      for index in 0..<width { buffer.initializeElement(at: index, to: 0) }
      var span = MutableSpan(_unsafeElements: buffer)
      observe(into: &span)
      count = width
    }
  }
}
