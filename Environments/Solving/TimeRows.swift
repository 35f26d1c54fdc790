/// A row of numbers for every time, found from the last time to the first.
///
/// Where the rules do not change with time, rows stop changing some steps before the end; from there
/// back one row stands for all earlier ones.
struct TimeRows: Sendable {
  /// From the earliest time kept to the last.
  private var rows: [Row] = []  // in reverse
  private let horizon: Int

  init(horizon: Int) { self.horizon = horizon }

  /// Adds the row of the time before the earliest.
  mutating func prepend(_ row: Row) { rows.append(row) }

  /// The row of `time`; its range may be larger than what can be reached then.
  subscript(time: Int) -> Row { rows[min(horizon - 1 - time, rows.count - 1)] }

  var bytes: Int { rows.reduce(0) { $0 + $1.values.count * 8 } }

  /// Whether the earliest row says of every state the same as the one after it, so that, rules being
  /// constant, all earlier ones do too.
  var isSettled: Bool {
    guard rows.count >= 2 else { return false }
    return rows[rows.count - 1].settles(rows[rows.count - 2])
  }
}

extension Row {
  /// Whether this row, found from `later`, equals it wherever both are, from state 0 on.
  func settles(_ later: Row) -> Bool {
    range.lowerBound == 0 && later.range.lowerBound == 0 && !values.isEmpty
      && later.values[..<values.count].elementsEqual(values)
  }
}
