import Agents
import Datasets
import Documents
import Environments
import Foundation
import TensorCore
import Testing

/// What agents learn against what can be worked out exactly in the corridor, whose random episodes
/// cover every state and action.
@Suite("Learned values", .tags(.learning))
struct ExactValueTests {
  private let world: Corridor
  private let playground: Playground<Corridor>
  private let discount = 0.9
  /// All states in which the corridor can be acted in.
  private let states: [Corridor.State]

  init() throws {
    let configuration = Corridor.Configuration()
    world = try Corridor(configuration)
    playground = Playground(world, episodes: 400)
    states = [false, true].flatMap { hasKey in
      (0..<configuration.length).map { Corridor.State(position: $0, hasKey: hasKey) }
    }.filter { [world] in !world.isSolved($0) && ($0.hasKey || $0.position > 0) }
  }

  private func row(_ state: Corridor.State) -> [Float] {
    var row: [Float] = [0, 0]
    var span = row.mutableSpan
    world.observe(state, at: 0, into: &span)
    return row
  }

  /// Iterates V(s) ← combine over actions of Q(s, a) to its fixed point.
  private func fixedPoint(
    _ combine: (Corridor.State, [Double]) -> Double
  ) -> [Corridor.State: [Double]] {
    var values: [Corridor.State: Double] = [:]
    var q: [Corridor.State: [Double]] = [:]
    for _ in 0..<2000 {
      for state in states {
        q[state] = (0..<2).map { action in
          world.transitions(from: state, action: action).reduce(0) { sum, transition in
            let next = transition.isTerminated ? 0 : values[transition.next] ?? 0
            return sum + transition.probability * (transition.reward + discount * next)
          }
        }
      }
      for state in states { values[state] = combine(state, q[state] ?? []) }
    }
    return q
  }

  @Test("of the table are those of value iteration")
  func tabular() throws {
    var configuration = TabularQ.Configuration()
    configuration.discount = discount
    let fitter = try TabularQ(configuration, data: playground.data)
    let tables = try #require(fitter.fit(to: playground.dataset, onSweep: { _ in true }))
    let exact = fixedPoint { $1.max() ?? 0 }
    let known = try #require(tables["states"])
    let learned = try #require(tables["values"])
    var compared = 0
    for state in states {
      let key = row(state)
      let index = try #require(
        (0..<known.shape[0]).first { Array(known.values[($0 * 2)..<($0 * 2 + 2)]) == key })
      for action in 0..<2 {
        let expected = try #require(exact[state]?[action])
        #expect(abs(Double(learned.values[index * 2 + action]) - expected) < 1e-6, "\(state)")
        compared += 1
      }
    }
    #expect(compared == 2 * states.count)
  }

  @Test("of the table are lower by the penalty for few steps, and unseen actions stay out")
  func pessimism() throws {
    let few = Playground(world, episodes: 2)
    var configuration = TabularQ.Configuration()
    configuration.discount = 0
    configuration.countPenalty = 0.5
    let fitter = try TabularQ(configuration, data: few.data)
    let tables = try #require(fitter.fit(to: few.dataset, onSweep: { _ in true }))
    let values = try #require(tables["values"]).values
    #expect(values.contains(-1e30))
    for value in values where value > -1e30 {
      // r − 0.5 / √n with r in {0, 1} where a pair has one reward only.
      let n = pow(0.5 / (Double(value) < 0 ? -Double(value) : 1 - Double(value)), 2)
      #expect(abs(n - n.rounded()) < 1e-3, "value \(value)")
    }
  }

  @Test("of Q-learning approach those of value iteration", arguments: ["dqn", "double-dqn"])
  func deep(id: String) throws {
    let trained = try playground.train(
      id,
      [
        "network": ["hidden": [64, 64]], "discount": .number(discount),
        "target": ["every": 1, "rate": 0.02],
      ], steps: 4000)
    let exact = fixedPoint { $1.max() ?? 0 }
    let scores = playground.scores(trained, for: states.map(row))
    for (state, score) in zip(states, scores) {
      for action in 0..<2 {
        let expected = try #require(exact[state]?[action])
        #expect(abs(Double(score[action]) - expected) < 0.03, "\(state), action \(action)")
      }
    }
  }

  /// Where the loss of one state and step has no slope: (Q(a) − r) n_a/N + α (softmax(Q)_a − n_a/N) = 0
  /// for every action a, with discount 0 and the Huber loss in its quadratic part.
  @Test("of conservative Q-learning lie where its loss has no slope")
  func conservative() throws {
    let alpha = 0.7
    let trained = try playground.train(
      "discrete-cql",
      ["network": ["hidden": [64, 64]], "discount": 0, "conservatism": .number(alpha)],
      steps: 4000, batch: 256)
    var counts: [Corridor.State: [Double]] = [:]
    let data = playground.dataset
    for step in 0..<data.stepCount {
      let position = data.observations[0].float(at: 2 * step)
      let state = Corridor.State(
        position: Int((position * 6).rounded()),
        hasKey: data.observations[0].float(at: 2 * step + 1) > 0)
      counts[state, default: [0, 0]][data.actions[0].integer(at: step)] += 1
    }
    for (state, score) in zip(states, playground.scores(trained, for: states.map(row))) {
      let q = score.map { Double($0) }
      let n = try #require(counts[state])
      let total = n[0] + n[1]
      guard total > 200 else { continue }
      for action in 0..<2 {
        let reward = world.transitions(from: state, action: action)[0].reward
        let softmax = exp(q[action]) / (exp(q[0]) + exp(q[1]))
        let slope =
          (q[action] - reward) * n[action] / total + alpha * (softmax - n[action] / total)
        #expect(abs(slope) < 0.1, "\(state), action \(action): slope \(slope)")
      }
    }
  }

  @Test("of implicit Q-learning are expectiles over the behaviour's actions")
  func expectiles() throws {
    let expectile = 0.8
    let trained = try playground.train(
      "discrete-iql",
      [
        "network": ["hidden": [64, 64]], "discount": .number(discount),
        "expectile": .number(expectile), "target": ["every": 1, "rate": 0.02],
      ], steps: 4000, batch: 128)
    // Both actions are as likely: V solves Σ |τ − 1(q < V)| (q − V) = 0.
    let exact = fixedPoint { _, q in
      let (low, high) = (min(q[0], q[1]), max(q[0], q[1]))
      return expectile * high + (1 - expectile) * low
    }
    let agent = try #require(trained.agent as? DiscreteIQL)
    var batch = SequenceBatch()
    batch.offsets = (0...states.count).map { Int32($0) }
    batch.observations = states.flatMap(row)
    var tape = Tape(parameters: trained.parameters)
    let values = tape.read(agent.stateValues(on: batch, tape: &tape))
    for (state, value) in zip(states, values) {
      let q = try #require(exact[state])
      let expected = expectile * max(q[0], q[1]) + (1 - expectile) * min(q[0], q[1])
      #expect(abs(Double(value) - expected) < 0.05, "\(state)")
    }
  }
}

