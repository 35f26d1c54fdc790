import Agents
import Datasets
import Documents
import Environments
import Foundation
import Randomness
import TensorCore

/// Random episodes of a world, and agents trained on them, without files: the shortest way from an
/// agent to what it achieves.
struct Playground<World: Environment> {
  let world: World
  let dataset: Dataset
  let data: DataSummary

  init(_ world: World, episodes: Int, normalisingObservations: Bool = false) {
    self.world = world
    var builder = DatasetBuilder(
      DatasetHeader(
        environment: "test", environmentConfiguration: [:],
        observationSpace: world.observationSpace, actionSpace: world.actionSpace,
        behaviourPolicy: ["id": "random"], seed: 0, creator: "test", configuration: [:]))
    var world = world
    for episode in 0..<episodes {
      var random = RandomStream(seed: 1, "test/behaviour", UInt64(episode))
      world.reset(seed: UInt64(episode))
      builder.beginEpisode(seed: UInt64(episode))
      var isDone = false
      while !isDone {
        let row = Self.observation(of: world)
        let (action, logProbability) = Self.randomAction(in: world, &random)
        let outcome = world.step(action)
        builder.append(
          observation: row.span, action: action, outcome: outcome,
          behaviourLogProbability: logProbability)
        isDone = outcome.isDone
      }
      builder.endEpisode(
        finalObservation: Self.observation(of: world).span, isSolved: world.isSolved)
    }
    dataset = builder.takeDataset()
    data = DataSummary(
      of: dataset, horizon: world.horizon, normalisingObservations: normalisingObservations)
  }

  private static func observation(of world: World) -> [Float] {
    var row = [Float](repeating: 0, count: world.observationSpace.width)
    var span = row.mutableSpan
    world.observe(into: &span)
    return row
  }

  private static func randomAction(
    in world: World, _ random: inout RandomStream
  ) -> (Action, Double) {
    switch world.actionSpace {
    case .discrete(let count, let start):
      return (.discrete(start + random.integer(below: count)), -log(Double(count)))
    case .box(let box):
      return (
        .continuous(
          zip(box.low, box.high).map { $0 + Float(random.uniform()) * ($1 - $0) }), 0
      )
    default: preconditionFailure("no such actions here")
    }
  }

  /// Trains the agent that the registry knows by `id`.
  func train(
    _ id: String, _ settings: Document.Fields = [:], steps: Int, batch size: Int = 64,
    learningRate: Double = 1e-3, sampling: SamplingSettings = SamplingSettings(), seed: UInt64 = 0
  ) throws -> (agent: any Agent, parameters: ParameterStore) {
    var scope = ParameterScope()
    let agent = try AgentRegistry.builtIn.make(
      Component("agent", id: id, settings: settings), data: data, parts: .builtIn, into: &scope)
    var optimization = OptimizationSettings()
    optimization.learningRate = learningRate
    optimization.weightDecay = 0
    let learner = Learner(
      agent, parameters: ParameterStore(scope, seed: seed), settings: optimization,
      totalSteps: steps, shards: 4, threads: 2, seed: seed)
    let sampler = try WindowSampler(
      dataset, summary: data, request: agent.windowRequest, settings: sampling, seed: seed)
    var batch = SequenceBatch()
    for step in 0..<steps {
      sampler.fill(&batch, windows: size, step: step)
      _ = try learner.step(batch, number: step)
    }
    return (agent, learner.parameters)
  }

  /// The mean return of an agent that is asked for the best return in the data.
  func play(
    _ trained: (agent: any Agent, parameters: ParameterStore), episodes: Int = 50,
    selection: Selection = Selection(.greedy)
  ) -> Double {
    var world = world
    let policy = trained.agent.makePolicy(
      parameters: trained.parameters, lanes: 1, selection: selection)
    var total = 0.0
    for episode in 0..<episodes {
      world.reset(seed: UInt64(100_000 + episode))
      policy.begin(
        lane: 0, prompt: .targetReturn(data.maximumReturn), seed: UInt64(episode))
      var reward = 0.0
      var actions: [Action] = []
      var isDone = false
      while !isDone {
        policy.actions(
          lanes: [0], observations: Self.observation(of: world), rewards: [reward], into: &actions)
        let outcome = world.step(actions[0])
        reward = outcome.reward
        total += reward
        isDone = outcome.isDone
      }
    }
    return total / Double(episodes)
  }

  /// The scores `[count, columns]` of a trained agent for observations as the environment gives them.
  func scores(
    _ trained: (agent: any Agent, parameters: ParameterStore), for observations: [[Float]]
  ) -> [[Float]] {
    var batch = SequenceBatch()
    batch.offsets = (0...observations.count).map { Int32($0) }
    batch.observations = observations.flatMap { row in
      row.indices.map { (row[$0] - data.observationMean[$0]) / data.observationScale[$0] }
    }
    batch.timesteps = observations.map { _ in 0 }
    batch.returnsToGo = observations.map { _ in Float(data.maximumReturn) }
    var tape = Tape(parameters: trained.parameters)
    let tensor = trained.agent.actionScores(on: batch, tape: &tape)
    let numbers = tape.read(tensor)
    return (0..<observations.count).map {
      Array(numbers[($0 * tensor.columns)..<(($0 + 1) * tensor.columns)])
    }
  }
}

/// A corridor walked by continuous steps: the key at the left end, the door at the right.
///
/// One action, from −2 to 2, is how far to go, in fifths of the corridor; reward 1 at the door with the
/// key.
struct ContinuousCorridor: Environment {
  struct Configuration: Settings {
    var horizon = 40
  }

  let observationSpace = Space.box(shape: [2], low: 0, high: 1)
  let actionSpace = Space.box(shape: [1], low: -2, high: 2)
  let horizon: Int
  private var position = 0.5
  private var hasKey = false
  private var time = 0

  init(_ configuration: Configuration) throws(ConfigurationError) {
    horizon = configuration.horizon
  }

  mutating func reset(seed: UInt64) {
    var random = RandomStream(seed: seed, "corridor")
    position = 0.2 + 0.6 * random.uniform()
    hasKey = false
    time = 0
  }

  mutating func step(_ action: Action) -> Outcome {
    guard case .continuous(let numbers) = action else { preconditionFailure("\(action)") }
    precondition(abs(numbers[0]) <= 2.0001, "action \(numbers[0]) is out of bounds")
    position = min(max(position + 0.2 * Double(numbers[0]), 0), 1)
    hasKey = hasKey || position == 0
    time += 1
    return Outcome(
      reward: isSolved ? 1 : 0, isTerminated: isSolved, isTruncated: !isSolved && time == horizon)
  }

  var isSolved: Bool { hasKey && position == 1 }

  func observe(into row: inout MutableSpan<Float>) {
    row[0] = Float(position)
    row[1] = hasKey ? 1 : 0
  }
}
