import Agents
import Datasets
import Documents
import Experiments
import Files
import TensorCore
import Testing

@Suite("Target returns")
struct TargetReturnTests {
  private let tiny: TinyExperiment

  init() throws { tiny = try TinyExperiment() }

  @Test("are numbers, max, quantiles or sampled, and written as they were read")
  func written() throws {
    let set = "evaluation.targetReturns=[0, -1.5, max, q0.9, sampled, q1]"
    let loaded = try tiny.experiment([set]).loaded
    #expect(
      loaded.settings.evaluation.targetReturns == [
        0, -1.5, .maximum, .quantile(0.9), .sampled, .quantile(1),
      ])
    #expect(loaded.yamlText.contains("targetReturns: [0.0, -1.5, max, q0.9, sampled, q1]"))
    let again = try SettingsLoader(ExperimentSettings.self, catalogue: Registry.builtIn.catalogue)
      .load(yaml: loaded.yamlText, named: "again")
    #expect(again.settings == loaded.settings)
    #expect(TargetReturn("q0.25") == .quantile(0.25))
    #expect(TargetReturn("3") == 3)
    for text in ["", "q", "q1.5", "q-0.1", "maximum", "qmax"] { #expect(TargetReturn(text) == nil) }
  }

  @Test(
    "say what they can be",
    arguments: [
      ("[mx]", "found \"mx\"", "did you mean max?"), ("[q2]", "found \"q2\"", ""),
      ("[\"1\"]", "found \"1\"", "did you mean 1?"), ("[true]", "found true", ""),
      ("[1e31]", "expected a number from -1e30 to 1e30", ""),
    ])
  func refused(value: String, found: String, suggestion: String) throws {
    let error = message { _ = try tiny.experiment(["evaluation.targetReturns=\(value)"]) } ?? ""
    #expect(error.contains("evaluation.targetReturns[0]: "), "\(error)")
    #expect(error.contains(found), "\(error)")
    #expect(error.contains(suggestion), "\(error)")
    if !found.contains("1e30") {
      #expect(error.contains("a number, max, sampled or a quantile such as q0.9"), "\(error)")
    }
  }

  @Test("are resolved by what is known of the data, and reported both ways")
  func resolved() throws {
    try tiny.train(
      "run", ["training.steps=1", "training.validation.targetReturns=[max, q0.5]"])
    let evaluation = try Evaluation(of: tiny.run("run"), registry: .builtIn) {
      ($0.targetReturns, $0.episodes) = ([.maximum, .quantile(0.01), 0.5], 2)
      $0.selections = [.greedy]
    }
    #expect(evaluation.targets.map(\.value) == [1, 0, 0.5])
    let reports = try evaluation.run(threads: 1)
    let entries = reports.map { $0.document(withEpisodes: false) }
    #expect(entries.map { $0["target_return"] } == [.number(1), .number(0), .number(0.5)])
    #expect(entries.map { $0["target_asked"] } == ["max", "q0.01", .number(0.5)])
    #expect(
      reports.map { $0.target.label { "\(Int($0 * 10))" } } == ["10 (max)", "0 (q0.01)", "5"])
    let log = String(
      decoding: try FileContents.bytes(of: tiny.run("run").validationPath, atMost: 1 << 16),
      as: UTF8.self)
    #expect(log.split(separator: "\n")[1].hasPrefix("1,1.0,"))

    var earlier = evaluation.trained.data
    earlier.returnDistribution = .unknown
    #expect(
      message {
        _ = try ResolvedTarget(.quantile(0.9), data: earlier, for: evaluation.trained.policies)
      }
        == "found q0.9, expected a number or max: the checkpoint is of a version that kept no "
        + "quantiles of the data's returns")
    #expect(
      message {
        _ = try Evaluation(of: tiny.run("run"), registry: .builtIn) {
          $0.targetReturns = [0, .sampled]
        }
      }
        == "evaluation.targetReturns[1]: found sampled, expected a number, max or a quantile such "
        + "as q0.9: the agent predicts no returns to draw from")
  }

  @Test("are refused before training where they cannot be asked for")
  func refusedEarly() throws {
    let error = message { try tiny.train("run", ["evaluation.targetReturns=[sampled]"]) } ?? ""
    #expect(error.contains("evaluation.targetReturns[0]: found sampled"), "\(error)")
  }

  @Test("are drawn by agents that predict returns")
  func sampled() throws {
    try tiny.train(
      "run",
      [
        "agent.order=observationFirst", "agent.returnHead=categories", "training.steps=5",
        "evaluation.targetReturns=[sampled]", "training.validation.targetReturns=[sampled]",
      ])
    let reports = try Evaluation(of: tiny.run("run"), registry: .builtIn).run(threads: 2)
    let entry = reports[0].document(withEpisodes: false)
    #expect(entry["target_return"] == .null && entry["target_asked"] == "sampled")
    #expect(reports[0].target.label { "\($0)" } == "sampled")
  }

  @Test("do not matter to an agent that takes none, which is tried once")
  func unconditioned() throws {
    try tiny.train("run", ["agent.conditioning=none", "training.steps=5"])
    let evaluation = try Evaluation(of: tiny.run("run"), registry: .builtIn) {
      $0.targetReturns = [0, 1, .quantile(0.5)]
    }
    let reports = try evaluation.run(threads: 1)
    #expect(reports.count == 2)
    let entry = reports[0].document(withEpisodes: false)
    #expect(entry["target_return"] == .null && entry["target_asked"] == .null)
    #expect(reports[0].target.label { "\($0)" } == "none")
    let log = String(
      decoding: try FileContents.bytes(of: tiny.run("run").validationPath, atMost: 1 << 16),
      as: UTF8.self)
    let fields = log.split(separator: "\n")[1].split(
      separator: ",", omittingEmptySubsequences: false)
    // No target; the score is the mean return.
    #expect(fields.count == 5 && fields[1] == "" && fields[4] == fields[2])
  }
}
