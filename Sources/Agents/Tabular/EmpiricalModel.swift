internal import Datasets
internal import Environments

/// The world as a dataset tells it: for every state and action, what came of it and how often.
struct EmpiricalModel: Sendable {
  struct Successor: Sendable {
    var state: Int
    var count: Int
  }

  /// `[states · actions]` Steps from each pair.
  private(set) var counts: [Int] = []
  /// `[states · actions]`
  private(set) var rewardSums: [Double] = []
  /// Where each pair's successors begin in ``list``; steps that ended an episode by its rules have
  /// none.
  private var offsets: [Int] = [0]
  private var list: [Successor] = []

  func successors(of pair: Int) -> ArraySlice<Successor> { list[offsets[pair]..<offsets[pair + 1]] }

  /// - Parameter states: numbers what is observed; with the timestep where `usesTimesteps`.
  init(
    of dataset: Dataset, actionCount: Int, usesTimesteps: Bool, states: inout ObservationIndex
  ) {
    guard case .discrete(_, let start) = dataset.header.actionSpace else {
      preconditionFailure("the actions are not discrete")
    }
    var next: [[Int: Int]] = []
    for episode in 0..<dataset.episodeCount {
      let steps = dataset.steps(ofEpisode: episode)
      var state = states.number(
        of: dataset.observationRow(steps.lowerBound) + (usesTimesteps ? [0] : []))
      for step in steps {
        let time = Float(step - steps.lowerBound + 1)
        let isLast = step == steps.upperBound - 1
        let row =
          isLast ? dataset.finalObservationRow(episode) : dataset.observationRow(step + 1)
        let after = states.number(of: row + (usesTimesteps ? [time] : []))
        grow(&next, to: states.count * actionCount)
        let pair = state * actionCount + dataset.actions[0].integer(at: step) - start
        counts[pair] += 1
        rewardSums[pair] += dataset.rewards[step]
        if !dataset.isTerminated[step] { next[pair][after, default: 0] += 1 }
        state = after
      }
    }
    for successors in next {
      // By number: a dictionary has another order in every process.
      list += successors.map { Successor(state: $0.key, count: $0.value) }
        .sorted { $0.state < $1.state }
      offsets.append(list.count)
    }
  }

  private mutating func grow(_ next: inout [[Int: Int]], to count: Int) {
    guard counts.count < count else { return }
    let more = count - counts.count
    counts += Array(repeating: 0, count: more)
    rewardSums += Array(repeating: 0, count: more)
    next += Array(repeating: [:], count: more)
  }
}

extension Dataset {
  /// `[observation width]` What was seen before a step.
  func observationRow(_ step: Int) -> [Float] { Self.row(step, of: observations, header) }

  /// `[observation width]` What was seen after an episode's last step.
  func finalObservationRow(_ episode: Int) -> [Float] {
    Self.row(episode, of: finalObservations, header)
  }

  private static func row(_ row: Int, of columns: [Column], _ header: DatasetHeader) -> [Float] {
    zip(columns, header.observationSpace.leaves).flatMap { column, leaf in
      ((row * leaf.width)..<((row + 1) * leaf.width)).map { column.float(at: $0) }
    }
  }
}
