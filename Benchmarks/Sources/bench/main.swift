import Documents
import Environments
import Foundation
import TensorCore

// bench [train|ragged|rollout|env|data|gemm|start|all]... [S] [M] [L] [ENVIRONMENT]... [--json]
//       [--rounds N] [--profile]
//
// Environments named by their ids are all that env measures; otherwise it measures a choice of them.
// One line per measurement; --json makes it one JSON document per line. Every training line says
// the rate as a fraction of the machine's sgemm peak, measured in the same run.
struct Options {
  var kinds: [String] = []
  var sizes: [ModelSize] = []
  var environments: [String] = []
  var isJSON = false
  var rounds = 5
  var isProfile = false

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "train", "ragged", "rollout", "env", "data", "gemm", "start": kinds.append(word)
      case "all": kinds += ["gemm", "train", "ragged", "rollout", "env", "data", "start"]
      case "--json": isJSON = true
      case "--profile": isProfile = true
      case "--rounds":
        guard let number = rest.popFirst().flatMap({ Int($0) }), 1...1000 ~= number else {
          throw BenchError("--rounds takes a whole number from 1 to 1000")
        }
        rounds = number
      default:
        if let size = ModelSize.all.first(where: { $0.name == word }) {
          sizes.append(size)
        } else if EnvironmentRegistry.builtIn.entries.contains(where: { $0.id == word }) {
          environments.append(word)
        } else {
          throw BenchError(
            "\(word) is none of train, ragged, rollout, env, data, gemm, start, all, S, M, L, --json, "
              + "--rounds, --profile, and no environment's id")
        }
      }
    }
    if kinds.isEmpty && !isProfile { kinds = ["train"] }
    if sizes.isEmpty { sizes = ModelSize.all }
  }
}

func run() throws {
  let options = try Options(Array(CommandLine.arguments.dropFirst()))
  func emit(_ measurement: Measurement) {
    print(options.isJSON ? measurement.document.jsonText() : measurement.text)
  }
  if options.isProfile {
    for size in options.sizes {
      for line in try TrainingBench.profile(size) { print(line.jsonText()) }
    }
  }
  for kind in options.kinds {
    switch kind {
    case "gemm":
      var fields: Document.Fields = ["bench": "gemm", "own_core": .string(BLAS.coreName)]
      for (key, value) in Peak.measure().fields { fields[key] = value }
      print(Document.object(fields).jsonText())
    case "train":
      for size in options.sizes {
        for threads in [1, 2] {
          let peak = Peak.measure()
          var result = try TrainingBench.full(
            size, threads: threads, rounds: options.rounds, peak: peak)
          for (key, value) in peak.fields { result.more[key] = value }
          emit(result)
        }
      }
    case "ragged":
      emit(
        try TrainingBench.ragged(
          "key-to-door", episodeLengths: EpisodeLengths.keyToDoor(count: 5000), width: 57,
          actions: 4, threads: 2, rounds: options.rounds))
      emit(
        try TrainingBench.ragged(
          "empty-8x8", episodeLengths: EpisodeLengths.emptyRoom(count: 5000), width: 147,
          actions: 7, threads: 2, rounds: options.rounds))
    case "rollout":
      for size in options.sizes where size.name != "L" {
        for lanes in [1, 64] {
          for beyond in [false, true] {
            for threads in [1, 2] {
              emit(
                try RolloutBench.measure(
                  size, lanes: lanes, beyond: beyond, threads: threads, rounds: options.rounds))
            }
          }
        }
      }
    case "env":
      let ids = options.environments
      for measurement in try WorldBench.measurements(of: ids, rounds: options.rounds) {
        emit(measurement)
      }
    case "start": emit(try StartBench.measure(rounds: options.rounds))
    default:
      for measurement in try DataBench.dataset(rounds: options.rounds) { emit(measurement) }
      for measurement in try ViewsBench.measure(rounds: options.rounds) { emit(measurement) }
    }
  }
}

do { try run() } catch {
  print("bench: \(error)")
  exit(1)
}
