internal import Experiments
internal import Reports
internal import Synchronization

/// Shows how far a piece of work has come: one redrawn line on a terminal, now and then a plain
/// line elsewhere.
///
/// A class because several threads report to it.
final class ProgressLine: Sendable {
  private let title: String
  private let style: ProgressReporter.Style
  private let start = ContinuousClock.now
  private let reporter = Mutex<ProgressReporter?>(nil)

  init(_ title: String, _ terminal: Terminal, isShown: Bool) {
    self.title = title
    style = isShown ? terminal.progressStyle : .silent
  }

  private var now: Duration { start.duration(to: .now) }

  func show(
    _ done: Int, of total: Int, unit: String, _ metrics: [(name: String, value: Double)]
  ) {
    reporter.withLock { reporter in
      if reporter == nil {
        var bar = ProgressBar(title, unit: unit, total: total)
        // What an earlier session did says nothing about the rate of this one.
        bar.doneBefore = done > 0 ? done - 1 : 0
        reporter = ProgressReporter(bar, style: style, now: now) { Terminal.writeError($0) }
      }
      reporter?.update(done: done, metrics: metrics.map { .init($0.name, $0.value) }, now: now)
    }
  }

  /// Leaves the terminal's cursor on a fresh line.
  func finish() { reporter.withLock { $0?.finish(now: now) } }
}
