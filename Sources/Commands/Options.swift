internal import ArgumentParser
internal import Experiments

/// How a configuration is chosen and changed.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change a setting: a key's path and a YAML value. May be repeated.", valueName: "key=value"),
    completion: Completions.settings)
  var overrides: [String] = []
  @Option(help: "The experiment's seed; short for --set seed=N.")
  var seed: UInt64?

  /// All overrides in the order in which they count.
  var all: [String] { overrides + (seed.map { ["seed=\($0)"] } ?? []) }

  func validate() throws {
    if let seed, seed > UInt64(Int.max) {
      throw ValidationError("--seed is at most \(Int.max).")
    }
  }
}

/// How results and progress are shown.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print the result as one JSON document.")
  var json = false
  @Flag(help: "No progress, only the result and errors.")
  var quiet = false
}

/// How many threads work.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads to use; all processors by default. Results do not depend on it.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024 ~= threads) {
      throw ValidationError("--threads is a whole number from 1 to 1024.")
    }
  }

  var count: Int { threads ?? Machine.processorCount }
}
