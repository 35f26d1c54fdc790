/// A distribution as TensorBoard keeps it: thirty bins of equal width, and the moments.
///
/// What is not finite is left out of all of them.
public struct SummaryHistogram: Sendable, Equatable {
  let least: Double
  let largest: Double
  let count: Int
  let sum: Double
  let sumOfSquares: Double
  /// `[bins]` Right edges, ascending.
  let limits: [Double]
  /// `[bins]`
  let counts: [Int]

  public init(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    let least = finite.min() ?? 0
    let largest = finite.max() ?? 0
    (self.least, self.largest) = (least, largest)
    count = finite.count
    sum = finite.reduce(0, +)
    sumOfSquares = finite.reduce(0) { $0 + $1 * $1 }
    guard least < largest else {
      limits = [largest]
      counts = [finite.count]
      return
    }
    let histogram = Histogram(finite, bins: 30)
    limits = Array(histogram.edges.dropFirst())
    counts = histogram.counts
  }

  var message: ProtocolMessage {
    var message = ProtocolMessage()
    message.add(1, least)
    message.add(2, largest)
    message.add(3, Double(count))
    message.add(4, sum)
    message.add(5, sumOfSquares)
    message.add(6, packed: limits)
    message.add(7, packed: counts.map { Double($0) })
    return message
  }
}
