internal import Experiments
internal import Reports

/// Shows how far a piece of work has come: one redrawn line on a terminal, now and then a plain
/// line elsewhere. Several threads may report.
final class ProgressLine: Sendable {
  private let reporter: ProgressReporter?

  init(_ title: String, _ terminal: Terminal, isShown: Bool) {
    reporter =
      isShown
      ? ProgressReporter(
        title: title, isTerminal: terminal.isInteractive, columns: terminal.columns,
        unicode: terminal.speaksUnicode, write: { Terminal.writeError($0) }) : nil
  }

  func show(
    _ done: Int, of total: Int, unit: String, _ metrics: [(name: String, value: Double)]
  ) {
    reporter?.update(done: done, total: total, unit: unit, metrics: metrics)
  }

  /// Leaves the terminal's cursor on a fresh line.
  func finish() { reporter?.finish() }
}
