/// Episodes as they were played, in memory that the next ones use again.
///
/// Where the world says how to tell observations apart (``Environment/observationKey``), one that was
/// seen lately is not drawn and kept again; where keys mean the same in other episodes
/// (``Environment/observationScope``), not even if it was seen in one of those.
public struct EpisodeRecording: Sendable {
  /// What one step brought, and which observation was seen before its action.
  public struct Step: Sendable {
    /// The number of the observation among those that are kept.
    public var row: Int32
    public var isTerminated: Bool
    public var isTruncated: Bool
    public var reward: Double
    /// Natural logarithm of the probability with which the policy took its action.
    public var logProbability: Double
    /// Of a discrete space; else 0.
    public var action: Int
  }

  /// What is known of an episode beside its steps.
  public struct Episode: Sendable {
    public var seed: UInt64
    /// Which of all steps are its own.
    public var steps: Range<Int>
    /// The number of the observation after the last action.
    public var finalRow: Int32
    public var isSolved: Bool
    /// Which of several policies acted.
    public var component: Int?
  }

  /// Whole episodes, in the order in which they were played.
  public private(set) var episodes: [Episode] = []
  /// The steps of all episodes, end to end.
  public private(set) var steps: [Step] = []
  /// `[steps, action width]` Where actions are points of a box; else empty.
  public private(set) var points: [Float] = []
  /// Observations that are kept.
  public private(set) var rowCount = 0
  /// `[rowCount, observationSpace.bytes]` where the world writes bytes, in its first part.
  public private(set) var bytes: [UInt8] = []
  /// `[rowCount, observationSpace.width]` where it does not.
  public private(set) var numbers: [Float] = []
  public private(set) var isBytes = true
  /// Bytes and numbers of an observation.
  public let byteCount: Int
  public let width: Int
  private var seed: UInt64 = 0
  /// The latest observations by their key's hash.
  private var latest = [Latest](repeating: Latest(), count: 1 << Self.slotBits)
  /// Keys of another one mean other observations.
  private var generation: UInt32 = 1
  private var scope: UInt64?

  private static let slotBits: UInt64 = 10
  /// Observations of other episodes that are kept at most.
  private static let mostKept = 1 << 12

  private struct Latest {
    var key: UInt64 = 0
    var row: Int32 = 0
    var generation: UInt32 = 0
  }

  /// - Parameter world: of the kind that is to be recorded.
  public init(of world: some Environment) {
    byteCount = world.observationSpace.bytes
    width = world.observationSpace.width
  }

  /// Forgets all episodes.
  public mutating func removeAll() {
    episodes.removeAll(keepingCapacity: true)
    forgetSteps(from: 0)
    guard scope == nil || rowCount > Self.mostKept else { return }
    rowCount = 0
    forgetKeys()
  }

  // MARK: Recording

  /// Begins an episode.
  ///
  /// - Parameter scope: see ``Environment/observationScope``.
  mutating func begin(seed: UInt64, scope: UInt64?) {
    self.seed = seed
    forgetSteps(from: firstStep)
    if scope == nil || scope != self.scope { forgetKeys() }
    self.scope = scope
  }

  /// The first step of the episode that is being played.
  private var firstStep: Int { episodes.last?.steps.upperBound ?? 0 }
  /// Steps of the episode that is being played.
  var stepCount: Int { steps.count - firstStep }

  private mutating func forgetSteps(from first: Int) {
    points.removeLast(points.count - (steps.isEmpty ? 0 : points.count / steps.count * first))
    steps.removeLast(steps.count - first)
  }

  private mutating func forgetKeys() {
    generation &+= 1
    guard generation == 0 else { return }
    for slot in latest.indices { latest[slot].generation = 0 }
    generation = 1
  }

  private static func slot(of key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> (64 - slotBits))
  }

  /// The number of an observation that was seen lately, by its key.
  @inline(__always)
  func row(of key: UInt64?) -> Int32? {
    guard let key else { return nil }
    let slot = Self.slot(of: key)
    if latest[slot].key == key, latest[slot].generation == generation { return latest[slot].row }
    let other = latest[slot ^ 1]
    return other.key == key && other.generation == generation ? other.row : nil
  }

  /// Keeps what is seen now.
  ///
  /// - Returns: the observation's number.
  mutating func draw(_ world: borrowing some Environment, key: UInt64?) -> Int32 {
    let row = draw(world)
    guard let key else { return row }
    // Two slots serve for both of their keys: the other one is taken where this is in use.
    var slot = Self.slot(of: key)
    if latest[slot].generation == generation, latest[slot ^ 1].generation != generation {
      slot ^= 1
    }
    latest[slot] = Latest(key: key, row: row, generation: generation)
    return row
  }

  private mutating func draw(_ world: borrowing some Environment) -> Int32 {
    let (start, end) = (rowCount, rowCount + 1)
    let (byteCount, width) = (byteCount, width)
    rowCount = end
    if isBytes {
      if end * byteCount > bytes.count {
        bytes += [UInt8](repeating: 0, count: max(16 * byteCount, bytes.count))
      }
      var all = bytes.mutableSpan
      var raw = all.mutableBytes
      var part = raw._mutatingExtracting(start * byteCount..<end * byteCount)
      isBytes = world.observe(intoBytes: &part)
    }
    if !isBytes {
      if end * width > numbers.count {
        numbers += [Float](repeating: 0, count: max(16 * width, numbers.count))
      }
      var all = numbers.mutableSpan
      var part = all._mutatingExtracting(start * width..<end * width)
      world.observe(into: &part)
    }
    return Int32(start)
  }

  @inline(__always)
  mutating func append(
    row: Int32, _ action: Action, _ outcome: Outcome, logProbability: Double
  ) {
    var index = 0
    switch action {
    case .discrete(let value): index = value
    case .continuous(let values): points += values
    }
    steps.append(
      Step(
        row: row, isTerminated: outcome.isTerminated, isTruncated: outcome.isTruncated,
        reward: outcome.reward, logProbability: logProbability, action: index))
  }

  mutating func end(row: Int32, isSolved: Bool, component: Int?) {
    episodes.append(
      Episode(
        seed: seed, steps: firstStep..<steps.count, finalRow: row, isSolved: isSolved,
        component: component))
  }
}
