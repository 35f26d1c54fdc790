internal import Synchronization

/// Writes how far a piece of work has come: a line that is drawn anew at most ten times a second on a
/// terminal, a plain line every thirty seconds elsewhere.
///
/// A class because several threads report to one line.
public final class ProgressReporter: Sendable {
  private let title: String
  private let isTerminal: Bool
  private let columns: Int
  private let unicode: Bool
  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> Double
  private let state: Mutex<State>

  private struct State {
    var start: Double
    var firstDone: Int?
    var lastDrawn = -Double.infinity
    var hasLine = false
  }

  /// Seconds between two plain lines.
  static let plainInterval = 30.0
  static let drawnInterval = 0.1

  /// - Parameter now: seconds on a clock that only goes forward.
  public init(
    title: String, isTerminal: Bool, columns: Int, unicode: Bool,
    write: @escaping @Sendable (String) -> Void,
    now: @escaping @Sendable () -> Double = ProgressReporter.secondsSinceStart
  ) {
    self.title = title
    self.isTerminal = isTerminal
    self.columns = columns
    self.unicode = unicode
    self.write = write
    self.now = now
    state = Mutex(State(start: now()))
  }

  /// Reports `done` of `total`; shows it if it is time to, and on a terminal always the last one.
  public func update(
    done: Int, total: Int, unit: String, metrics: [(name: String, value: Double)]
  ) {
    let time = now()
    // Written under the lock, so that of two threads' lines the newer one is seen last.
    state.withLock { state in
      if state.firstDone == nil {
        // Work done before the first report, by an earlier session, says nothing about the rate.
        state.firstDone = done
        state.start = time
        state.lastDrawn = isTerminal ? -.infinity : time
      }
      let interval = isTerminal ? Self.drawnInterval : Self.plainInterval
      guard time - state.lastDrawn >= interval || (done == total && isTerminal) else { return }
      state.lastDrawn = time
      state.hasLine = isTerminal
      let text = line(
        done: done, total: total, unit: unit, metrics: metrics,
        sinceFirst: done - (state.firstDone ?? 0), seconds: time - state.start)
      write(isTerminal ? "\r\u{1B}[2K\(text)" : text + "\n")
    }
  }

  /// Ends the line that was drawn last.
  public func finish() {
    let hasLine = state.withLock { state in
      defer { state.hasLine = false }
      return state.hasLine
    }
    if hasLine { write("\n") }
  }

  func line(
    done: Int, total: Int, unit: String, metrics: [(name: String, value: Double)],
    sinceFirst: Int, seconds: Double
  ) -> String {
    var parts = ["\(done)/\(total) \(unit)"]
    if sinceFirst > 0, seconds > 0 {
      let rate = Double(sinceFirst) / seconds
      parts.append("\(NumberText.count(rate))/s")
      if done < total {
        parts.append("\(NumberText.duration(seconds: Double(total - done) / rate)) left")
      }
    }
    parts += metrics.map { "\($0.name) \(NumberText.short($0.value))" }
    let tail = parts.joined(separator: unicode ? " · " : ", ")
    guard isTerminal else { return "\(title): \(tail)" }
    let room = columns - 1 - title.count - tail.count - 2
    guard room >= 12 else { return String("\(title) \(tail)".prefix(max(columns - 1, 0))) }
    let width = min(room - 2, 30)
    let filled = total > 0 ? min(width, done * width / total) : width
    let bar =
      String(repeating: unicode ? "█" : "#", count: filled)
      + String(repeating: unicode ? "░" : ".", count: width - filled)
    return "\(title) \(bar) \(tail)"
  }

  /// Seconds since the program first asked.
  public static func secondsSinceStart() -> Double {
    let elapsed = origin.duration(to: .now)
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  }
  private static let origin = ContinuousClock.now
}
