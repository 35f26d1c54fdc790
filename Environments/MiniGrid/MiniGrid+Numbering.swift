extension MiniGrid {
  /// Numbers for the states of this episode: where the agent stands and looks, where each thing is
  /// and how each door, in mixed radix.
  ///
  /// Neighbouring squares have neighbouring numbers, so that a search stays in nearby memory.
  ///
  /// - Returns: `nil` where there are more numbers than an `Int` holds.
  func makeNumbering() -> StateNumbering<State>? {
    /// By place: its rank among squares that are no walls.
    var ranks = [Int](repeating: -1, count: board.cells.count)
    var squares = 0
    for place in board.cells.indices where !board.cells[place].is(.wall) {
      ranks[place] = squares
      squares += 1
    }
    var digits = [Digit(shift: 0, mask: 0x7FF, values: ranks, radix: squares)]
    digits.append(Digit(shift: Self.placeBits, mask: 3, values: [0, 1, 2, 3], radix: 4))
    for index in things.indices {
      let shift = Self.firstThing + Self.placeBits * UInt64(index)
      // Who picks the target up has ended the episode, so it lies where it was or is gone.
      let isTarget =
        task == .pickUpBox && things[index].is(.box)
        || task == .pickUpBall && things[index].is(.ball)
      var values = isTarget ? ranks.map { _ in -1 } : ranks
      var radix = isTarget ? 0 : squares
      for place in [Self.isHeld, Self.isGone, Int(start.bits >> shift & 0x7FF)]
      where values[place] < 0 {
        values[place] = radix
        radix += 1
      }
      digits.append(Digit(shift: shift, mask: 0x7FF, values: values, radix: radix))
    }
    for index in doors.indices {
      let shift = firstDoor + 2 * UInt64(index)
      // What is not locked to begin with never will be.
      let radix = start.bits >> shift & 3 == 2 ? 3 : 2
      digits.append(Digit(shift: shift, mask: 3, values: [0, 1, 2, -1], radix: radix))
    }
    var capacity = 1
    for digit in digits {
      let (product, overflow) = capacity.multipliedReportingOverflow(by: digit.radix)
      guard !overflow else { return nil }
      capacity = product
    }
    return StateNumbering(capacity: capacity) { [digits] state in
      var (number, weight) = (0, 1)
      for digit in digits {
        number += weight * digit.values[Int(state.bits >> digit.shift & digit.mask)]
        weight *= digit.radix
      }
      return number
    }
  }

  /// A part of a state's bits, and which numbers its values have.
  private struct Digit: Sendable {
    let shift: UInt64
    let mask: UInt64
    /// By value of the bits; -1 for what cannot be.
    let values: [Int]
    /// Values that can be.
    let radix: Int
  }
}
