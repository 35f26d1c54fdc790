import Foundation

/// The different returns-to-go that were met, by number.
///
/// Sums of the same rewards in another order may differ in their last bits; what differs by less than
/// 10⁻⁹ of its size (or of 1) is one level.
struct ReturnLevels: Sendable {
  private var values: [Double] = []
  /// Numbers in ascending order of their values.
  private var sorted: [Int32] = []
  private var exact: [Double: Int] = [:]

  static func areEqual(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))
  }

  func value(of level: Int) -> Double { values[level] }

  /// The level of a value, new or not.
  mutating func level(of value: Double) -> Int {
    if let known = exact[value] { return known }
    let level = known(value) ?? add(value)
    exact[value] = level
    return level
  }

  mutating func adding(_ reward: Double, to level: Int) -> Int {
    reward == 0 ? level : self.level(of: values[level] + reward)
  }

  /// The level of a value that was met before.
  func known(_ value: Double) -> Int? {
    let place = place(of: value)
    for near in [place - 1, place] where sorted.indices.contains(near) {
      if Self.areEqual(values[Int(sorted[near])], value) { return Int(sorted[near]) }
    }
    return nil
  }

  private mutating func add(_ value: Double) -> Int {
    sorted.insert(Int32(values.count), at: place(of: value))
    values.append(value)
    return values.count - 1
  }

  /// The first place whose value is not less.
  private func place(of value: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if values[Int(sorted[middle])] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Double {
  var naturalLogarithm: Double { log(self) }
}
