internal import Environments

/// How a dataset's rows become a batch's: widths, where actions count from, and the normalisation.
struct WindowLayout: Sendable {
  let leaves: [Space.Leaf]
  /// Numbers of an observation.
  let width: Int
  /// `[observation width]`; `nil` where observations are taken as they are.
  let normalisation: (mean: [Float], scale: [Float])?
  /// The number of a discrete action space's first element; `nil` for a box.
  let actionStart: Int?
  let actionWidth: Int
  let needsBehaviour: Bool

  /// - Parameter hasBehaviour: whether the dataset knows the behaviour policy's probabilities.
  /// - Throws: where the dataset lacks what is needed to sample from it.
  init(
    _ header: DatasetHeader, hasBehaviour: Bool, summary: DataSummary, request: WindowRequest
  ) throws(DatasetError) {
    func lacking(_ field: String, _ found: String, _ expected: String) -> DatasetError {
      .mismatch(file: "the dataset", field: field, found: found, expected: expected)
    }
    if request.needsBehaviour, !hasBehaviour {
      throw lacking(
        Layout.behaviourLogProbabilities, "none", "those of the policy that made the data")
    }
    switch header.actionSpace {
    case .discrete(_, let start): (actionStart, actionWidth) = (start, 1)
    case .box(let box): (actionStart, actionWidth) = (nil, box.low.count)
    default: throw lacking(Layout.actions, "a space of several parts", "a discrete space or a box")
    }
    leaves = header.observationSpace.leaves
    let width = leaves.reduce(0) { $0 + $1.width }
    precondition(
      summary.observationMean.count == width && summary.observationScale.count == width,
      "the summary is of \(summary.observationMean.count) numbers, the data have \(width)")
    let isNormalised =
      summary.observationMean.contains { $0 != 0 } || summary.observationScale.contains { $0 != 1 }
    normalisation = isNormalised ? (summary.observationMean, summary.observationScale) : nil
    self.width = width
    needsBehaviour = request.needsBehaviour
  }
}
