import Experiments
import Files
import Testing

@Suite("A metrics log")
struct MetricsLogTests {
  private func log(after step: Int, over text: String?) throws -> String {
    let folder = try TemporaryFolder()
    let path = folder("metrics.csv")
    if let text { try DurableFile.write(text, to: path, replacing: false) }
    let log = try MetricsLog(path, columns: ["step", "loss", "rate"], after: step)
    try log.write(step: step + 10, [0.5, -.infinity])
    try log.sync()
    return try FileContents.text(of: path, atMost: 1000)
  }

  @Test("begins with a header")
  func new() throws {
    #expect(try log(after: 0, over: nil) == "step,loss,rate\n10,0.5,-inf\n")
  }

  @Test("drops the rows after the checkpoint and a last row that was cut off")
  func resumed() throws {
    let old = "step,loss,rate\n10,0.9,1.0\n20,0.8,1.0\n30,0.7,1.0\n40,0.6,1."
    #expect(
      try log(after: 20, over: old) == "step,loss,rate\n10,0.9,1.0\n20,0.8,1.0\n30,0.5,-inf\n")
    #expect(try log(after: 40, over: old).hasSuffix("\n30,0.7,1.0\n50,0.5,-inf\n"))
  }

  /// A row of step 4 is a row of step 40 that was cut off, and is not a row of an earlier step.
  @Test("does not take the stump of a late row for an early one")
  func stump() throws {
    #expect(
      try log(after: 20, over: "step,loss,rate\n10,0.9,1.0\n4").hasPrefix(
        "step,loss,rate\n10,0.9,1.0\n30,"))
  }

  @Test("starts over where the run starts over")
  func restarted() throws {
    #expect(
      try log(after: 0, over: "step,loss,rate\n10,9.0,9.0\n") == "step,loss,rate\n10,0.5,-inf\n")
  }

  @Test(
    "makes up for a file that is missing, empty or no table", arguments: [nil, "", "\u{0}\n\n,"])
  func damaged(text: String?) throws {
    #expect(try log(after: 20, over: text) == "step,loss,rate\n30,0.5,-inf\n")
  }
}
