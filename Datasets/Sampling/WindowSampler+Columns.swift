internal import Environments

// The copying from the dataset's columns into a batch whose windows are known.
extension WindowSampler {
  /// Fills everything but offsets, timesteps and episodes, which say what to copy.
  func fillColumns(of batch: inout SequenceBatch) {
    batch.totalWindows = batch.windowCount
    batch.totalSteps = batch.stepCount
    batch.resizeColumns(
      observationWidth: width, actionWidth: actionWidth, isDiscrete: actionStart != nil,
      hasBehaviour: request.needsBehaviour)
    var column = 0
    for (index, leaf) in leaves.enumerated() {
      copyObservations(index, leaf.width, to: column, of: &batch)
      column += leaf.width
    }
    for window in 0..<batch.windowCount {
      let rows = batch.steps(ofWindow: window)
      let first = firstStep(of: window, in: batch)
      for row in rows {
        let step = first + row - rows.lowerBound
        batch.rewards[row] = rewards[step]
        batch.returnsToGo[row] = returnsToGo[step]
        batch.isTerminated[row] = dataset.isTerminated[step]
        batch.isTruncated[row] = dataset.isTruncated[step]
        if request.needsBehaviour {
          batch.behaviourLogProbabilities[row] = dataset.behaviourLogProbabilities[step]
        }
        if let actionStart {
          batch.discreteActions[row] = Int32(dataset.actions[0].integer(at: step) - actionStart)
        } else {
          for index in 0..<actionWidth {
            batch.continuousActions[row * actionWidth + index] =
              dataset.actions[0].float(at: step * actionWidth + index)
          }
        }
      }
    }
  }

  /// The step of the dataset that a window begins with.
  private func firstStep(of window: Int, in batch: SequenceBatch) -> Int {
    dataset.episodeOffsets[batch.episodes[window]]
      + Int(batch.timesteps[Int(batch.offsets[window])])
  }

  /// Copies one leaf's numbers, normalised, into its columns of the batch's rows.
  private func copyObservations(
    _ leaf: Int, _ leafWidth: Int, to column: Int, of batch: inout SequenceBatch
  ) {
    switch (dataset.observations[leaf], dataset.finalObservations[leaf]) {
    case (.uint8(let values), .uint8(let last)):
      copy(values, last, leafWidth, to: column, of: &batch)
    case (.int32(let values), .int32(let last)):
      copy(values, last, leafWidth, to: column, of: &batch)
    case (.int64(let values), .int64(let last)):
      copy(values, last, leafWidth, to: column, of: &batch)
    case (.float32(let values), .float32(let last)):
      copy(values, last, leafWidth, to: column, of: &batch)
    case (.float64(let values), .float64(let last)):
      copy(values, last, leafWidth, to: column, of: &batch)
    default: preconditionFailure("a leaf's two columns are of different types")
    }
  }

  private func copy<Number: Floatable>(
    _ values: [Number], _ last: [Number], _ leafWidth: Int, to column: Int,
    of batch: inout SequenceBatch
  ) {
    let values = values.span
    let last = last.span
    for window in 0..<batch.windowCount {
      let rows = batch.steps(ofWindow: window)
      let first = firstStep(of: window, in: batch)
      let episode = batch.episodes[window]
      var observations = batch.observations.mutableSpan
      for row in rows {
        let step = first + row - rows.lowerBound
        copyRow(
          values, from: step * leafWidth, leafWidth, to: &observations, at: row * width + column,
          column)
      }
      let next = first + rows.count
      var successors = batch.successors.mutableSpan
      if next < dataset.episodeOffsets[episode + 1] {
        copyRow(
          values, from: next * leafWidth, leafWidth, to: &successors,
          at: window * width + column, column)
      } else {
        copyRow(
          last, from: episode * leafWidth, leafWidth, to: &successors,
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
