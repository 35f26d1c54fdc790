import Reports
import Testing

@Suite("A progress bar")
struct ProgressBarTests {
  private func makeBar(done: Int = 530, of total: Int? = 1000) -> ProgressBar {
    var bar = ProgressBar("train", unit: "steps", total: total)
    bar.done = done
    bar.elapsed = .seconds(100)
    bar.metrics = [.init("loss", 0.123456), .init("lr", "1e-4")]
    return bar
  }

  @Test("shows share, count, rate, time left and metrics")
  func line() {
    #expect(
      makeBar().line(width: 120)
        == "train ━━━━━━━━━━━━━━━╸────────────── 53 %  530/1000 steps  5.3 steps/s  1 min 29 s left"
        + "  loss 0.1235  lr 1e-4")
    #expect(
      makeBar().line(width: 120, isASCII: true)
        == "train [##############--------------] 53 %  530/1000 steps  5.3 steps/s  1 min 29 s left"
        + "  loss 0.1235  lr 1e-4")
    #expect(
      makeBar().plainLine
        == "train: 53 %, 530/1000 steps, 5.3 steps/s, 1 min 29 s left, loss 0.1235, lr 1e-4")
  }

  @Test("fits any width")
  func widths() {
    for width in 0..<140 {
      for total in [nil, 0, 1, 1000] {
        for isASCII in [false, true] {
          let line = makeBar(of: total).line(width: width, isASCII: isASCII)
          #expect(TerminalText.width(line) <= width)
          #expect(!isASCII || line.allSatisfy(\.isASCII))
        }
      }
    }
    #expect(makeBar().line(width: 40) == "train 53 %  530/1000 steps  5.3 steps/s")
    #expect(
      makeBar().line(width: 80)
        == "train ━━━━━───── 53 %  530/1000 steps  5.3 steps/s  1 min 29 s left  loss 0.1235")
  }

  @Test("knows when it is done, when there is no total, and when clocks are odd")
  func ends() {
    #expect(
      makeBar(done: 1000).plainLine.contains("100 %, 1000/1000 steps, 10 steps/s, took 1 min 40 s"))
    #expect(makeBar(of: nil).plainLine.hasPrefix("train: 530 steps, 5.3 steps/s, loss"))
    #expect(makeBar(done: 999).plainLine.hasPrefix("train: 99 %"), "never 100 % too early")
    var bar = makeBar()
    bar.elapsed = .seconds(-5)
    #expect(bar.plainLine == "train: 53 %, 530/1000 steps, loss 0.1235, lr 1e-4")
    bar.done = 2000
    #expect(bar.fraction == 1)
    bar.done = -1
    #expect(bar.fraction == 0)
  }

  @Test("counts only its own work in the rate of a resumed run")
  func resumed() {
    var bar = makeBar()
    bar.doneBefore = 500
    #expect(bar.rate == 0.3)
    #expect(bar.secondsLeft?.isClose(to: 470 / 0.3) == true)
  }

  @Test("shows names without escapes")
  func sanitises() {
    var bar = ProgressBar("\u{1B}[2Jx", unit: "steps", total: nil)
    bar.metrics = [.init("a\u{1B}[31m", "b\nc")]
    #expect(bar.plainLine == "x: 0 steps, a b c")
    #expect(bar.line(width: 80) == "x 0 steps  a b c")
  }
}
