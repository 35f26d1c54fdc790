import Agents
import Documents
import Environments
import Randomness
import TensorCore

/// Latency of a policy's choice, for one lane and for many.
enum RolloutBench {
  /// - Parameter beyond: whether the episodes are longer than the context, so that every choice
  ///   computes the whole window; else the mean over the steps 1 to K of fresh episodes.
  static func measure(
    _ size: ModelSize, lanes: Int, beyond: Bool, threads: Int, rounds: Int
  ) throws -> Measurement {
    let (agent, parameters) = try size.makeAgent()
    let policy = agent.makePolicy(
      parameters: parameters, lanes: lanes, selection: Selection(.greedy),
      threads: threads)
    var random = RandomStream(seed: 1, "observations")
    let rows = (0..<(lanes * ModelSize.observationWidth)).map { _ in Float(random.normal()) }
    let rewards = [Double](repeating: 0, count: lanes)
    let all = Array(0..<lanes)
    var actions: [Action] = []
    func begin() {
      for lane in all { policy.begin(lane: lane, prompt: .targetReturn(1), seed: 0) }
    }
    func act(_ count: Int) {
      for _ in 0..<count {
        policy.actions(lanes: all, observations: rows, rewards: rewards, into: &actions)
      }
    }
    begin()
    act(size.context + 1)
    let episodes = max(1, (beyond ? 4 : 64) / lanes)
    let times = (0..<rounds).map { _ -> Double in
      var total = 0.0
      for _ in 0..<episodes {
        if !beyond { begin() }
        total += time { act(size.context) }
      }
      return total / Double(episodes * size.context * lanes)
    }
    var result = Measurement(
      bench: "rollout", config: size.name, threads: threads, seconds: times, unit: "step")
    result.more = [
      "lanes": .integer(lanes), "context": .string(beyond ? "beyond" : "within"),
    ]
    return result
  }
}
