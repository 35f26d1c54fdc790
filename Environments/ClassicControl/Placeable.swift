/// A world that can be put into a given state, for comparisons with other people's programs.
package protocol Placeable: Environment {
  /// Starts an episode in a state of Gymnasium's, as its environment's `state` holds it after
  /// `reset()`.
  mutating func place(at state: [Double])
}

extension Action {
  /// The index, which must be below `count`.
  func index(below count: Int, in world: StaticString) -> Int {
    guard case .discrete(let index) = self, 0..<count ~= index else {
      preconditionFailure("\(world) takes .discrete(0...\(count - 1)), got \(self)")
    }
    return index
  }

  /// The only number of a box of one.
  func number(in world: StaticString) -> Float {
    guard case .continuous(let numbers) = self, numbers.count == 1, numbers[0].isFinite else {
      preconditionFailure("\(world) takes .continuous of one finite number, got \(self)")
    }
    return numbers[0]
  }
}
