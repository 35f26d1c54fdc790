import Documents
import Files
import Testing

@Suite("The command line")
struct ArgumentTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  @Test(
    "refuses with 64 what it cannot use, and says what it takes",
    arguments: [
      (["evaluate", "RUN", "--target-return", "abc"], "'abc' is invalid for '--target-return"),
      (["evaluate", "RUN", "--target-return", "nan"], "takes finite numbers, not nan"),
      (["evaluate", "RUN", "--target-return", "0", "inf"], "takes finite numbers, not inf"),
      (["evaluate", "RUN", "--target-return", "0", "-1e999"], "takes finite numbers, not -inf"),
      (["evaluate", "RUN", "--target-return"], "Missing value for '--target-return"),
      (["evaluate", "RUN", "--episodes", "0"], "--episodes is a whole number from 1 to 10000000"),
      (["evaluate", "RUN", "--episodes", "-3"], "--episodes is a whole number from 1 to 10000000"),
      (["evaluate", "RUN", "--episodes", "many"], "'many' is invalid for '--episodes"),
      (["evaluate", "RUN", "--threads", "0"], "--threads is a whole number from 1 to 1024"),
      (["evaluate", "RUN", "--threads", "-2"], "--threads is a whole number from 1 to 1024"),
      (["evaluate", "RUN", "--temperature", "0"], "--temperature must be above 0"),
      (["evaluate", "RUN", "--temperature", "nan"], "--temperature must be above 0"),
      (
        ["evaluate", "RUN", "--selection", "gredy"], "Please provide one of 'greedy' and 'sampled'"
      ),
      (["evaluate", "RUN", "--checkpoint", "first"], "Please provide one of 'best' and 'last'"),
      (["evaluate", "RUN", "--seed", "-1"], "'-1' is invalid for '--seed"),
      (["evaluate", "RUN", "--seed", "18446744073709551615"], "--seed is at most"),
      (["evaluate", "RUN", "--name", "../mine"], "--name takes letters, digits"),
      (["evaluate", "RUN", "--fail-under", "nan"], "--fail-under takes a finite number"),
      (["evaluate", "RUN", "--bogus"], "Unknown option '--bogus'"),
      (["evaluate", "RUN", "more"], "Unexpected argument 'more'"),
      (["evaluate"], "Missing expected argument '<run>'"),
      (["estimate", "RUN"], "Missing expected argument '--dataset <dataset>'"),
      (
        ["estimate", "RUN", "--dataset=a", "--estimator", "iss"],
        "'iss' is invalid for '--estimator"
      ),
      (
        ["estimate", "RUN", "--dataset=a", "--discount", "1.5"],
        "--discount is a number from 0 to 1"
      ),
      (
        ["estimate", "RUN", "--dataset=a", "--steps", "0"],
        "--steps is a whole number from 1 to 1000000000"
      ),
      (
        ["estimate", "RUN", "--dataset=a", "--target-return", "nan"],
        "takes finite numbers, not nan"
      ),
      (["estimate", "RUN", "--dataset=a", "--name", ".."], "--name takes letters, digits"),
      (["train"], "Name an experiment's YAML file, or a run to --resume"),
      (["train", "a.yaml", "--resume", "RUN"], "not both"),
      (["train", "--resume", "RUN", "--set", "seed=1"], "keeps its folder and settings"),
      (["train", "a.yaml", "--threads", "0"], "--threads is a whole number from 1 to 1024"),
      (["run", "a.yaml", "--threads", "9999"], "--threads is a whole number from 1 to 1024"),
      (["collect", "a.yaml", "--seed", "1.5"], "'1.5' is invalid for '--seed"),
      (["collect"], "Missing expected argument '<experiment>'"),
      (["inspect", "a.hdf5", "--bins", "0"], "--bins is a whole number from 1 to 1000"),
      (["list", "worlds"], "Please provide one of 'environment', 'agent'"),
      (["bogus"], "There is no command bogus; there are collect, inspect, train,"),
      (["collct", "a.yaml"], "There is no command collct; did you mean collect?"),
      (["dataset", "fliter"], "There is no command fliter; did you mean filter?"),
      (["dataset", "\u{1b}[31mred"], "There is no command"),
    ])
  func refusals(arguments: [String], expected: String) throws {
    let outcome = try program.run(arguments.map { $0 == "RUN" ? sample.run : $0 })
    expectRefusal(outcome, 64, saying: expected, "Usage: hindsight ")
  }

  @Test("takes negative numbers, among others or alone, and of options given twice the last")
  func negativeNumbers() throws {
    let outcome = try program(
      "evaluate", sample.run, "--quiet", "--json", "--episodes", "9", "--episodes", "3",
      "--target-return", "-5", "1", "-2.5e1", "--selection", "greedy", "--json", "--fail-under",
      "-1", "--name", "negative")
    #expect(outcome.code == 0, "\(outcome.error)")
    let document = try json(outcome.output)
    #expect(try targets(document) == [-5, 1, -25])
    #expect(try evaluation(document).allSatisfy { $0["episodes"] == 3 })
  }

  @Test("refuses words that are not UTF-8 instead of repairing them")
  func notUTF8() throws {
    let shell = try Running(
      "/bin/sh", ["-c", "exec \"$0\" inspect \"$(printf 'a\\377')\"", Program.path],
      in: program.folder, output: nil)
    expectRefusal(try shell.wait(), 64, saying: "Argument 2 is not text in UTF-8")
  }

  @Test(
    "explains every command",
    arguments: [[], ["collect"], ["inspect"], ["train"], ["run"], ["estimate"]])
  func help(command: [String]) throws {
    let outcome = try program.run(command + ["--help"])
    #expect(outcome.code == 0)
    #expect(outcome.error.isEmpty)
    #expect(outcome.output.hasPrefix("OVERVIEW: "))
    #expect(outcome.output.contains("\nUSAGE: hindsight "))
  }

  @Test("says when its result cannot be written")
  func fullOutput() throws {
    try #require(FileStatus.exists("/dev/full"))
    let outcome = try program("list", output: "/dev/full")
    expectRefusal(outcome, 74, saying: "cannot write standard output: no space left on device")
    let shell = try Running(
      "/bin/sh", ["-c", "exec \"$0\" list >&-", Program.path], in: program.folder, output: nil)
    expectRefusal(try shell.wait(), 74, saying: "cannot write standard output")
  }
}
