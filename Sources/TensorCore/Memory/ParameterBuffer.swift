internal import CKernels
package import Parallel
internal import Synchronization

/// Floats in the layout of a ``ParameterStore``: gradients, or an optimizer's moments.
///
/// Gradients are written before they are added to: `isWritten` says, per parameter, whether there
/// is something to add to, so nothing is zeroed that will be overwritten.
///
/// A class because a training step hands it from the thread that filled it to the one that adds.
package final class ParameterBuffer: @unchecked Sendable {
  let specifications: [ParameterSpecification]
  var start: UnsafeMutablePointer<Float> { block.start }
  private let block: FloatBlock
  package var isWritten: [Bool]

  /// A buffer of zeros, in which nothing counts as written.
  package init(like store: ParameterStore) {
    specifications = store.specifications
    block = FloatBlock(zeros: store.count)
    isWritten = Array(repeating: false, count: specifications.count)
  }

  package func markUnwritten() {
    for index in isWritten.indices { isWritten[index] = false }
  }

  /// Adds what `other` holds; a parameter not yet written here is copied.
  package func add(_ other: ParameterBuffer) {
    for (index, specification) in specifications.enumerated() where other.isWritten[index] {
      let from = other.start + specification.offset
      let to = start + specification.offset
      if isWritten[index] {
        hs_accumulate(from, to, specification.count)
      } else {
        to.update(from: from, count: specification.count)
        isWritten[index] = true
      }
    }
  }

  package func values(of index: Int) -> [Float] { block.values(of: specifications[index]) }

  package func setValues(of index: Int, to values: [Float]) {
    block.setValues(of: specifications[index], to: values)
  }

  /// √ Σ g² over all written parameters; the same for any number of threads.
  package func norm(on pool: WorkerPool) -> Double {
    let squares = Mutex([Double](repeating: 0, count: specifications.count))
    pool.run(specifications.count) { [self] index, _ in
      guard isWritten[index] else { return }
      let specification = specifications[index]
      let sum = hs_sum_of_squares(start + specification.offset, specification.count)
      squares.withLock { $0[index] = sum }
    }
    return squares.withLock { $0.reduce(0, +) }.squareRoot()
  }

  /// The first written parameter that holds NaN or infinity.
  package var firstNonFinite: String? {
    for (index, specification) in specifications.enumerated()
    where isWritten[index] && !hs_all_finite(start + specification.offset, specification.count) {
      return specification.name
    }
    return nil
  }
}

extension ParameterBuffer {
  /// The first parameter whose numbers, written in this step or not, hold NaN or infinity.
  var firstNonFiniteOfAll: String? {
    specifications.first { !hs_all_finite(start + $0.offset, $0.count) }?.name
  }
}

extension ParameterStore {
  /// Moves these weights towards those of `other`: `w ← decay · w + (1 − decay) · other`.
  package func average(towards other: ParameterStore, decay: Double) {
    precondition(other.count == count, "stores of \(count) and \(other.count) weights")
    hs_average(other.start, start, Float(decay), count)
  }

  /// The first parameter that holds NaN or infinity.
  package var firstNonFinite: String? {
    specifications.first { !hs_all_finite(start + $0.offset, $0.count) }?.name
  }
}
