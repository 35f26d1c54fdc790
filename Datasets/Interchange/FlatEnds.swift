internal import Environments
internal import HDF5

/// Where the episodes of a flat file end, and what was seen after their last actions.
struct FlatEnds {
  /// `[N]`
  var terminals: [Bool]
  /// `[N]`
  var timeouts: [Bool]
  /// The steps of each episode.
  private(set) var episodes: [Range<Int>] = []
  private let seen: [Column]
  private let next: [Column]?
  private let widths: [Int]

  init(
    _ root: borrowing HDF5Group, rows: Int, observations: [Column], next: [Column]?,
    widths: [Int], horizon: Int?, _ remarks: inout Remarks
  ) throws(HDF5Error) {
    seen = observations
    self.next = next
    self.widths = widths
    terminals = try Self.flags(Layout.terminals, rows, root)
    let hasTimeouts = try root.contains(Layout.timeouts)
    let hasEnds = try root.contains("episode_terminals")
    if hasTimeouts || hasEnds, horizon != nil {
      remarks.add("the file says where episodes were cut: the horizon was not needed")
    }
    if hasTimeouts {
      timeouts = try Self.flags(Layout.timeouts, rows, root)
    } else if hasEnds {
      timeouts = zip(try Self.flags("episode_terminals", rows, root), terminals).map { $0 && !$1 }
    } else {
      timeouts = [Bool](repeating: false, count: rows)
      if let horizon {
        cut(every: horizon)
        remarks.add("there are no timeouts: episodes were cut after \(horizon) steps")
      } else if next != nil {
        let count = cutWhereNextDiffers()
        remarks.add(
          "there are no timeouts: \(count) episodes were cut where next_observations are not the "
            + "observations that follow")
      } else {
        remarks.add(
          "there are no timeouts: episodes end at terminals only; --horizon cuts them as the "
            + "environment did")
      }
    }
    var start = 0
    for step in 0..<rows where terminals[step] || timeouts[step] {
      episodes.append(start..<step + 1)
      start = step + 1
    }
    if start < rows {
      episodes.append(start..<rows)
      remarks.add(
        "the last \(rows - start) steps have no end: kept as an unfinished episode, which D4RL's "
          + "own readers drop")
    }
    if next == nil, !episodes.isEmpty {
      remarks.add(
        "there are no next_observations: what was seen after an episode's last action is not "
          + "known, the observation before it stands in its place")
    } else {
      noteDifferences(&remarks)
    }
  }

  /// Per leaf `[T + 1, width]` The observations of an episode, the final one included.
  func observations(of steps: Range<Int>) -> [Column] {
    seen.indices.map { leaf in
      let width = widths[leaf]
      var column = seen[leaf][steps.lowerBound * width..<steps.upperBound * width]
      let last = (steps.upperBound - 1) * width..<steps.upperBound * width
      column.append(last, of: next?[leaf] ?? seen[leaf])
      return column
    }
  }

  private static func flags(
    _ name: String, _ rows: Int, _ root: borrowing HDF5Group
  ) throws(HDF5Error) -> [Bool] {
    let dataset = try root.dataset(name)
    guard dataset.shape == [rows] || dataset.shape == [rows, 1] else {
      throw HDF5Error(
        .refused, object: name, problem: "found shape \(dataset.shape), expected [\(rows)]")
    }
    return try dataset.flags()
  }

  private mutating func cut(every horizon: Int) {
    var length = 0
    for step in terminals.indices {
      length += 1
      if terminals[step] {
        length = 0
      } else if length == horizon {
        timeouts[step] = true
        length = 0
      }
    }
  }

  private mutating func cutWhereNextDiffers() -> Int {
    var count = 0
    for step in terminals.indices.dropLast() where !terminals[step] && !continues(after: step) {
      timeouts[step] = true
      count += 1
    }
    return count
  }

  /// Whether the next observation of a step is the observation of the step that follows.
  private func continues(after step: Int) -> Bool {
    guard let next else { return true }
    return seen.indices.allSatisfy { leaf in
      let width = widths[leaf]
      return (0..<width).allSatisfy {
        next[leaf].double(at: step * width + $0) == seen[leaf].double(at: (step + 1) * width + $0)
      }
    }
  }

  private func noteDifferences(_ remarks: inout Remarks) {
    var count = 0
    for steps in episodes {
      for step in steps.dropLast() where !continues(after: step) { count += 1 }
    }
    guard count > 0 else { return }
    remarks.add(
      "next_observations: \(count) are not the observations that follow, which were kept instead")
  }
}
