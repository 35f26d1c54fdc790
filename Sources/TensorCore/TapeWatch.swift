internal import CKernels

/// Looks at every tensor of a pass for the first number that is not finite, to name what a training
/// stumbles over; and, for tests, puts one there.
///
/// A class because a tape and whoever asks share it; it belongs to one thread at a time.
package final class TapeWatch: @unchecked Sendable {
  /// Where in a pass a tensor is: the output of the op of that number, counted from 0, or the
  /// gradient that reaches it.
  package enum Place: Sendable, Hashable {
    case output(Int)
    case gradient(Int)
  }

  /// Whether tensors are looked at: it takes as long as many ops.
  package var isLooking: Bool
  /// What was found first since ``clear()``, in words, and where.
  package private(set) var found: (name: String, place: Place)?
  /// The names of the pass's ops so far.
  package private(set) var ops: [String] = []
  /// Places whose gradient was sent on in a backward pass so far.
  package private(set) var gradients: [Int] = []
  /// Where all numbers become NaN.
  private let broken: Place?

  package init(breaking place: Place? = nil, isLooking: Bool = false) {
    broken = place
    self.isLooking = isLooking
  }

  /// Begins another pass.
  func begin() {
    ops.removeAll(keepingCapacity: true)
    gradients.removeAll(keepingCapacity: true)
  }

  package func clear() {
    found = nil
    begin()
  }

  /// Takes the output of the next op; returns its number.
  func visit(output: UnsafeMutablePointer<Float>, _ count: Int, of op: StaticString) -> Int {
    let number = ops.count
    let name = Self.name(op)
    ops.append(name)
    look(output, count, .output(number)) { "the output of \(name) (op \(number))" }
    return number
  }

  /// Takes the gradient that reached the output of an op.
  func visit(
    gradient: UnsafeMutablePointer<Float>, _ count: Int, of op: StaticString, number: Int
  ) {
    gradients.append(number)
    look(gradient, count, .gradient(number)) {
      "the gradient of \(Self.name(op))'s output (op \(number))"
    }
  }

  private func look(
    _ numbers: UnsafeMutablePointer<Float>, _ count: Int, _ place: Place, _ name: () -> String
  ) {
    if place == broken { numbers.update(repeating: .nan, count: count) }
    guard isLooking, found == nil, !hs_all_finite(numbers, count) else { return }
    found = (name(), place)
  }

  /// A method's name without its arguments.
  private static func name(_ op: StaticString) -> String {
    "\(op)".split(separator: "(").first.map(String.init) ?? "\(op)"
  }
}
