/// Whatever makes the batches of training, each a matter of the seed and the number of the step
/// alone.
public protocol BatchSource: Sendable {
  /// Fills `batch` with the windows of training step `step`; its memory is used again.
  ///
  /// - Throws: where files cannot be read.
  func fill(_ batch: inout SequenceBatch, windows count: Int, step: Int) throws(DatasetError)
}
