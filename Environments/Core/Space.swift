/// The set of values an observation or an action can take.
///
/// A space is a tree; its leaves, in order, are the columns of a dataset and the parts of a flat
/// observation row. Keys of a dictionary are kept in ascending order, as Gymnasium keeps them.
public indirect enum Space: Sendable, Equatable {
  /// The whole numbers `start ..< start + count`.
  case discrete(count: Int, start: Int)
  /// A vector of whole numbers, component `i` in `0 ..< counts[i]`.
  case multiDiscrete(counts: [Int])
  /// An array of numbers between bounds.
  case box(Box)
  case dictionary([Member])
  case tuple([Space])

  public struct Member: Sendable, Equatable {
    public let key: String
    public let space: Space
    public init(_ key: String, _ space: Space) {
      self.key = key
      self.space = space
    }
  }

  public struct Box: Sendable, Equatable {
    public var shape: [Int]
    /// One bound per element, row-major; may be infinite.
    public var low: [Float]
    public var high: [Float]
    public var element: Element
    public var meaning: Meaning

    public init(
      shape: [Int], low: [Float], high: [Float], element: Element = .float32,
      meaning: Meaning = .quantity
    ) {
      let count = shape.reduce(1, *)
      precondition(
        low.count == count && high.count == count,
        "shape \(shape) has \(count) elements, low has \(low.count), high has \(high.count)")
      self.shape = shape
      self.low = low
      self.high = high
      self.element = element
      self.meaning = meaning
    }
  }

  /// How a number is stored on disk and in memory.
  public enum Element: String, Sendable, Codable, CaseIterable {
    case uint8, int32, int64, float32, float64

    /// Of one number.
    public var bytes: Int {
      switch self {
      case .uint8: 1
      case .int32, .float32: 4
      case .int64, .float64: 8
      }
    }

    /// Whether it holds whole numbers alone.
    public var isWhole: Bool { self != .float32 && self != .float64 }
  }

  /// What the numbers of a leaf mean to a network.
  public enum Meaning: Sendable, Equatable {
    /// An amount: nearby values are alike.
    case quantity
    /// A label in `0 ..< count`: nearby values have nothing to do with one another.
    case category(count: Int)
    /// A picture `[…, channels]`; channel `c` holds labels below `categories[c]`, or amounts where
    /// `categories[c]` is 0.
    case image(categories: [Int])
  }

  /// A part of a space that is not divided further.
  public struct Leaf: Sendable, Equatable {
    /// Keys and indices from the root, joined by "/"; empty for a space that is itself a leaf.
    public let path: String
    public let shape: [Int]
    public let element: Element
    public let meaning: Meaning
    /// Numbers per value.
    public var width: Int { shape.reduce(1, *) }
  }
}

extension Space {
  public static func discrete(count: Int) -> Space { .discrete(count: count, start: 0) }

  /// A box whose elements all share one pair of bounds.
  public static func box(
    shape: [Int], low: Float, high: Float, element: Element = .float32, meaning: Meaning = .quantity
  ) -> Space {
    let count = shape.reduce(1, *)
    return .box(
      Box(
        shape: shape, low: Array(repeating: low, count: count),
        high: Array(repeating: high, count: count), element: element, meaning: meaning))
  }

  /// The leaves, depth first.
  public var leaves: [Leaf] { leaves(at: "") }

  /// Numbers in one flat row: the widths of all leaves together.
  public var width: Int { leaves.reduce(0) { $0 + $1.width } }

  /// Bytes of one flat row whose leaves have their own types.
  public var bytes: Int { leaves.reduce(0) { $0 + $1.width * $1.element.bytes } }

  private func leaves(at path: String) -> [Leaf] {
    func below(_ key: String) -> String { path.isEmpty ? key : "\(path)/\(key)" }
    switch self {
    case .discrete(let count, _):
      return [Leaf(path: path, shape: [], element: .int64, meaning: .category(count: count))]
    case .multiDiscrete(let counts):
      return [
        Leaf(
          path: path, shape: [counts.count], element: .int64,
          meaning: .category(count: counts.max() ?? 0))
      ]
    case .box(let box):
      return [Leaf(path: path, shape: box.shape, element: box.element, meaning: box.meaning)]
    case .dictionary(let members):
      return members.flatMap { $0.space.leaves(at: below($0.key)) }
    case .tuple(let spaces):
      return spaces.enumerated().flatMap { $1.leaves(at: below("\($0)")) }
    }
  }
}
