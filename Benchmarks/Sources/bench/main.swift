import Agents
import TensorCore

let size = ModelSize.all.first { $0.name == CommandLine.arguments[1] }!
let threads = Int(CommandLine.arguments[2])!
let count = Int(CommandLine.arguments[3])!
let (agent, parameters) = try size.makeAgent()
var settings = OptimizationSettings()
settings.learningRate = 1e-4
settings.decayed = .all
settings.warmUpSteps = 0
let learner = Learner(
  agent, parameters: parameters, settings: settings, totalSteps: 1000, shards: 8, threads: threads,
  seed: 0)
let batches = (0..<4).map {
  ModelSize.makeBatch(lengths: Array(repeating: size.context, count: size.batch), seed: $0)
}
for i in 0..<3 { _ = try learner.step(batches[i % 4], number: i) }
var times: [Double] = []
for i in 0..<count {
  let start = ContinuousClock.now
  _ = try learner.step(batches[i % 4], number: i)
  times.append(start.duration(to: .now) / .seconds(1))
}
times.sort()
print(
  size.name, threads, "median ms", times[count / 2] * 1000, "min", times[0] * 1000, "GF/s",
  size.stepOperations / times[count / 2] * 1e-9, "weights", parameters.weightCount)
