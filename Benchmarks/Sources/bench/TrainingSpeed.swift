import Agents
import TensorCore

/// Counts training steps per second: sampling is left out, batches of full windows are made before.
struct TrainingSpeed {
  let size: ModelSize
  let threads: Int
  let rounds: Int
  let stepsPerRound: Int

  /// Steps per second of each round.
  func measure() throws -> [Double] {
    let (agent, parameters) = try size.makeAgent()
    var settings = OptimizationSettings()
    settings.learningRate = 1e-4
    settings.warmUpSteps = 0
    settings.decayed = .all
    let learner = Learner(
      agent, parameters: parameters, settings: settings, totalSteps: 1000, shards: 8,
      threads: threads, seed: 0)
    let batches = (0..<4).map {
      ModelSize.makeBatch(lengths: Array(repeating: size.context, count: size.batch), seed: $0)
    }
    var number = 0
    func step() throws {
      _ = try learner.step(batches[number % batches.count], number: number)
      number += 1
    }
    // The arena takes its final size, and processors their final clock.
    for _ in 0..<3 { try step() }
    return try (0..<rounds).map { _ in
      let clock = ContinuousClock.now
      for _ in 0..<stepsPerRound { try step() }
      return Double(stepsPerRound) / (clock.duration(to: .now) / .seconds(1))
    }
  }
}
