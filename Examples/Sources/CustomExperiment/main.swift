import Agents
import Datasets
import Experiments
import Randomness
import Reports

// Does a policy give what it is asked for, and does memory help? A Decision Transformer and a
// network without memory (RvS) learn from the same episodes, each with every seed, and are asked for
// a scale of returns. What `hindsight sweep` has no word for is the score: how far the achieved
// return is from the one asked for.

let folder = CommandLine.arguments.dropFirst().first ?? "runs/custom-experiment"
let seeds = 0..<3
let targets = stride(from: 0.0, through: 10, by: 2).map { $0 }

var settings = ExperimentSettings()
settings.environment.id = "apples"
settings.dataset.episodes = 1000
settings.dataset.behaviour.id = "mixture"
settings.dataset.behaviour.settings = [
  "behaviours": [["id": "random"], ["id": "expert", "epsilon": 0.5]]
]
settings.training.steps = 1000
settings.training.sampling.episodes = .balancedByReturn
settings.training.sampling.returnBins = 11
settings.training.optimization.learningRate = 3e-3
settings.training.validation.every = 0

/// Trains one agent with one seed and asks it for every target.
///
/// - Returns: `[targets]` mean returns of 100 episodes.
func achievedReturns(
  agent: String, _ options: ExperimentSettings, seed: Int, data: TrainingData, from path: String
) throws -> [Double] {
  var settings = options
  settings.seed = seed
  let experiment = try Experiment(name: agent, settings, registry: .builtIn)
  let run = RunFolder("\(folder)/\(agent)-\(seed)")
  _ = try Trainer(experiment.loaded, registry: .builtIn, folder: run, threads: 1)
    .run(on: data, from: path)
  let trained = try TrainedAgent(
    Checkpoint(contentsOf: run.checkpointPath(.last)), registry: .builtIn)
  let evaluator = Evaluator(
    trained.policies, environment: try Registry.builtIn.makeEnvironment(settings.environment),
    lanes: 64, threads: 1)
  return targets.map { target in
    evaluator.report(
      target: ResolvedTarget(target), selection: Selection(.greedy), episodes: 100,
      seed: UInt64(1000 + seed), checkpoint: .last)?.meanReturn ?? .nan
  }
}

let collecting = try Experiment(name: "apples", settings, registry: .builtIn)
let dataset = try Collector(collecting.loaded, registry: .builtIn)
  .collect(to: "\(folder)-data.hdf5")
let data = try collecting.readDataset(at: dataset.path)

var transformer = settings
transformer.agent.settings = ["contextLength": 10, "backbone": ["width": 32, "layers": 1]]
var network = settings
network.agent.id = "rvs"
network.agent.settings = ["network": ["hidden": [64, 64]]]

/// `[agents][seeds][targets]`
let achieved = try [("decision-transformer", transformer), ("rvs", network)].map { name, options in
  try seeds.map {
    try achievedReturns(agent: name, options, seed: $0, data: data, from: dataset.path)
  }
}

// Means over seeds, with intervals of resampled seeds.
var random = RandomStream(seed: 0, "bootstrap")
var table = TextTable([
  .init("target", .right), .init("decision-transformer", .right), .init("rvs", .right),
])
for (index, target) in targets.enumerated() {
  let cells = achieved.map { runs in
    let values = runs.map { $0[index] }
    let interval = Interval.bootstrapMean(of: values, using: &random)
    return "\(Format.fixed(Statistics.mean(values), 2)) "
      + "(\(Format.fixed(interval.lower, 2)) to \(Format.fixed(interval.upper, 2)))"
  }
  table.append([Format.number(target)] + cells)
}
print(table.formatted(), terminator: "")

// Who is nearer to what was asked, seed by seed?
let errors = achieved.map { runs in runs.map { Forecast.meanAbsoluteError($0, targets) } }
let comparison = PairedComparison(errors[0], errors[1], using: &random)
print(
  "mean distance from the target: \(Format.fixed(Statistics.mean(errors[0]), 2)) and "
    + "\(Format.fixed(Statistics.mean(errors[1]), 2)); difference "
    + "\(Format.fixed(comparison.meanDifference, 2)) "
    + "(\(Format.fixed(comparison.interval.lower, 2)) to "
    + "\(Format.fixed(comparison.interval.upper, 2)))")
if let needed = comparison.seedsNeeded() { print("seeds that would settle it: \(needed)") }
for (name, runs) in zip(["decision-transformer", "rvs"], achieved) {
  let rank = Correlation.spearman(
    targets, targets.indices.map { i in runs.map { $0[i] }.reduce(0, +) })
  print("\(name): rank correlation of target and achieved return \(Format.fixed(rank, 2))")
}
