package import Datasets
internal import TensorCore

extension Learner {
  /// Bytes that a training step on `steps` steps in `windows` windows takes, weights not counted,
  /// estimated from the activations of one batch that is tried.
  ///
  ///     bytes ≈ 4 · (2 · floats per step · steps of a shard · threads + 2 · batch)
  package func estimateBytes(
    trying batch: SequenceBatch, steps: Int, shards: Int, threads: Int
  ) -> Double {
    var tape = Tape(parameters: parameters, gradients: ParameterBuffer(like: parameters))
    _ = agent.loss(on: batch, tape: &tape)
    let perStep = Double(tape.floatsInUse) / Double(max(batch.stepCount, 1))
    let stepsPerShard = (Double(steps) / Double(shards)).rounded(.up)
    let width = Double(batch.observations.count) / Double(max(batch.stepCount, 1)) + 8
    return 4
      * (2 * perStep * stepsPerShard * Double(min(threads, shards)) + 2 * width * Double(steps))
  }
}
