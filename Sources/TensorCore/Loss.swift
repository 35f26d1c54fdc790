/// A sum over rows, on the tape for its gradient and as a `Double` for the record.
public struct LossSum: Sendable {
  public let value: Double
  let tensor: Tensor
}

/// What one shard contributes to the objective.
///
///     loss = Σ over terms of weight · sum / count
///
/// where `count` belongs to the whole batch, so that adding up shards gives the batch mean however
/// the batch was cut.
public struct Loss: Sendable {
  public struct Term: Sendable {
    public let name: String
    public let sum: LossSum
    public let count: Int
    public let weight: Float
  }

  /// A number for the record that sends no gradient: `sum / count` over the batch.
  public struct Metric: Sendable {
    public let name: String
    public let sum: Double
    public let count: Int
  }

  public private(set) var terms: [Term] = []
  public private(set) var metrics: [Metric] = []

  public init() {}

  public mutating func add(_ name: String, _ sum: LossSum, over count: Int, weight: Float = 1) {
    precondition(count > 0, "\(name) is a mean over \(count) items")
    terms.append(Term(name: name, sum: sum, count: count, weight: weight))
  }

  public mutating func note(_ name: String, _ sum: Double, over count: Int) {
    precondition(count > 0, "\(name) is a mean over \(count) items")
    metrics.append(Metric(name: name, sum: sum, count: count))
  }
}
