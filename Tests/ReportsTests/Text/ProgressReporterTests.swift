import Reports
import Synchronization
import Testing

@Suite("A progress line")
struct ProgressReporterTests {
  /// A clock that the test turns, and what was written.
  private final class Screen: Sendable {
    let time = Mutex(100.0)
    let written = Mutex([String]())

    func reporter(
      isTerminal: Bool, columns: Int = 80, unicode: Bool = true
    ) -> ProgressReporter {
      ProgressReporter(
        title: "training", isTerminal: isTerminal, columns: columns, unicode: unicode,
        write: { [self] text in written.withLock { $0.append(text) } },
        now: { [self] in time.withLock { $0 } })
    }

    func wait(_ seconds: Double) { time.withLock { $0 += seconds } }
    var lines: [String] { written.withLock { $0 } }
  }

  @Test("is redrawn on a terminal at most ten times a second, and always when all is done")
  func terminal() {
    let screen = Screen()
    let reporter = screen.reporter(isTerminal: true)
    for done in 0..<100 {
      reporter.update(done: done, total: 100, unit: "steps", metrics: [])
      screen.wait(0.02)
    }
    #expect(17...20 ~= screen.lines.count, "\(screen.lines.count) lines in two seconds")
    reporter.update(done: 100, total: 100, unit: "steps", metrics: [("loss", 0.12345)])
    reporter.finish()
    reporter.finish()
    let end = Array(screen.lines.suffix(2))
    let bar = String(repeating: "█", count: 30)
    #expect(end == ["\r\u{1B}[2Ktraining \(bar) 100/100 steps · 50/s · loss 0.1235", "\n"])
    #expect(screen.lines.dropLast().allSatisfy { $0.hasPrefix("\r\u{1B}[2K") })
  }

  @Test("is a plain line every half minute elsewhere, with the rate and the time left")
  func plain() {
    let screen = Screen()
    let reporter = screen.reporter(isTerminal: false, unicode: false)
    for done in 0...100 {
      reporter.update(done: done, total: 1000, unit: "steps", metrics: [("loss", 0.5)])
      screen.wait(1)
    }
    reporter.finish()
    #expect(
      screen.lines == [
        "training: 30/1000 steps, 1/s, 16 min 10 s left, loss 0.5\n",
        "training: 60/1000 steps, 1/s, 15 min 40 s left, loss 0.5\n",
        "training: 90/1000 steps, 1/s, 15 min 10 s left, loss 0.5\n",
      ])
  }

  @Test("says nothing about quick work off a terminal, and draws nothing to end")
  func quick() {
    let screen = Screen()
    let reporter = screen.reporter(isTerminal: false)
    for done in 0...10 { reporter.update(done: done, total: 10, unit: "steps", metrics: []) }
    reporter.finish()
    #expect(screen.lines.isEmpty)
  }

  @Test("leaves out of the rate what was done before it began")
  func resumed() {
    let screen = Screen()
    let reporter = screen.reporter(isTerminal: true)
    reporter.update(done: 900, total: 1000, unit: "steps", metrics: [])
    screen.wait(10)
    reporter.update(done: 950, total: 1000, unit: "steps", metrics: [])
    #expect(screen.lines.last?.hasSuffix("950/1000 steps · 5/s · 10 s left") == true)
  }

  @Test("is drawn in ASCII where that is all that is spoken, half full at half the work")
  func ascii() {
    let screen = Screen()
    screen.reporter(isTerminal: true, unicode: false)
      .update(done: 1, total: 2, unit: "episodes", metrics: [])
    let bar = String(repeating: "#", count: 15) + String(repeating: ".", count: 15)
    #expect(screen.lines == ["\r\u{1B}[2Ktraining \(bar) 1/2 episodes"])
  }

  @Test("never wraps, whatever the terminal's width", arguments: [1, 2, 10, 20, 30, 40, 80, 300])
  func narrow(columns: Int) {
    let screen = Screen()
    let reporter = screen.reporter(isTerminal: true, columns: columns)
    for done in [0, 5000, 10_000, 20_000] {
      screen.wait(1)
      reporter.update(
        done: done, total: 10_000, unit: "episodes", metrics: [("loss", 1e-7), ("accuracy", 0.5)])
    }
    #expect(screen.lines.allSatisfy { $0.dropFirst("\r\u{1B}[2K".count).count < columns })
    #expect(screen.lines.count == 4)
  }
}
