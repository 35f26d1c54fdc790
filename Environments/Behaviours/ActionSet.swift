public import Randomness

/// A set of discrete actions, each in `0 ..< 64`: the best ones, the legal ones.
public struct ActionSet: Sendable, Hashable {
  /// Actions that fit into a set.
  public static let capacity = 64

  /// Bit `a` is set where action `a` is a member.
  public private(set) var bits: UInt64

  /// The empty set.
  public init() { bits = 0 }

  /// The actions `0 ..< count`.
  public init(all count: Int) {
    precondition(count >= 0 && count <= Self.capacity, "\(count) actions do not fit into a set")
    bits = count == Self.capacity ? .max : (1 << UInt64(count)) - 1
  }

  public var count: Int { bits.nonzeroBitCount }
  public var isEmpty: Bool { bits == 0 }

  public func contains(_ action: Int) -> Bool { bits >> UInt64(action) & 1 == 1 }

  public mutating func insert(_ action: Int) {
    precondition(action >= 0 && action < Self.capacity, "action \(action) does not fit into a set")
    bits |= 1 << UInt64(action)
  }

  /// A member, each with the same probability.
  public func draw(using random: inout RandomStream) -> Int {
    precondition(!isEmpty, "there is no action to draw")
    var rest = bits
    for _ in 0..<random.integer(below: count) { rest &= rest - 1 }
    return rest.trailingZeroBitCount
  }

  /// The members in ascending order.
  public var actions: [Int] { (0..<Self.capacity).filter(contains) }
}

extension ActionSet: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Int...) {
    self.init()
    for element in elements { insert(element) }
  }
}
