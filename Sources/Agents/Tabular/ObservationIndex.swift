/// Numbers distinct rows of floats in the order in which they are first met.
struct ObservationIndex: Sendable {
  private var numbers: [[Float]: Int] = [:]
  /// `[count · width]`
  private(set) var rows: [Float] = []

  var count: Int { numbers.count }

  /// The number of a row, new where it was never met.
  mutating func number(of row: some Collection<Float>) -> Int {
    let key = Array(row)
    if let known = numbers[key] { return known }
    numbers[key] = count
    rows += key
    return count - 1
  }

  subscript(row: some Collection<Float>) -> Int? { numbers[Array(row)] }
}
