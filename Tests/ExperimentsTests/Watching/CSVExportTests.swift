import Experiments
import Files
import Testing

@Suite("An export as CSV")
struct CSVExportTests {
  @Test("has a row per epoch, with the mean of the rows that were logged in it")
  func means() throws {
    let tiny = try TinyExperiment()
    try tiny.train("run")
    let log =
      "step,loss,gradient_norm,learning_rate,is_skipped\n"
      + "5,4,,0.1,0\n10,2,,0.1,0\n15,1.5,,0.1,0\n40,1,,0.1,0\n45,9"
    try DurableFile.write(log, to: tiny.run("run").metricsPath, replacing: true)
    let export = try RunExport.write(
      .csv, of: tiny.folder("run"), to: tiny.folder("out"), registry: .builtIn)
    #expect(
      export[0].files == [
        "is_skipped.csv", "learning_rate.csv", "loss.csv",
        "validation_mean_return_target_0.csv", "validation_mean_return_target_1.csv",
        "validation_score.csv", "validation_success_rate_target_0.csv",
        "validation_success_rate_target_1.csv", "params.json",
      ])
    func text(_ name: String) throws -> String {
      try FileContents.text(of: tiny.folder("out/\(name)"), atMost: 1 << 20)
    }
    // A validation every 10 steps; the row that was not whole is left out.
    #expect(try text("loss.csv") == "1,10,3\n2,15,1.5\n4,40,1\n")
    let scores = try text("validation_score.csv").split(separator: "\n")
    #expect(
      scores.map { $0.split(separator: ",").prefix(2) } == (1...4).map { ["\($0)", "\($0)0"] })
    #expect(try text("params.json").contains("\"agent.contextLength\": 8,"))
  }
}
