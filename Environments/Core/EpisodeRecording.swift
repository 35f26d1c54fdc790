/// An episode as it was played, in memory that the next one uses again.
///
/// Where the world says how to tell observations apart (``Environment/observationKey``), one that was
/// seen lately is not drawn and kept again.
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

  public private(set) var seed: UInt64 = 0
  public private(set) var steps: [Step] = []
  /// `[steps, action width]` Where actions are points of a box; else empty.
  public private(set) var points: [Float] = []
  /// Whether the episode was played to its end. If not, what is said of its end is another one's.
  public private(set) var isWhole = false
  /// The number of the observation after the last action.
  public private(set) var finalRow: Int32 = 0
  public private(set) var isSolved = false
  /// Which of several policies acted.
  public private(set) var component: Int?
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
  /// The latest observations by their key's hash.
  private var latest = [Latest](repeating: Latest(), count: 64)

  private struct Latest {
    var key: UInt64 = 0
    var row: Int32 = -1
  }

  /// - Parameter world: of the kind that is to be recorded.
  public init(of world: some Environment) {
    byteCount = world.observationSpace.bytes
    width = world.observationSpace.width
  }

  // MARK: Recording

  mutating func begin(seed: UInt64) {
    self.seed = seed
    isWhole = false
    steps.removeAll(keepingCapacity: true)
    points.removeAll(keepingCapacity: true)
    rowCount = 0
    for slot in latest.indices { latest[slot].row = -1 }
  }

  private static func slot(of key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 58)
  }

  /// The number of an observation that was seen lately, by its key.
  @inline(__always)
  func row(of key: UInt64?) -> Int32? {
    guard let key else { return nil }
    let found = latest[Self.slot(of: key)]
    return found.key == key && found.row >= 0 ? found.row : nil
  }

  /// Keeps what is seen now.
  ///
  /// - Returns: the observation's number.
  mutating func draw(_ world: borrowing some Environment, key: UInt64?) -> Int32 {
    let row = draw(world)
    guard let key else { return row }
    latest[Self.slot(of: key)] = Latest(key: key, row: row)
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
    isWhole = true
    finalRow = row
    self.isSolved = isSolved
    self.component = component
  }
}
