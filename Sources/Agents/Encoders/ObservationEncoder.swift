public import Datasets
public import Documents
public import TensorCore

/// Turns observations into rows that a network mixes with others.
///
/// Every agent that sees observations is built on one; which one is a component of its
/// configuration. Encoders are values that hold layers: a copy reads the same parameters.
public protocol ObservationEncoder: Sendable {
  associatedtype Configuration: Settings

  /// Declares the parameters.
  init(
    _ configuration: Configuration, _ request: EncoderRequest, into scope: inout ParameterScope
  ) throws(ConfigurationError)

  /// Channels of a row.
  var width: Int { get }

  /// - Parameters:
  ///   - observations: `[rows · observation width]`, normalised as the data summary says.
  /// - Returns: `[rows, width]`.
  func callAsFunction(_ observations: [Float], rows: Int, on tape: inout Tape) -> Tensor
}

/// What an agent asks of its encoder.
public struct EncoderRequest: Sendable {
  /// The observations and how they are normalised.
  public var data: DataSummary
  /// Channels of a row.
  public var width: Int
  /// Standard deviation of the first weights of the maps that make the rows.
  public var deviation: Double

  public init(data: DataSummary, width: Int, deviation: Double) {
    precondition(width > 0, "rows of \(width) channels")
    self.data = data
    self.width = width
    self.deviation = deviation
  }
}
