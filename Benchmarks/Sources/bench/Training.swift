import Agents
import Datasets
import Documents
import Environments
import Randomness
import TensorCore

/// Training steps: full windows as the peers' script makes them, and ragged ones.
enum TrainingBench {
  static func makeLearner(
    _ agent: any Agent, _ parameters: ParameterStore, threads: Int
  ) -> Learner {
    var settings = OptimizationSettings()
    settings.learningRate = 1e-4
    settings.weightDecay = 1e-4
    settings.decayed = .all
    settings.warmUpSteps = 0
    settings.clipNorm = 1
    return Learner(
      agent, parameters: parameters, settings: settings, totalSteps: 100_000, shards: 8,
      threads: threads, seed: 0)
  }

  /// Random numbers in full windows, four batches in turn.
  static func full(
    _ size: ModelSize, threads: Int, rounds: Int, peak: Peak
  ) throws -> Measurement {
    let (agent, parameters) = try size.makeAgent()
    let batches = (0..<4).map {
      ModelSize.makeBatch(lengths: Array(repeating: size.context, count: size.batch), seed: $0)
    }
    let times = try steps(
      makeLearner(agent, parameters, threads: threads), batches, rounds: rounds,
      perRound: size.stepsPerRound)
    var result = Measurement(
      bench: "train", config: size.name, threads: threads, seconds: times, unit: "step")
    let rate = size.stepOperations / result.median
    result.more = [
      "gflop_per_step": .number(size.stepOperations * 1e-9), "gflops": .number(rate * 1e-9),
      "full_model_fraction_of_sgemm_peak": .number(rate / peak.rate(threads: threads)),
      "peak_resident_megabytes": .number(Memory.peakMegabytes),
    ]
    return result
  }

  private static func steps(
    _ learner: Learner, _ batches: [SequenceBatch], rounds: Int, perRound: Int
  ) throws -> [Double] {
    var step = 0
    func run(_ count: Int) throws {
      for _ in 0..<count {
        _ = try learner.step(batches[step % batches.count], number: step)
        step += 1
      }
    }
    try run(3)
    return try (0..<rounds).map { _ in try time { try run(perRound) } / Double(perRound) }
  }

  /// Windows drawn uniformly over the steps of random episodes, cut at the episode's end, as the
  /// peers draw them; they pad each to the context.
  static func ragged(
    _ name: String, episodeLengths: [Int], width: Int, actions: Int, threads: Int, rounds: Int
  ) throws -> Measurement {
    let size = ModelSize.all[1]
    let (agent, parameters) = try size.makeAgent(
      observationWidth: width, actionCount: actions)
    var random = RandomStream(seed: 1, "windows")
    let total = episodeLengths.reduce(0, +)
    let batches = (0..<4).map { seed in
      let lengths = (0..<size.batch).map { _ -> Int in
        var step = random.integer(below: total)
        for length in episodeLengths {
          if step < length { return min(size.context, length - step) }
          step -= length
        }
        return 1
      }
      return ModelSize.makeBatch(
        lengths: lengths, observationWidth: width, actionCount: actions, seed: UInt64(seed))
    }
    let mean =
      Double(batches.reduce(0) { $0 + $1.stepCount }) / Double(batches.count * size.batch)
    var result = Measurement(
      bench: "ragged", config: name, threads: threads,
      seconds: try steps(
        makeLearner(agent, parameters, threads: threads), batches, rounds: rounds, perRound: 2),
      unit: "step")
    result.more = ["model": "M", "mean_window_steps": .number(mean)]
    return result
  }

  /// Share of a step's time by op.
  static func profile(_ size: ModelSize) throws -> [Document] {
    let (agent, parameters) = try size.makeAgent()
    let batch = ModelSize.makeBatch(
      lengths: Array(repeating: size.context, count: size.batch), seed: 0)
    let learner = makeLearner(agent, parameters, threads: 1)
    for step in 0..<2 { _ = try learner.step(batch, number: step) }
    let profiler = TapeProfiler()
    learner.profile(with: profiler)
    let count = 5
    let total = try time {
      for step in 0..<count { _ = try learner.step(batch, number: step) }
    }
    var lines: [(name: String, pass: String, seconds: Double)] =
      profiler.forward.map { ($0.key, "forward", $0.value) }
      + profiler.backward.map { ($0.key, "backward", $0.value) }
    lines.append(("rest", "sum, norm, AdamW", total - lines.reduce(0) { $0 + $1.seconds }))
    lines.sort { $0.seconds > $1.seconds }
    return lines.map {
      [
        "bench": "profile", "config": .string(size.name), "op": .string($0.name),
        "pass": .string($0.pass), "share": .number($0.seconds / total),
        "milliseconds": .number(1000 * $0.seconds / Double(count)),
      ]
    }
  }
}
