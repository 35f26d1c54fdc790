import Agents
import Environments
import Experiments
import Reports

// Under its id the agent has everything: configurations, checkpoints, resumption, evaluation.
var registry = Registry.builtIn
registry.agents = registry.agents.adding(
  .init(
    "return-weighted-cloning", ReturnWeightedCloning.self,
    "Imitates what was followed by large returns (Peters and Schaal, 2007)."))

// What a YAML file would say; all else has its default.
var settings = ExperimentSettings()
settings.environment.id = "corridor"
settings.dataset.episodes = 500
settings.agent.id = "return-weighted-cloning"
settings.agent.settings = ["temperature": 0.2]
settings.training.steps = 300
settings.training.optimization.learningRate = 1e-2
settings.training.validation.every = 0
settings.evaluation.selections = [.greedy]
let experiment = try Experiment(name: "custom-agent", settings, registry: registry)

// Collect, train, evaluate: the run folder is one that `hindsight evaluate` takes as well.
let path = CommandLine.arguments.dropFirst().first ?? "runs/custom-agent"
let collection = try Collector(experiment.loaded, registry: registry)
  .collect(to: path + "-data.hdf5")
let data = try experiment.readDataset(at: collection.path)
let folder = RunFolder(path)
_ = try Trainer(experiment.loaded, registry: registry, folder: folder, threads: 1)
  .run(on: data, from: collection.path)
let evaluation = try Evaluation(of: folder, registry: registry)
let reports = try evaluation.run(threads: 1)
print("report: \(try evaluation.save(reports, as: nil))")
print("data: mean return \(Format.number(evaluation.trained.data.meanReturn))")
print("policy: mean return \(Format.number(reports[0].meanReturn))")

// And an episode by hand: a policy acts in lanes, of which this uses one.
var world = try Corridor(.init())
world.reset(seed: 7)
let policy = evaluation.trained.policies.makePolicy(lanes: 1, selection: Selection(.greedy))
policy.begin(lane: 0, prompt: .none, seed: 7)
var outcome = Outcome(reward: 0, isTerminated: false, isTruncated: false)
var actions: [Action] = []
var walk = ""
while !outcome.isDone {
  policy.actions(
    lanes: [0], observations: world.observation(), rewards: [outcome.reward], into: &actions)
  outcome = world.step(actions[0])
  walk += actions[0] == .discrete(0) ? "←" : "→"
}
print("by hand: \(walk) \(world.isSolved ? "opens the door" : "does not open the door")")
