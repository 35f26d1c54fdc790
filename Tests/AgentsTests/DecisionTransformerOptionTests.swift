import Agents
import Datasets
import Documents
import Environments
import Randomness
import TensorCore
import Testing

@Suite("The Decision Transformer's options")
struct DecisionTransformerOptionTests {
  typealias Configuration = DecisionTransformer.Configuration

  struct Case: Sendable, CustomTestStringConvertible {
    var conditioning = DecisionTransformer.Conditioning.return
    var order = DecisionTransformer.Order.returnFirst
    var update = DecisionTransformer.ConditioningUpdate.decremented
    var timesteps = DecisionTransformer.Timesteps.perStep
    var encoder = "linear"
    var discrete = true
    var testDescription: String { "\(self)" }

    func configure(_ configuration: inout Configuration) {
      configuration.conditioning = conditioning
      configuration.order = order
      configuration.conditioningUpdate = update
      configuration.timesteps = timesteps
      configuration.encoder = Component("encoder", id: encoder)
    }
  }

  static let cases: [Case] = [
    Case(conditioning: .none), Case(conditioning: .none, timesteps: .perWindow),
    Case(order: .observationFirst), Case(order: .observationFirst, timesteps: .none),
    Case(update: .constant), Case(timesteps: .perWindow), Case(timesteps: .none),
    Case(order: .observationFirst, update: .constant, timesteps: .perWindow, discrete: false),
    Case(conditioning: .none, encoder: "embedding", discrete: false),
  ]

