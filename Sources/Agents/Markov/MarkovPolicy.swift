public import Datasets
internal import Environments
internal import Randomness
public import TensorCore

/// Acts on the newest observation alone, and on the return still wanted where its agent asks for it.
///
/// The agent computes what it would for a batch of windows of one step, so a choice is what its loss
/// has trained.
final class MarkovPolicy: ProbabilisticPolicy, ReplayablePolicy {
  private let agent: any Agent
  private let data: DataSummary
  private let bounds: ActionBounds
  private let selection: Selection
  private var tape: Tape
  private var lanes: [Lane]
  private var batch = SequenceBatch()

  private struct Lane {
    var returnToGo = 0.0
    var time = 0
    var random = RandomStream(seed: 0, "policy")
    /// Of the last action.
    var logProbability = 0.0
    /// What the last discrete action was chosen from.
    var scores: ArraySlice<Float> = []
  }

  init(
    _ agent: any Agent, data: DataSummary, parameters: ParameterStore, lanes: Int,
    selection: Selection, threads: Int
  ) {
    self.agent = agent
    self.data = data
    self.selection = selection
    bounds = ActionBounds(data.actionSpace)
    tape = Tape(parameters: parameters, threads: threads)
    self.lanes = Array(repeating: Lane(), count: lanes)
  }

  func begin(lane: Int, prompt: Prompt, seed: UInt64) {
    var fresh = Lane()
    fresh.random = RandomStream(seed: seed, "policy")
    switch prompt {
    case .targetReturn(let target): fresh.returnToGo = target
    case .none, .sampledReturn: fresh.returnToGo = data.maximumReturn
    }
    lanes[lane] = fresh
  }

  func actions(
    lanes running: [Int], observations: [Float], rewards: [Double], into actions: inout [Action]
  ) {
    let width = data.observationSpace.width
    batch.observations.removeAll(keepingCapacity: true)
    batch.returnsToGo.removeAll(keepingCapacity: true)
    batch.timesteps.removeAll(keepingCapacity: true)
    for (index, lane) in running.enumerated() {
      if lanes[lane].time > 0 { lanes[lane].returnToGo -= rewards[index] }
      batch.returnsToGo.append(Float(lanes[lane].returnToGo))
      batch.timesteps.append(Int32(min(lanes[lane].time, data.horizon - 1)))
      lanes[lane].time += 1
      for column in 0..<width {
        batch.observations.append(
          (observations[index * width + column] - data.observationMean[column])
            / data.observationScale[column])
      }
    }
    batch.offsets = (0...running.count).map { Int32($0) }
    tape.clear()
    let scores = agent.actionScores(on: batch, tape: &tape)
    let numbers = tape.read(scores)
    actions.removeAll(keepingCapacity: true)
    for (row, lane) in running.enumerated() {
      let own = numbers[(row * scores.columns)..<((row + 1) * scores.columns)]
      guard case .discrete(_, let start) = data.actionSpace else {
        actions.append(.continuous(bounds.actions(of: own)))
        continue
      }
      lanes[lane].scores = own
      let choice = selection.choose(from: own, using: &lanes[lane].random)
      lanes[lane].logProbability = selection.logProbability(of: choice, from: own)
      actions.append(.discrete(start + choice))
    }
  }

  func logProbability(lane: Int) -> Double { lanes[lane].logProbability }

  func probabilities(lane: Int) -> [Double] {
    lanes[lane].scores.isEmpty ? [] : selection.probabilities(from: lanes[lane].scores)
  }

  /// It remembers no action.
  func replaceLastAction(of lane: Int, by action: Action) {}
}

/// An agent that acts on the newest observation, and perhaps on the return still wanted.
///
/// For continuous actions its scores are units of ``ActionBounds``.
public protocol MarkovAgent: Agent {
  var data: DataSummary { get }
}

extension MarkovAgent {
  public var windowRequest: WindowRequest { WindowRequest(contextLength: 1) }

  public func makePolicy(
    parameters: ParameterStore, lanes: Int, selection: Selection, threads: Int
  ) -> any Policy {
    MarkovPolicy(
      self, data: data, parameters: parameters, lanes: lanes, selection: selection,
      threads: threads)
  }
}
