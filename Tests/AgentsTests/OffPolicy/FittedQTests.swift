import Agents
import Datasets
import Documents
import Environments
import TensorCore
import Testing

@Suite("A fitted Q", .tags(.learning))
struct FittedQTests {
  private let world: Corridor
  private let playground: Playground<Corridor>

  init() throws {
    world = try Corridor(Corridor.Configuration())
    playground = Playground(world, episodes: 1500)
  }

  private var settings: FittedQSettings {
    var settings = FittedQSettings()
    settings.network.hidden = [64, 64]
    settings.steps = 4000
    settings.optimization.learningRate = 1e-3
    settings.target = .init(every: 50, rate: 1)
    return settings
  }

  private func fit(
    _ policies: PolicySource, _ selection: Selection, _ settings: FittedQSettings,
    discount: Double = 1, threads: Int = 2, dataset: Dataset? = nil
  ) throws -> FittedQ {
    let dataset = dataset ?? playground.dataset
    let decisions = try ActionProbabilities(
      of: policies, on: dataset, prompt: .none, selection: selection,
      isAskedAtEnds: !settings.usesTime, threads: threads)
    let fit = try FittedQ(
      to: dataset, decisions: decisions,
      data: DataSummary(of: dataset, horizon: world.horizon, normalisingObservations: true),
      memory: .init(needsHistory: false), settings: settings, discount: discount, parts: .builtIn,
      threads: threads, seed: 3)
    return try #require(fit)
  }

  /// A policy that is neither the recorded one nor the best, and its probabilities in every state.
  private func policy() throws -> (
    source: PolicySource, selection: Selection, acting: (Corridor.State) -> [Double]
  ) {
    let trained = try playground.train("dqn", ["network": ["hidden": [32]]], steps: 300)
    let selection = Selection(.sampled, temperature: 0.1)
    var table: [Corridor.State: [Double]] = [:]
    for hasKey in [false, true] {
      for position in 0..<7 {
        let state = Corridor.State(position: position, hasKey: hasKey)
        let row = [Float(position) / 6, hasKey ? 1 : 0]
        table[state] = selection.probabilities(
          from: playground.scores(trained, for: [row])[0][...])
      }
    }
    return (
      PolicySource(trained.agent, trained.parameters), selection, { [table] in table[$0] ?? [] }
    )
  }

  @Test("of covered data gives a policy's exact value, and lets recordings be weighed")
  func exactValue() throws {
    let policy = try policy()
    let evaluation = try Solver(world).evaluate { state, _ in policy.acting(state) }
    let exact = evaluation.expectedReturn
    let behaviour = playground.data.meanReturn
    #expect(abs(exact - behaviour) > 0.08, "the policy must differ from the recorded one")
    let fit = try fit(policy.source, policy.selection, settings)
    let value = try #require(fit.estimator.value)
    #expect(abs(value - exact) < 0.03, "\(value), exact \(exact), behaviour \(behaviour)")
    // Not the mean alone: at every place and time.
    var (error, count) = (0.0, 0)
    let data = playground.dataset
    for episode in 0..<100 {
      for (time, step) in data.steps(ofEpisode: episode).enumerated() {
        let state = Corridor.State(
          position: Int((data.observations[0].float(at: 2 * step) * 6).rounded()),
          hasKey: data.observations[0].float(at: 2 * step + 1) > 0)
        let expected = try #require(evaluation.expectedReturn(from: state, at: time))
        error += abs(fit.stateValues[episode][time] - expected)
        count += 1
      }
    }
    #expect(error / Double(count) < 0.04, "mean error \(error / Double(count))")
    // The same values in doubly robust estimates of the same data.
    let ratios = try ActionProbabilities(
      of: policy.source, on: data, prompt: .none, selection: policy.selection,
      isAskedAtEnds: false
    ).logRatios(on: data)
    let episodes = (0..<data.episodeCount).map { episode in
      let steps = data.steps(ofEpisode: episode)
      return WeighedEpisode(
        rewards: Array(data.rewards[steps]), logRatios: Array(ratios[steps]),
        actionValues: fit.actionValues[episode], stateValues: fit.stateValues[episode])
    }
    let robust = try #require(DoublyRobust(of: episodes, discount: 1, isWeighted: true).value)
    #expect(abs(robust - exact) < 0.05, "\(robust), exact \(exact)")
  }

  @Test("without time goes on past the horizon")
  func endless() throws {
    let policy = try policy()
    // V(s) = Σ_a π(a | s) (r + discount · V(s')), to its fixed point.
    let discount = 0.9
    var values: [Corridor.State: Double] = [:]
    let states = [false, true].flatMap { hasKey in
      (0..<7).map { Corridor.State(position: $0, hasKey: hasKey) }
    }.filter { !world.isSolved($0) }
    for _ in 0..<500 {
      for state in states {
        values[state] = policy.acting(state).enumerated().reduce(0) { sum, choice in
          let transition = world.transitions(from: state, action: choice.offset)[0]
          let next = transition.isTerminated ? 0 : values[transition.next] ?? 0
          return sum + choice.element * (transition.reward + discount * next)
        }
      }
    }
    let exact = world.startStates().reduce(0) { $0 + $1.probability * (values[$1.state] ?? 0) }
    var settings = settings
    settings.usesTime = false
    let fit = try fit(policy.source, policy.selection, settings, discount: discount)
    let value = try #require(fit.estimator.value)
    #expect(fit.featureCount == 2)
    #expect(abs(value - exact) < 0.02, "\(value), exact \(exact)")
  }