  /// Plays past the context and computes every choice again from the last steps laid out as a batch.
  @Test("act as the whole window says, cached or sliding", arguments: cases)
  func actsAsTheWholeWindow(_ option: Case) throws {
    let context = 4
    let (agent, store) = try RandomBatch.agent(
      context: context, discrete: option.discrete, horizon: 11, configure: option.configure)
    let policy = agent.makePolicy(parameters: store, lanes: 2, selection: Selection(.greedy))
    var random = RandomStream(seed: 4, "episode")
    let targets = [2.5, 0.5]
    var histories = Array(repeating: RandomBatch.make(lengths: []), count: 2)
    var returns = targets
    var rewards = [0.0, 0]
    for lane in 0..<2 {
      policy.begin(lane: lane, prompt: .targetReturn(targets[lane]), seed: 1)
    }
    for time in 0..<11 {
      let rows = (0..<2).map { _ in (0..<5).map { _ in Float(random.normal()) } }
      var actions: [Action] = []
      policy.actions(
        lanes: [0, 1], observations: Array(rows.joined()), rewards: rewards, into: &actions)
      for lane in 0..<2 {
        if option.update == .decremented { returns[lane] -= rewards[lane] }
        histories[lane].observations += rows[lane].map { ($0 - 0.25) / 2 }
        histories[lane].returnsToGo.append(Float(returns[lane]))
        histories[lane].timesteps.append(Int32(time))
        let scores = lastScores(agent, store, histories[lane], context, option.discrete)
        switch actions[lane] {
        case .discrete(let chosen):
          let best = scores.max() ?? 0
          #expect(best - scores[chosen] < 1e-4, "lane \(lane), step \(time)")
          histories[lane].discreteActions.append(Int32(chosen))
        case .continuous(let chosen):
          // Actions go from −1 to 3, scores from −1 to 1.
          for (a, b) in zip(chosen, scores) { #expect(abs(a - (1 + 2 * b)) < 1e-4) }
          histories[lane].continuousActions += chosen
        }
        rewards[lane] = random.uniform()
      }
    }
  }

  private func lastScores(
    _ agent: DecisionTransformer, _ store: ParameterStore, _ history: SequenceBatch, _ context: Int,
    _ discrete: Bool
  ) -> [Float] {
    let count = history.timesteps.count
    let first = max(0, count - context)
    var batch = SequenceBatch()
    batch.observations = Array(history.observations[(first * 5)...])
    batch.returnsToGo = Array(history.returnsToGo[first...])
    batch.timesteps = Array(history.timesteps[first...])
    // The last action is not known yet; causality keeps it from mattering.
    if discrete {
      batch.discreteActions = Array((history.discreteActions + [0])[first...])
    } else {
      batch.continuousActions = Array((history.continuousActions + [9, 9, 9])[(first * 3)...])
    }
    batch.offsets = [0, Int32(count - first)]
    var tape = Tape(parameters: store)
    return Array(tape.read(agent.actionScores(on: batch, tape: &tape)).suffix(3))
  }

  private func scores(
    _ agent: DecisionTransformer, _ store: ParameterStore, _ batch: SequenceBatch
  ) -> [Float] {
    var tape = Tape(parameters: store)
    return tape.read(agent.actionScores(on: batch, tape: &tape))
  }

  @Test("observationFirst: the action knows its step's return, the predicted return does not")
  func orderOfTokens() throws {
    let (agent, store) = try RandomBatch.agent(context: 6) {
      $0.order = .observationFirst
      $0.returnHead = .categories
    }
    let batch = RandomBatch.make(lengths: [6, 4])
    var changed = batch
    changed.returnsToGo[2] += 1
    let (a, b) = (scores(agent, store, batch), scores(agent, store, changed))
    let p = agent.returnProbabilities(on: batch, parameters: store)
    let q = agent.returnProbabilities(on: changed, parameters: store)
    #expect(agent.returnCategories == [-1, 0, 0.5, 3])
    #expect(p.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-6 })
    #expect(p[0...2] == q[0...2])
    #expect(p[3] != q[3])
    #expect(a[..<6] == b[..<6])
    #expect(a[6..<9] != b[6..<9])
    #expect(a[18...] == b[18...])
  }

  @Test("without conditioning nothing depends on returns, and the critic sees the past alone")
  func critic() throws {
    let (agent, store) = try RandomBatch.agent(context: 6) {
      $0.conditioning = .none
      $0.returnHead = .categories
    }
    #expect(!agent.isConditionedOnReturns && !agent.canSampleReturns)
    #expect(agent.tokensPerStep == 2)
    #expect(agent.place(of: .returnToGo, atStep: 1) == nil)
    #expect(agent.place(of: .action, atStep: 2) == 5)
    let batch = RandomBatch.make(lengths: [6])
    var others = batch
    for index in others.returnsToGo.indices { others.returnsToGo[index] += 1 }
    #expect(scores(agent, store, batch) == scores(agent, store, others))
    let p = agent.returnProbabilities(on: batch, parameters: store)
    others = batch
    others.discreteActions[2] = (others.discreteActions[2] + 1) % 3
    let q = agent.returnProbabilities(on: others, parameters: store)
    #expect(p[0...2] == q[0...2])
    #expect(p[3] != q[3])
    #expect(RandomBatch.make(lengths: [1]).stepCount == 1)
  }

  @Test("perWindow: the first step's number counts and no other")
  func perWindow() throws {
    let (agent, store) = try RandomBatch.agent(context: 6) { $0.timesteps = .perWindow }
    let batch = RandomBatch.make(lengths: [4, 3])
    var later = batch
    later.timesteps[2] = 9
    #expect(scores(agent, store, batch) == scores(agent, store, later))
    var shifted = batch
    shifted.timesteps[4] = 5
    let (a, b) = (scores(agent, store, batch), scores(agent, store, shifted))
    #expect(a[..<12] == b[..<12])
    for step in 4..<7 { #expect(a[(step * 3)..<(step * 3 + 3)] != b[(step * 3)..<(step * 3 + 3)]) }
  }

  /// One step, one observation; action 1, taken in a quarter of the data, brings 3, others 0.
  private func bandit() -> SequenceBatch {
    var batch = RandomBatch.make(lengths: Array(repeating: 1, count: 40))
    for index in batch.observations.indices { batch.observations[index] = 0.5 }
    for step in 0..<40 {
      batch.discreteActions[step] = step % 4 == 0 ? 1 : step % 2 == 0 ? 0 : 2
      batch.returnsToGo[step] = step % 4 == 0 ? 3 : 0
    }
    return batch
  }

  private func trained(
    _ configure: (inout Configuration) -> Void, steps: Int = 250, on batch: SequenceBatch
  ) throws -> (agent: DecisionTransformer, parameters: ParameterStore, report: Learner.Report) {
    let (agent, store) = try RandomBatch.agent(context: 2, configure: configure)
    var settings = OptimizationSettings()
    settings.learningRate = 3e-3
    settings.warmUpSteps = 10
    let learner = Learner(
      agent, parameters: store, settings: settings, totalSteps: steps, shards: 2, threads: 1,
      seed: 1)
    var report = try learner.step(batch, number: 0)
    for step in 1..<steps { report = try learner.step(batch, number: step) }
    return (agent, store, report)
  }

  @Test("the return head learns how often each return comes", .tags(.learning))
  func returnHeadLearns() throws {
    let (agent, store, report) = try trained(
      {
        $0.conditioning = .none
        $0.returnHead = .categories
      }, on: bandit())
    let p = agent.returnProbabilities(on: bandit(), parameters: store)[0]
    #expect(abs(p[3] - 0.25) < 0.02)
    #expect(abs(p[1] - 0.75) < 0.02)
    let entropy = 0.5623  // of a quarter and three
    #expect(
      abs((report.values.first { $0.name == "return_cross_entropy" }?.value ?? 0) - entropy) < 0.01)
  }

  @Test("returns drawn under a prior are those that are wanted", .tags(.learning))
  func drawsReturns() throws {
    for (exponent, expected) in [(0.0, 0.25), (10, 1)] {
      let (agent, store, _) = try trained(
        {
          $0.order = .observationFirst
          $0.returnHead = .categories
          $0.returnPrior.exponent = exponent
        }, on: bandit())
      #expect(agent.canSampleReturns)
      let policy = agent.makePolicy(parameters: store, lanes: 1, selection: Selection(.greedy))
      let raw = [Float](repeating: 0.5 * 2 + 0.25, count: 5)
      var hits = 0
      for seed in 0..<400 {
        policy.begin(lane: 0, prompt: .sampledReturn, seed: UInt64(seed))
        var actions: [Action] = []
        policy.actions(lanes: [0], observations: raw, rewards: [0], into: &actions)
        if actions == [.discrete(1)] { hits += 1 }
      }
      #expect(abs(Double(hits) / 400 - expected) < 0.1, "exponent \(exponent): \(hits) of 400")
    }
  }

  /// Greedy choices are those for a drawn return of the data, within the context and beyond it.
  @Test("a policy that draws returns asks for one of the categories at every step")
  func drawnReturnsInWindows() throws {
    let context = 3
    let (agent, store) = try RandomBatch.agent(context: context) {
      $0.order = .observationFirst
      $0.returnHead = .categories
      $0.returnPrior.exponent = 1000  // so that the largest, 3, is drawn for sure
    }
    let policy = agent.makePolicy(parameters: store, lanes: 2, selection: Selection(.greedy))
    policy.begin(lane: 0, prompt: .sampledReturn, seed: 1)
    policy.begin(lane: 1, prompt: .targetReturn(1), seed: 1)
    var random = RandomStream(seed: 4, "episode")
    var histories = Array(repeating: RandomBatch.make(lengths: []), count: 2)
    for time in 0..<8 {
      let rows = (0..<2).map { _ in (0..<5).map { _ in Float(random.normal()) } }
      var actions: [Action] = []
      policy.actions(
        lanes: [0, 1], observations: Array(rows.joined()), rewards: [0, 0], into: &actions)
      for lane in 0..<2 {
        histories[lane].observations += rows[lane].map { ($0 - 0.25) / 2 }
        histories[lane].returnsToGo.append(lane == 0 ? 3 : 1)
        histories[lane].timesteps.append(Int32(time))
        let scores = lastScores(agent, store, histories[lane], context, true)
        guard case .discrete(let chosen) = actions[lane] else { return }
        #expect((scores.max() ?? 0) - scores[chosen] < 1e-4, "lane \(lane), step \(time)")
        histories[lane].discreteActions.append(Int32(chosen))
      }
    }
  }

  @Test("the observation head learns what comes next", .tags(.learning))
  func observationHeadLearns() throws {
    var batch = RandomBatch.make(lengths: Array(repeating: 2, count: 12))
    // What comes next is the action, in every number.
    for window in 0..<12 {
      let step = 2 * window
      for column in 0..<5 {
        batch.observations[(step + 1) * 5 + column] = Float(batch.discreteActions[step])
        batch.successors[window * 5 + column] = Float(batch.discreteActions[step + 1])
      }
    }
    let (_, _, report) = try trained({ $0.observationHead = .next }, on: batch)
    let error = report.values.first { $0.name == "observation_error" }?.value ?? 1
    #expect(error < 0.02)
    let (_, _, none) = try trained(
      {
        $0.observationHead = .next
        $0.observationLossWeight = 0
      }, on: batch)
    #expect((none.values.first { $0.name == "observation_error" }?.value ?? 0) > 0.1)
  }

  @Test("attention weights of a causal model add up to one and look back alone")
  func attention() throws {
    let (agent, store) = try RandomBatch.agent(context: 6)
    let batch = RandomBatch.make(lengths: [6, 2])
    let layers = agent.attentionWeights(on: batch, parameters: store)
    #expect(layers.count == 2)
    for layer in layers {
      #expect(layer.heads == 3 && layer.offsets == [0, 18, 24])
      for head in 0..<3 {
        for query in 0..<18 {
          let row = (0..<18).map { layer[window: 0, head: head, query: query, key: $0] }
          #expect(abs(row.reduce(0, +) - 1) < 1e-5)
          #expect(row[(query + 1)...].allSatisfy { $0 == 0 })
        }
      }
    }
    // The second window's first token can only look at itself, the next at two.
    #expect(layers[1][window: 1, head: 2, query: 0, key: 0] == 1)
    let share = layers[0][window: 1, head: 0, query: 1, key: 0]
    #expect(share > 0 && share < 1)
  }

  @Test("windowed behaviour cloning is the same model without returns")
  func windowedBehaviourCloning() throws {
    var scope = ParameterScope()
    let agent = try AgentRegistry.builtIn.make(
      Component("agent", id: "windowed-behaviour-cloning", settings: ["contextLength": 5]),
      data: RandomBatch.summary(horizon: 12), parts: .builtIn, into: &scope)
    #expect(!agent.isConditionedOnReturns)
    #expect(agent.windowRequest.contextLength == 5)
    #expect(!scope.specifications.contains { $0.name.hasPrefix("embedding.return") })
  }

  @Test("say which of them cannot be together")
  func refusals() throws {
    func error(_ settings: Document.Fields, data: DataSummary? = nil) -> String {
      var scope = ParameterScope()
      do {
        _ = try AgentRegistry.builtIn.make(
          Component("agent", id: "decision-transformer", settings: settings),
          data: data ?? RandomBatch.summary(horizon: 20), parts: .builtIn, into: &scope)
        return "no error"
      } catch { return error.description }
    }
    #expect(
      error(["returnHead": "categories"])
        == "returnHead: found categories, where the return's token comes before the "
        + "observation's, expected order: observationFirst, or conditioning: none")
    var unknown = RandomBatch.summary(horizon: 20)
    unknown.returnDistribution = .unknown
    #expect(
      error(["returnHead": "categories", "conditioning": "none"], data: unknown)
        == "returnHead: found categories, expected none: nothing is known of the data's "
        + "returns-to-go")
    #expect(
      error(["returnPrior": ["exponent": -1]])
        == "returnPrior.exponent: found -1.0, expected a number from 0 to 1000000")
    #expect(
      error(["returnBins": 1]) == "returnBins: found 1, expected a whole number from 2 to 10000")
  }
}

