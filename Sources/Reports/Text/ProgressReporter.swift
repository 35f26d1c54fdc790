/// Shows a ``ProgressBar`` while work goes on: redrawn in place on a terminal, at most ten times a
/// second; elsewhere one plain line every thirty seconds.
///
/// It looks at no clock, no environment and no file: time, style and output are handed in.
public struct ProgressReporter {
  public enum Style: Sendable, Equatable {
    /// One line that is redrawn.
    case bar(columns: Int, hasColour: Bool, isASCII: Bool)
    /// A line now and then.
    case lines
    case silent

    /// The style that fits where standard error goes.
    ///
    /// - Parameters:
    ///   - terminal: the value of `TERM`; "dumb" cannot redraw a line.
    ///   - noColour: the value of `NO_COLOR`, which counts if it is not empty.
    ///   - columns: the terminal's width, or the value of `COLUMNS`.
    ///   - isUTF8: whether the locale's encoding is UTF-8.
    public static func suited(
      isTerminal: Bool, terminal: String?, noColour: String? = nil, columns: Int? = nil,
      isUTF8: Bool = true, isQuiet: Bool = false
    ) -> Style {
      if isQuiet { return .silent }
      guard isTerminal, let terminal, !terminal.isEmpty, terminal != "dumb" else { return .lines }
      let width = min(max(columns ?? 80, 20), 1_000)
      return .bar(columns: width, hasColour: noColour?.isEmpty ?? true, isASCII: !isUTF8)
    }
  }

  public private(set) var bar: ProgressBar
  private let style: Style
  private let write: (String) -> Void
  private let start: Duration
  private var lastShown: Duration?
  private var isDrawn = false

  /// - Parameters:
  ///   - now: the time of any clock that does not jump; the same clock as in later calls.
  ///   - write: appends to standard error.
  public init(
    _ bar: ProgressBar, style: Style, now: Duration, write: @escaping (String) -> Void
  ) {
    self.bar = bar
    self.style = style
    self.write = write
    start = now
  }

  /// Notes how far the work has come, and shows it if it is time to.
  public mutating func update(
    done: Int, metrics: @autoclosure () -> [ProgressBar.Metric] = [], now: Duration
  ) {
    bar.done = done
    guard isDue(at: now) else { return }
    let metrics = metrics()
    if !metrics.isEmpty { bar.metrics = metrics }
    show(at: now)
  }

  /// Writes a line of text without disturbing the bar, which comes back with the next update.
  public mutating func log(_ text: String) {
    guard style != .silent else { return }
    erase()
    write(text + "\n")
    lastShown = style == .lines ? lastShown : nil
  }

  /// Shows the last state and leaves it there.
  public mutating func finish(metrics: [ProgressBar.Metric] = [], now: Duration) {
    if !metrics.isEmpty { bar.metrics = metrics }
    show(at: now)
    if isDrawn { write("\n") }
    isDrawn = false
  }

  /// Takes the bar off the screen, before an error is printed for example.
  public mutating func erase() {
    if isDrawn { write("\r\u{1B}[K") }
    isDrawn = false
  }

  private func isDue(at now: Duration) -> Bool {
    switch style {
    case .silent: return false
    case .bar: return isPast(.milliseconds(100), since: lastShown, now)
    case .lines: return isPast(.seconds(30), since: lastShown ?? start, now)
    }
  }

  private func isPast(_ period: Duration, since last: Duration?, _ now: Duration) -> Bool {
    guard let last else { return true }
    return now - last >= period || now < last  // a clock that jumped back must not silence us
  }

  private mutating func show(at now: Duration) {
    bar.elapsed = max(now - start, .zero)
    lastShown = now
    switch style {
    case .silent: break
    case .lines: write(bar.plainLine + "\n")
    case .bar(let columns, let hasColour, let isASCII):
      // The last column stays free: writing there makes some terminals break the line.
      let line = bar.line(width: columns - 1, isASCII: isASCII)
      write("\r" + (hasColour ? coloured(line) : line) + "\u{1B}[K")
      isDrawn = true
    }
  }

  /// The bar's done part in cyan.
  private func coloured(_ line: String) -> String {
    guard let start = line.firstIndex(where: { $0 == "━" || $0 == "╸" }) else { return line }
    let end = line[start...].firstIndex { $0 != "━" && $0 != "╸" } ?? line.endIndex
    return "\(line[..<start])\u{1B}[36m\(line[start..<end])\u{1B}[0m\(line[end...])"
  }
}
