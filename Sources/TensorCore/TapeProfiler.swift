/// Adds up the time that each op takes, forward and backward.
///
/// An op's forward time runs from the end of the op before it, so what an agent does between two ops
/// counts for the later one. A class because a tape and whoever reads the profile share it; it
/// belongs to one thread at a time.
public final class TapeProfiler: @unchecked Sendable {
  /// Seconds by the op's name.
  public private(set) var forward: [String: Double] = [:]
  public private(set) var backward: [String: Double] = [:]
  private var last = ContinuousClock.now

  public init() {}

  func start() { last = .now }

  func countForward(_ op: StaticString) { forward[Self.name(op), default: 0] += lap() }
  func countBackward(_ op: StaticString) { backward[Self.name(op), default: 0] += lap() }

  private func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    return last.duration(to: now) / .seconds(1)
  }

  /// A method's name without its arguments.
  private static func name(_ op: StaticString) -> String {
    "\(op)".split(separator: "(").first.map(String.init) ?? "\(op)"
  }
}