@Suite("Categories of returns")
struct ReturnCategoriesTests {
  @Test("are the data's own returns where there are few, else the middles of bins")
  func categories() {
    let distribution = ReturnDistribution(
      quantiles: [0, 1], returnsToGo: [-2, 0, 1, 8], counts: [1, 2, 3, 4])
    let exact = ReturnCategories(distribution, bins: 4)
    #expect(exact.values == [-2, 0, 1, 8] && exact.counts == [1, 2, 3, 4])
    #expect(exact.indices(of: [-9, -1.1, -0.9, 0.6, 4.4, 4.6, 99]) == [0, 0, 1, 2, 2, 3, 3])
    let bins = ReturnCategories(distribution, bins: 2)
    #expect(bins.values == [0.5, 5.5] && bins.counts == [6, 4])
    #expect(bins.indices(of: [-2, 2.9, 3.1, 8]) == [0, 0, 1, 1])
  }

  @Test("priors weigh them as their formulas say")
  func priors() {
    func weights(_ shape: ReturnPrior.Shape, _ exponent: Double) -> [Double] {
      var prior = ReturnPrior()
      (prior.shape, prior.exponent, prior.temperature) = (shape, exponent, 2)
      return prior.logWeights(of: [-11, -4, 1], counts: [3, 0, 8], horizon: 10)
    }
    func near(_ a: [Double], _ b: [Double]) -> Bool {
      zip(a, b).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-9 }
    }
    #expect(near(weights(.exponential, 3), [-16.5, -6, 1.5]))
    #expect(near(weights(.linear, 2), [-.infinity, 2 * 1.945910149055313, 2 * 2.484906649788]))
    #expect(near(weights(.data, 1), [1.0986122886681098, -.infinity, 2.0794415416798357]))
    for shape in ReturnPrior.Shape.allCases { #expect(weights(shape, 0) == [0, 0, 0]) }
  }

  @Test("are drawn in proportion to the model's probability and the prior")
  func draws() {
    let categories = ReturnCategories(
      ReturnDistribution(quantiles: [0], returnsToGo: [0, 1, 2], counts: [1, 1, 1]), bins: 5)
    // Probabilities 1/2, 1/4, 1/4; the prior doubles the second and forbids the third.
    let logits: [Float] = [0.6931472, 0, 0]
    var random = RandomStream(seed: 3, "draws")
    var counts: [Double: Int] = [:]
    for _ in 0..<4000 {
      counts[
        categories.draw(
          from: logits[...], logWeights: [0, 0.6931472, -.infinity], using: &random),
        default: 0] += 1
    }
    #expect(counts[2] == nil)
    #expect(abs(Double(counts[0] ?? 0) / 4000 - 0.5) < 4.5 * 0.0079)
    let forbidden = [Double](repeating: -.infinity, count: 3)
    #expect(
      [0, 1, 2].contains(categories.draw(from: logits[...], logWeights: forbidden, using: &random)))
  }
}