  @Test("of a policy of continuous actions gives what it achieves")
  func continuous() throws {
    let playground = Playground(
      try ContinuousCorridor(ContinuousCorridor.Configuration()), episodes: 600,
      normalisingObservations: true)
    let trained = try playground.train(
      "td3-bc", ["network": ["hidden": [64, 64]], "targetRate": 0.02, "strength": 20], steps: 1500)
    let achieved = playground.play(trained, episodes: 300)
    let dataset = playground.dataset
    let decisions = try ActionProbabilities(
      of: PolicySource(trained.agent, trained.parameters), on: dataset, prompt: .none,
      selection: Selection(.greedy), isAskedAtEnds: false)
    #expect(throws: OffPolicyError.continuousActions) { try decisions.logRatios(on: dataset) }
    let fit = try FittedQ(
      to: dataset, decisions: decisions, data: playground.data,
      memory: .init(needsHistory: false), settings: settings, discount: 1, parts: .builtIn,
      threads: 2, seed: 3)
    let value = try #require(fit?.estimator.value)
    #expect(
      abs(value - achieved) < 0.1,
      "\(value), achieved \(achieved), behaviour \(playground.data.meanReturn)")
    #expect(achieved - playground.data.meanReturn > 0.15)
  }

  @Test("gives no episode values that it has learned from that episode")
  func folds() throws {
    var settings = settings
    settings.steps = 30
    let policy = try policy()
    let few = Playground(world, episodes: 20).dataset
    let failed = try #require((0..<20).first { few.episodeReturns[$0] == 0 })
    // Luck that was not there: the same episode with a reward on its first step.
    var builder = DatasetBuilder(few.header)
    for episode in 0..<20 {
      var copy = few[episode: episode]
      if episode == failed { copy.rewards[0] = 1 }
      builder.append(copy)
    }
    let lucky = builder.takeDataset()
    let before = try fit(policy.source, policy.selection, settings, dataset: few)
    let after = try fit(policy.source, policy.selection, settings, dataset: lucky)
    #expect(before.rewardScale == after.rewardScale)
    for episode in 0..<20 {
      let isUntouched = episode % 2 == failed % 2
      #expect((before.stateValues[episode] == after.stateValues[episode]) == isUntouched)
      #expect((before.actionValues[episode] == after.actionValues[episode]) == isUntouched)
    }
    settings.folds = 1
    let whole = try fit(policy.source, policy.selection, settings, dataset: lucky)
    #expect(whole.stateValues[failed] != after.stateValues[failed])
  }

  @Test("has the same values on 1 and 3 threads, and others with another seed")
  func threads() throws {
    var settings = settings
    settings.steps = 30
    settings.features = .history
    let policy = try policy()
    let few = Playground(world, episodes: 20).dataset
    func values(_ threads: Int) throws -> [[Double]] {
      try fit(policy.source, policy.selection, settings, threads: threads, dataset: few)
        .stateValues
    }
    #expect(try values(1) == values(3))
    settings.shards = 1
    #expect(try values(1) != fit(policy.source, policy.selection, self.settings).stateValues)
  }
}

@Suite("Features of a history")
struct HistoryFeatureTests {
  @Test("hold the newest observation, those before with their actions, rewards, mean and time")
  func rows() throws {
    let space = Space.dictionary([
      .init("amount", .box(shape: [1], low: 0, high: 10)),
      .init("label", .discrete(count: 3, start: 1)),
    ])
    var builder = DatasetBuilder(
      DatasetHeader(
        environment: "test", environmentConfiguration: [:], observationSpace: space,
        actionSpace: .discrete(count: 2, start: 5), behaviourPolicy: [:], seed: 0, creator: "",
        configuration: [:]))
    builder.beginEpisode(seed: 0)
    let seen: [[Float]] = [[1, 1], [3, 2], [5, 3]]
    for (time, action) in [5, 6].enumerated() {
      let row = seen[time]
      builder.append(
        observation: row.span, action: .discrete(action),
        outcome: Outcome(reward: 2, isTerminated: time == 1, isTruncated: false),
        behaviourLogProbability: -0.7)
    }
    let last = seen[2]
    builder.endEpisode(finalObservation: last.span, isSolved: true)
    let dataset = builder.takeDataset()
    // Mean 2 and deviation 1 of the amounts.
    let data = DataSummary(of: dataset, horizon: 4, normalisingObservations: true)
    var settings = FeatureSettings()
    settings.historyLength = 2
    let features = HistoryFeatures(of: dataset, data: data, settings: settings, showsHistory: true)
    var row: [Float] = []
    features.append(episode: 0, time: 2, to: &row)
    let expected: [Float] = [
      3, 0, 0, 1,  // now
      1, 0, 1, 0, 0, 1,  // one step back, and its action
      -1, 1, 0, 0, 1, 0,  // two steps back
      1,  // 4 earned, and the largest return-to-go is 4
      0, 0.5, 0.5, 0,  // mean of the past
      0.5,  // time
    ]
    #expect(row.count == features.width && row.count == expected.count)
    #expect(zip(row, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(row)")
    row = []
    features.append(episode: 0, time: 0, to: &row)
    #expect(row.dropFirst(4).allSatisfy { $0 == 0 })
    settings.usesTime = false
    let plain = HistoryFeatures(of: dataset, data: data, settings: settings, showsHistory: false)
    row = []
    plain.append(episode: 0, time: 1, to: &row)
    #expect(plain.width == 4 && row.count == 4 && row[2] == 1)
  }
}
