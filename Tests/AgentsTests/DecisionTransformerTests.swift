import Agents
import Datasets
import Documents
import Environments
import Foundation
import Randomness
import TensorCore
import Testing

@Suite("The Decision Transformer")
struct DecisionTransformerTests {
  /// Plays lanes of different lengths with random observations and rewards, and computes every
  /// choice again from the last `context` steps laid out as a batch.
  @Test(
    "acts as the whole window says, cached or sliding", arguments: [true, false],
    [Transformer.Positions.none, .perWindow])
  func actsAsTheWholeWindow(discrete: Bool, positions: Transformer.Positions) throws {
    let context = 4
    let (agent, store) = try RandomBatch.agent(
      context: context, discrete: discrete, horizon: 9, positions: positions)
    let policy = agent.makePolicy(parameters: store, lanes: 3, selection: Selection(.greedy))
    var random = RandomStream(seed: 4, "episode")
    let lengths = [9, 3, 6]
    let targets = [2.5, 0.5, 1]
    var histories = Array(repeating: RandomBatch.make(lengths: []), count: 3)
    var rewards = [0.0, 0, 0]
    for lane in 0..<3 {
      policy.begin(lane: lane, prompt: .targetReturn(targets[lane]), seed: 1)
    }
    for time in 0..<9 {
      let running = (0..<3).filter { time < lengths[$0] }
      let rows = running.map { _ in (0..<5).map { _ in Float(random.normal()) } }
      var actions: [Action] = []
      policy.actions(
        lanes: running, observations: Array(rows.joined()), rewards: running.map { rewards[$0] },
        into: &actions)
      for (index, lane) in running.enumerated() {
        let history = histories[lane]
        let returnToGo =
          time == 0
          ? targets[lane]
          : Double(history.returnsToGo[history.returnsToGo.count - 1]) - rewards[lane]
        histories[lane].observations += rows[index].map { ($0 - 0.25) / 2 }
        histories[lane].returnsToGo.append(Float(returnToGo))
        histories[lane].timesteps.append(Int32(time))
        let (expected, margin) = choice(agent, store, histories[lane], context, discrete)
        switch (actions[index], expected) {
        case (.discrete(let chosen), .discrete(let best)):
          #expect(chosen == best || margin < 1e-4, "lane \(lane), step \(time)")
        case (.continuous(let chosen), .continuous(let best)):
          for (a, b) in zip(chosen, best) { #expect(abs(a - b) < 1e-4) }
        default: Issue.record("the wrong kind of action")
        }
        switch actions[index] {
        case .discrete(let chosen): histories[lane].discreteActions.append(Int32(chosen))
        case .continuous(let chosen): histories[lane].continuousActions += chosen
        }
        rewards[lane] = random.uniform()
      }
    }
  }

  /// The choice at the last step of a history, from its last `context` steps, and how far the best
  /// logit is ahead.
  private func choice(
    _ agent: DecisionTransformer, _ store: ParameterStore, _ history: SequenceBatch, _ context: Int,
    _ discrete: Bool
  ) -> (Action, margin: Float) {
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
    let last = Int32(3 * (count - first - 1) + 1)
    let hidden = agent.hidden(on: batch, needed: [last], tape: &tape)
    let outputs = tape.read(agent.actions(at: hidden, tape: &tape))
    // Actions go from −1 to 3, outputs from −1 to 1.
    guard discrete else { return (.continuous(outputs.map { 1 + 2 * $0 }), 0) }
    let sorted = outputs.indices.sorted { outputs[$0] > outputs[$1] }
    return (.discrete(sorted[0]), outputs[sorted[0]] - outputs[sorted[1]])
  }

  @Test("samples from the softmax of its logits")
  func samples() throws {
    let (agent, store) = try RandomBatch.agent(context: 4)
    let observation: [Float] = [0.3, -1, 0.5, 2, 0]
    func draw(_ selection: Selection, seed: UInt64) -> Int {
      let policy = agent.makePolicy(parameters: store, lanes: 1, selection: selection)
      policy.begin(lane: 0, prompt: .targetReturn(1), seed: seed)
      var actions: [Action] = []
      policy.actions(lanes: [0], observations: observation, rewards: [0], into: &actions)
      guard case .discrete(let index)? = actions.first else { return -1 }
      return index
    }
    var batch = RandomBatch.make(lengths: [1])
    batch.observations = observation.map { ($0 - 0.25) / 2 }
    batch.returnsToGo = [1]
    var tape = Tape(parameters: store)
    let logits = tape.read(
      agent.actions(at: agent.hidden(on: batch, needed: [1], tape: &tape), tape: &tape))
    for temperature in [1.0, 0.5] {
      let weights = logits.map { Double($0) / temperature }
      let top = weights.max() ?? 0
      let exponentials = weights.map { exp($0 - top) }
      let total = exponentials.reduce(0, +)
      var counts = [0.0, 0, 0]
      let draws = 4000
      for seed in 0..<draws {
        counts[draw(Selection(.sampled, temperature: temperature), seed: UInt64(seed))] += 1
      }
      for index in 0..<3 {
        let p = exponentials[index] / total
        let deviation = (p * (1 - p) / Double(draws)).squareRoot()
        #expect(abs(counts[index] / Double(draws) - p) < 4.5 * deviation + 1e-9)
      }
    }
    let best = logits.indices.max { logits[$0] < logits[$1] }
    #expect(draw(Selection(.greedy), seed: 9) == best)
  }

  @Test("says which setting cannot be")
  func badSettings() throws {
    func error(_ settings: Document.Fields) -> String {
      var scope = ParameterScope()
      do {
        _ = try AgentRegistry.builtIn.make(
          Component("agent", id: "decision-transformer", settings: settings),
          data: RandomBatch.summary(horizon: 12), parts: .builtIn, into: &scope)
        return "no error"
      } catch { return error.description }
    }
    #expect(
      error(["contextLength": 13])
        == "contextLength: found 13, expected at most 12, the steps of the longest episode; "
        + "did you mean 12?")
    #expect(
      error(["contextLength": 0])
        == "contextLength: found 0, expected a whole number from 1 to the horizon, 12")
    #expect(
      error(["contextLength": 5, "backbone": ["id": "transfomer"]])
        == "backbone.id: found transfomer, expected one of transformer; did you mean transformer?")
    #expect(
      error(["contextLength": 5, "backbone": ["id": "transformer", "heads": 7]])
        == "backbone.heads: found 7, expected a divisor of the width, which is 128")
  }
}