@Suite("Every agent that learns from single steps, given one batch")
struct OneBatchTests {
  static let terms = [
    ("behaviour-cloning", "loss"), ("rvs", "loss"), ("dqn", "td_loss"), ("double-dqn", "td_loss"),
    ("discrete-cql", "td_loss"), ("discrete-bcq", "td_loss"), ("discrete-iql", "q1_loss"),
    ("iql", "q2_loss"), ("td3-bc", "q1_loss"),
  ]

  @Test("overfits it", .tags(.learning), arguments: terms)
  func overfits(id: String, term: String) throws {
    let isDiscrete = !["iql", "td3-bc"].contains(id)
    var batch = RandomBatch.make(lengths: Array(repeating: 1, count: 24), discrete: isDiscrete)
    batch.isTerminated = batch.isTerminated.map { _ in true }
    batch.rewards = batch.returnsToGo
    var scope = ParameterScope()
    let settings: Document.Fields = id == "discrete-cql" ? ["conservatism": 0.001] : [:]
    let agent = try AgentRegistry.builtIn.make(
      Component("agent", id: id, settings: settings),
      data: RandomBatch.summary(horizon: 3, discrete: isDiscrete), parts: .builtIn,
      into: &scope)
    var optimization = OptimizationSettings()
    optimization.weightDecay = 0
    let learner = Learner(
      agent, parameters: ParameterStore(scope, seed: 1), settings: optimization, totalSteps: 600,
      shards: 3, threads: 2, seed: 0)
    var first = Double.nan
    var last = Double.nan
    for step in 0..<600 {
      let report = try learner.step(batch, number: step)
      last = try #require(report[term])
      if step == 0 { first = last }
    }
    #expect(last < 0.02 * first, "\(term) from \(first) to \(last)")
  }

  /// Noise, statistics and periods of groups must not depend on the threads.
  @Test("has the same weights on 1 and 2 threads", arguments: terms.map(\.0))
  func threads(id: String) throws {
    let isDiscrete = !["iql", "td3-bc"].contains(id)
    func train(threads: Int) throws -> [[Float]] {
      var scope = ParameterScope()
      let agent = try AgentRegistry.builtIn.make(
        Component("agent", id: id), data: RandomBatch.summary(horizon: 3, discrete: isDiscrete),
        parts: .builtIn, into: &scope)
      let learner = Learner(
        agent, parameters: ParameterStore(scope, seed: 1), settings: OptimizationSettings(),
        totalSteps: 5, shards: 3, threads: threads, seed: 0)
      for step in 0..<5 {
        _ = try learner.step(
          RandomBatch.make(
            lengths: Array(repeating: 1, count: 20), discrete: isDiscrete, seed: UInt64(step)),
          number: step)
      }
      return learner.parameters.specifications.indices.map { learner.parameters.values(of: $0) }
    }
    #expect(try train(threads: 1) == train(threads: 2))
  }
}
