internal import Datasets
public import Documents
internal import Environments
public import TensorCore

/// One affine map of all numbers of an observation: `s W + b`.
///
/// Labels count as amounts here: an observation with categories is better read by
/// ``EmbeddingEncoder``, unless they are one-hot already.
public struct LinearEncoder: ObservationEncoder {
  public struct Configuration: Settings {
    public init() {}
  }

  private let map: Linear
  private let inputs: Int

  public init(
    _ configuration: Configuration, _ request: EncoderRequest, into scope: inout ParameterScope
  ) {
    inputs = request.data.observationSpace.width
    map = Linear(inputs, request.width, deviation: request.deviation, in: &scope)
  }

  public var width: Int { map.weight.columns }

  public func callAsFunction(
    _ observations: [Float], rows: Int, on tape: inout Tape
  ) -> Tensor {
    map(tape.constant(observations, rows: rows, columns: inputs), on: &tape)
  }
}
