import Reports
import Testing

@Suite("A progress reporter")
struct ProgressReporterTests {
  /// What a reporter of a thousand steps, one every 10 ms, writes.
  private func write(style: ProgressReporter.Style, seconds: Int) -> [String] {
    var written: [String] = []
    let bar = ProgressBar("train", unit: "steps", total: seconds * 100)
    var reporter = ProgressReporter(bar, style: style, now: .seconds(7)) { written.append($0) }
    for step in 1...(seconds * 100) {
      reporter.update(done: step, now: .seconds(7) + .milliseconds(10 * step))
    }
    reporter.finish(metrics: [.init("loss", 0.5)], now: .seconds(7 + seconds))
    return written
  }

  @Test("redraws one line at most ten times a second on a terminal")
  func bar() {
    let written = write(
      style: .bar(columns: 60, hasColour: false, isASCII: false), seconds: 10)
    #expect((95...102).contains(written.count), "\(written.count)")
    #expect(written.dropLast().allSatisfy { $0.hasPrefix("\rtrain ") && $0.hasSuffix("\u{1B}[K") })
    #expect(written.dropLast().allSatisfy { !$0.contains("\n") })
    #expect(written.last == "\n")
    #expect(written[written.count - 2].contains("100 %"))
  }

  @Test("writes a plain line every thirty seconds elsewhere")
  func lines() {
    let written = write(style: .lines, seconds: 100)
    #expect(written.count == 4)
    #expect(written[0] == "train: 30 %, 3000/10000 steps, 100 steps/s, 1 min 10 s left\n")
    #expect(
      written[3] == "train: 100 %, 10000/10000 steps, 100 steps/s, took 1 min 40 s, loss 0.5\n")
    #expect(write(style: .silent, seconds: 100).isEmpty)
  }

  @Test("colours the bar only where it may")
  func colour() {
    let coloured = write(style: .bar(columns: 60, hasColour: true, isASCII: false), seconds: 1)
    #expect(coloured[50 / 10].contains("\u{1B}[36m━"))
    #expect(coloured.allSatisfy { !$0.contains("\u{1B}[36m") || $0.contains("\u{1B}[0m") })
  }

  @Test("makes room for other lines, and goes on after a clock jumped back")
  func logs() {
    var written = ""
    let bar = ProgressBar("train", unit: "steps", total: nil)
    let style = ProgressReporter.Style.bar(columns: 40, hasColour: false, isASCII: false)
    var reporter = ProgressReporter(bar, style: style, now: .seconds(100)) { written += $0 }
    reporter.update(done: 1, now: .seconds(101))
    reporter.log("saved")
    #expect(written.hasSuffix("\r\u{1B}[Ksaved\n"))
    written = ""
    reporter.update(done: 2, now: .seconds(50))
    #expect(written == "\rtrain 2 steps\u{1B}[K")
  }

  @Test("chooses its style from what it is told")
  func style() {
    typealias Style = ProgressReporter.Style
    #expect(
      Style.suited(isTerminal: true, terminal: "xterm", columns: 120)
        == .bar(columns: 120, hasColour: true, isASCII: false))
    #expect(
      Style.suited(isTerminal: true, terminal: "xterm", noColour: "1", isUTF8: false)
        == .bar(columns: 80, hasColour: false, isASCII: true))
    #expect(
      Style.suited(isTerminal: true, terminal: "xterm", noColour: "", columns: 0)
        == .bar(columns: 20, hasColour: true, isASCII: false))
    #expect(Style.suited(isTerminal: true, terminal: "dumb") == .lines)
    #expect(Style.suited(isTerminal: true, terminal: nil) == .lines)
    #expect(Style.suited(isTerminal: false, terminal: "xterm") == .lines)
    #expect(Style.suited(isTerminal: true, terminal: "xterm", isQuiet: true) == .silent)
  }
}
