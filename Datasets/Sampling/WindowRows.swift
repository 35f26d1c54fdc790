internal import Environments

/// Rows that windows are copied from, end to end: those of a whole dataset, or the few of one batch.
///
/// Axis: `R` rows, of which a window's follow one another.
struct WindowRows: Sendable {
  /// Per leaf `[R, width]`.
  var observations: [Column]
  /// Per leaf `[episodes or windows, width]`: what was seen after a last action.
  var finalObservations: [Column]
  /// `[R, width]`
  var actions: Column
  /// `[R]`
  var rewards: [Float]
  /// `[R]`
  var returnsToGo: [Float]
  /// `[R]`
  var isTerminated: [Bool]
  /// `[R]`
  var isTruncated: [Bool]
  /// `[R]` Empty where they are not wanted.
  var behaviourLogProbabilities: [Float]
}

/// Where the rows of a window are.
struct WindowPlace {
  /// The row of its first step.
  var firstRow: Int
  /// Whether its last step is its episode's.
  var reachesEnd: Bool
  /// The row, of the final observations, that then comes after it.
  var finalRow: Int
}

/// Finds a window's rows: its number, its episode, the time of its first step and its steps.
typealias WindowPlacing = (_ window: Int, _ episode: Int, _ start: Int, _ steps: Int) -> WindowPlace

extension SequenceBatch {
  fileprivate func place(of window: Int, _ place: WindowPlacing) -> WindowPlace {
    let first = Int(offsets[window])
    return place(
      window, episodes[window], Int(timesteps[first]), Int(offsets[window + 1]) - first)
  }
}

extension WindowLayout {
  /// Fills everything but offsets, timesteps and episodes, which say what to copy.
  func fillColumns(
    of batch: inout SequenceBatch, from rows: WindowRows, place: WindowPlacing
  ) {
    batch.totalWindows = batch.windowCount
    batch.totalSteps = batch.stepCount
    batch.resizeColumns(
      observationWidth: width, actionWidth: actionWidth, isDiscrete: actionStart != nil,
      hasBehaviour: needsBehaviour)
    var column = 0
    for (index, leaf) in leaves.enumerated() {
      copyObservations(index, leaf.width, to: column, of: &batch, from: rows, place)
      column += leaf.width
    }
    for window in 0..<batch.windowCount {
      let steps = batch.steps(ofWindow: window)
      let first = batch.place(of: window, place).firstRow
      for target in steps {
        let row = first + target - steps.lowerBound
        batch.rewards[target] = rows.rewards[row]
        batch.returnsToGo[target] = rows.returnsToGo[row]
        batch.isTerminated[target] = rows.isTerminated[row]
        batch.isTruncated[target] = rows.isTruncated[row]
        if needsBehaviour {
          batch.behaviourLogProbabilities[target] = rows.behaviourLogProbabilities[row]
        }
        if let actionStart {
          batch.discreteActions[target] = Int32(rows.actions.integer(at: row) - actionStart)
        } else {
          for index in 0..<actionWidth {
            batch.continuousActions[target * actionWidth + index] =
              rows.actions.float(at: row * actionWidth + index)
          }
        }
      }
    }
  }

  /// Copies one leaf's numbers, normalised, into its columns of the batch's rows.
  private func copyObservations(
    _ leaf: Int, _ leafWidth: Int, to column: Int, of batch: inout SequenceBatch,
    from rows: WindowRows, _ place: WindowPlacing
  ) {
    switch (rows.observations[leaf], rows.finalObservations[leaf]) {
    case (.uint8(let values), .uint8(let last)):
      copy(values, last, leafWidth, to: column, of: &batch, place)
    case (.int32(let values), .int32(let last)):
      copy(values, last, leafWidth, to: column, of: &batch, place)
    case (.int64(let values), .int64(let last)):
      copy(values, last, leafWidth, to: column, of: &batch, place)
    case (.float32(let values), .float32(let last)):
      copy(values, last, leafWidth, to: column, of: &batch, place)
    case (.float64(let values), .float64(let last)):
      copy(values, last, leafWidth, to: column, of: &batch, place)
    default: preconditionFailure("a leaf's two columns are of different types")
    }
  }

  private func copy<Number: Floatable>(
    _ values: [Number], _ last: [Number], _ leafWidth: Int, to column: Int,
    of batch: inout SequenceBatch, _ place: WindowPlacing
  ) {
    let values = values.span
    let last = last.span
    for window in 0..<batch.windowCount {
      let steps = batch.steps(ofWindow: window)
      let place = batch.place(of: window, place)
      var observations = batch.observations.mutableSpan
      for target in steps {
        let row = place.firstRow + target - steps.lowerBound
        copyRow(
          values, from: row * leafWidth, leafWidth, to: &observations, at: target * width + column,
          column)
      }
      var successors = batch.successors.mutableSpan
      if place.reachesEnd {
        copyRow(
          last, from: place.finalRow * leafWidth, leafWidth, to: &successors,
          at: window * width + column, column)
      } else {
        copyRow(
          values, from: (place.firstRow + steps.count) * leafWidth, leafWidth, to: &successors,
          at: window * width + column, column)
      }
    }
  }

  @inline(__always)
  private func copyRow<Number: Floatable>(
    _ source: Span<Number>, from start: Int, _ count: Int, to target: inout MutableSpan<Float>,
    at position: Int, _ column: Int
  ) {
    if let normalisation {
      for index in 0..<count {
        target[position + index] =
          (source[start + index].asFloat - normalisation.mean[column + index])
          / normalisation.scale[column + index]
      }
    } else {
      for index in 0..<count { target[position + index] = source[start + index].asFloat }
    }
  }
}

/// A stored number that becomes a `Float` in a batch.
private protocol Floatable {
  var asFloat: Float { get }
}

extension UInt8: Floatable { fileprivate var asFloat: Float { Float(self) } }
extension Int32: Floatable { fileprivate var asFloat: Float { Float(self) } }
extension Int64: Floatable { fileprivate var asFloat: Float { Float(self) } }
extension Float: Floatable { fileprivate var asFloat: Float { self } }
extension Double: Floatable { fileprivate var asFloat: Float { Float(self) } }

extension SequenceBatch {
  /// The rows of a window.
  public func steps(ofWindow window: Int) -> Range<Int> {
    Int(offsets[window])..<Int(offsets[window + 1])
  }

  /// Gives every column the length that the windows call for.
  fileprivate mutating func resizeColumns(
    observationWidth: Int, actionWidth: Int, isDiscrete: Bool, hasBehaviour: Bool
  ) {
    let (steps, windows) = (stepCount, windowCount)
    observations.resize(to: steps * observationWidth, with: 0)
    successors.resize(to: windows * observationWidth, with: 0)
    discreteActions.resize(to: isDiscrete ? steps : 0, with: 0)
    continuousActions.resize(to: isDiscrete ? 0 : steps * actionWidth, with: 0)
    rewards.resize(to: steps, with: 0)
    returnsToGo.resize(to: steps, with: 0)
    isTerminated.resize(to: steps, with: false)
    isTruncated.resize(to: steps, with: false)
    behaviourLogProbabilities.resize(to: hasBehaviour ? steps : 0, with: 0)
  }
}

extension Array {
  /// Cuts off or fills up, keeping the memory.
  fileprivate mutating func resize(to count: Int, with element: Element) {
    if self.count > count { removeLast(self.count - count) }
    if self.count < count { append(contentsOf: repeatElement(element, count: count - self.count)) }
  }
}
