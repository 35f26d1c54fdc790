internal import Datasets
internal import Environments
internal import Randomness

/// Acts by a table of values; draws uniformly where it does not know what it sees.
final class TabularPolicy: ProbabilisticPolicy, ReplayablePolicy {
  private let states: ObservationIndex
  /// `[states · actions]`
  private let values: [Float]
  private let data: DataSummary
  private let usesTimesteps: Bool
  private let selection: Selection
  private var lanes: [Lane]

  private struct Lane {
    var time = 0
    var random = RandomStream(seed: 0, "policy")
    var logProbability = 0.0
    /// What the last action was chosen from; `nil` where it was drawn uniformly.
    var scores: ArraySlice<Float>?
  }

  init(
    states: ObservationIndex, values: [Float], data: DataSummary, usesTimesteps: Bool, lanes: Int,
    selection: Selection
  ) {
    self.states = states
    self.values = values
    self.data = data
    self.usesTimesteps = usesTimesteps
    self.selection = selection
    self.lanes = Array(repeating: Lane(), count: lanes)
  }

  func begin(lane: Int, prompt: Prompt, seed: UInt64) {
    lanes[lane] = Lane()
    lanes[lane].random = RandomStream(seed: seed, "policy")
  }

  func actions(
    lanes running: [Int], observations: [Float], rewards: [Double], into actions: inout [Action]
  ) {
    let width = data.observationSpace.width
    let count = data.actionColumns
    guard case .discrete(_, let start) = data.actionSpace else {
      preconditionFailure("the actions are not discrete")
    }
    actions.removeAll(keepingCapacity: true)
    for (index, lane) in running.enumerated() {
      let row = observations[(index * width)..<((index + 1) * width)]
      let own = scores(of: row + (usesTimesteps ? [Float(lanes[lane].time)] : []))
      lanes[lane].time += 1
      lanes[lane].scores = own
      guard let own else {
        let choice = lanes[lane].random.integer(below: count)
        lanes[lane].logProbability = Selection(.sampled).logProbability(
          of: choice, from: ArraySlice(repeating: Float(0), count: count))
        actions.append(.discrete(start + choice))
        continue
      }
      let choice = selection.choose(from: own, using: &lanes[lane].random)
      lanes[lane].logProbability = selection.logProbability(of: choice, from: own)
      actions.append(.discrete(start + choice))
    }
  }

  /// `[actions]` The values in a state, or `nil` where the data never acted there.
  private func scores(of key: ArraySlice<Float>) -> ArraySlice<Float>? {
    guard let state = states[key] else { return nil }
    let count = data.actionColumns
    let own = values[(state * count)..<((state + 1) * count)]
    return own.allSatisfy { $0 == TabularQ.excluded } ? nil : own
  }

  func logProbability(lane: Int) -> Double { lanes[lane].logProbability }

  func probabilities(lane: Int) -> [Double] {
    guard let scores = lanes[lane].scores else {
      return Array(repeating: 1 / Double(data.actionColumns), count: data.actionColumns)
    }
    return selection.probabilities(from: scores)
  }

  /// It remembers no action.
  func replaceLastAction(of lane: Int, by action: Action) {}
}
