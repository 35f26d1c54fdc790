import Documents
import Environments
import Randomness

/// Cross a river: every step brings the ferry one row nearer to the far bank, while the current
/// carries it aside.
///
/// Action 0 steers to the left, 1 straight on, 2 to the right. Only landing is rewarded, by how near
/// to the pier it is:
///
///     reward = max(0, 1 − |columns from the pier| / reach)
///
/// so returns go from 0 to 1. Times are steps.
struct Ferry: Environment {
  struct Configuration: Settings {
    /// Rows to cross, 1 to 100: the steps of an episode.
    var rows = 8
    /// Columns from the pier at which landing is worth nothing, at least 1.
    var reach = 4

    static let descriptions = [
      "rows": "rows to cross, 1 to 100: the steps of an episode",
      "reach": "columns from the pier at which landing is worth nothing, at least 1",
    ]
  }

  /// Columns from the pier over `reach`, at most 1 either way; rows left over all; the current here.
  let observationSpace = Space.box(shape: [3], low: -1, high: 1)
  let actionSpace = Space.discrete(count: 3)
  let horizon: Int
  private let reach: Int
  /// `[rows]` Columns that the current carries the ferry in each row, −1 to 1.
  private var currents: [Int] = []
  private var column = 0
  private var row = 0

  init(_ configuration: Configuration) throws(ConfigurationError) {
    guard 1...100 ~= configuration.rows else {
      throw ConfigurationError(
        key: "rows", found: "\(configuration.rows)", expected: "1 to 100 rows")
    }
    guard configuration.reach >= 1 else {
      throw ConfigurationError(
        key: "reach", found: "\(configuration.reach)", expected: "1 column or more")
    }
    horizon = configuration.rows
    reach = configuration.reach
  }

  mutating func reset(seed: UInt64) {
    var random = RandomStream(seed: seed, "ferry")
    currents = (0..<horizon).map { _ in random.integer(below: 3) - 1 }
    column = random.integer(below: 7) - 3
    row = 0
  }

  mutating func step(_ action: Action) -> Outcome {
    guard case .discrete(let index) = action, 0...2 ~= index else {
      preconditionFailure("ferry takes .discrete(0...2), got \(action)")
    }
    column += index - 1 + currents[row]
    row += 1
    let hasLanded = row == horizon
    return Outcome(
      reward: hasLanded ? max(0, 1 - Double(abs(column)) / Double(reach)) : 0,
      isTerminated: hasLanded, isTruncated: false)
  }

  func observe(into row: inout MutableSpan<Float>) {
    row[0] = max(-1, min(1, Float(column) / Float(reach)))
    row[1] = Float(horizon - self.row) / Float(horizon)
    row[2] = self.row < horizon ? Float(currents[self.row]) : 0
  }

  var isSolved: Bool { row == horizon && column == 0 }
}
