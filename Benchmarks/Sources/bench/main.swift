import Documents
import Environments
import Foundation

/// Measures, one JSON line each, the median of five rounds:
///
///     bench                            everything: both groups below, 1 thread and all
///     bench environment [ID...]        steps of random play, on one thread
///     bench train [S|M|L...] [THREADS] training steps of the sizes in ModelSize
///
/// `best_steps_per_second` is the fastest round: on a shared machine the more repeatable number.
/// `gflops` is of that round, with operations counted as the peers' script counts them
/// (`ModelSize.stepOperations`), those that we do without included.
let usage = "usage: bench [environment [ID...] | train [S|M|L...] [THREADS]]"
let rounds = 5

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("bench: \(message)\n\(usage)\n".utf8))
  exit(64)
}

func report(_ fields: Document.Fields, _ rates: [Double]) {
  var fields = fields
  let sorted = rates.sorted()
  fields["steps_per_second"] = .number(sorted[sorted.count / 2])
  fields["best_steps_per_second"] = .number(sorted[sorted.count - 1])
  FileHandle.standardOutput.write(Data((Document.object(fields).jsonText() + "\n").utf8))
}

func measureEnvironment(_ id: String) throws {
  guard let entry = EnvironmentRegistry.builtIn[id] else {
    fail("there is no environment \(id), only \(EnvironmentRegistry.builtIn.ids)")
  }
  report(
    ["bench": "environment", "environment": .string(id), "threads": 1],
    try entry.visit(EnvironmentSpeed(steps: 1_000_000, rounds: rounds)))
}

func measureTraining(_ size: ModelSize, threads: Int) throws {
  // A round of about half a second at 100 GFLOP/s.
  let steps = max(1, Int(5e10 / size.stepOperations))
  let rates = try TrainingSpeed(
    size: size, threads: threads, rounds: rounds, stepsPerRound: steps
  ).measure()
  report(
    [
      "bench": "train", "config": .string(size.name), "threads": .integer(threads),
      "gflops": .number((rates.max() ?? 0) * size.stepOperations * 1e-9),
    ], rates)
}

let processors = ProcessInfo.processInfo.activeProcessorCount
let allThreads = processors > 1 ? [1, processors] : [1]
let arguments = Array(CommandLine.arguments.dropFirst())
let names = arguments.dropFirst().filter { Int($0) == nil }
let threads = arguments.dropFirst().compactMap { Int($0) }

if arguments.isEmpty || arguments[0] == "environment" {
  for id in names.isEmpty ? ["corridor", "key-to-door/dt-paper"] : names {
    try measureEnvironment(id)
  }
}
if arguments.isEmpty || arguments[0] == "train" {
  for name in names.isEmpty ? ModelSize.all.map(\.name) : names {
    guard let size = ModelSize.all.first(where: { $0.name == name }) else {
      fail("there is no size \(name), only \(ModelSize.all.map(\.name))")
    }
    for count in threads.isEmpty ? allThreads : threads {
      try measureTraining(size, threads: count)
    }
  }
} else if arguments[0] != "environment" {
  fail("there is no group \(arguments[0])")
}
