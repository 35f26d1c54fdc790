public import Documents
public import Environments

/// Why a document is not a space.
public struct SpaceError: Error, Equatable, Sendable {
  /// Where in the document: `subspaces.image.shape`; empty for the whole.
  public var key: String
  public var found: String
  public var expected: String
}

// Spaces as Gymnasium's own JSON writes them, and as Minari keeps them. What our spaces know beyond
// that, the meaning of a box, goes in the key `hindsight_meaning`, which others ignore.
extension Space {
  static let meaningKey = "hindsight_meaning"

  /// The space in Gymnasium's JSON; bounds may be infinite.
  public var gymnasiumDocument: Document {
    switch self {
    case .discrete(let count, let start):
      return [
        "type": "Discrete", "dtype": "int64", "start": .integer(start), "n": .integer(count),
      ]
    case .multiDiscrete(let counts):
      return [
        "type": "MultiDiscrete", "dtype": "int64",
        "nvec": .array(counts.map { .integer($0) }),
        "start": .array(counts.map { _ in .integer(0) }),
      ]
    case .box(let box):
      var fields: Document.Fields = [
        "type": "Box", "dtype": .string(box.element.rawValue),
        "shape": .array(box.shape.map { .integer($0) }),
        "low": Self.nested(box.low, shape: box.shape[...], element: box.element),
        "high": Self.nested(box.high, shape: box.shape[...], element: box.element),
      ]
      switch box.meaning {
      case .quantity: break
      case .category(let count): fields[Self.meaningKey] = ["category": .integer(count)]
      case .image(let categories):
        fields[Self.meaningKey] = ["image": .array(categories.map { .integer($0) })]
      }
      return .object(fields)
    case .dictionary(let members):
      var fields = Document.Fields()
      for member in members { fields[member.key] = member.space.gymnasiumDocument }
      return ["type": "Dict", "subspaces": .object(fields)]
    case .tuple(let spaces):
      return ["type": "Tuple", "subspaces": .array(spaces.map(\.gymnasiumDocument))]
    }
  }

  /// Bounds as lists within lists; a box without axes is a single number.
  private static func nested(
    _ values: [Float], shape: ArraySlice<Int>, element: Element
  ) -> Document {
    guard let size = shape.first else {
      if let whole = element.nearest(values[0]) { return .integer(whole) }
      return .number(Double(values[0]))
    }
    guard size > 0 else { return [] }
    let part = values.count / size
    return .array(
      (0..<size).map {
        nested(
          Array(values[$0 * part..<($0 + 1) * part]), shape: shape.dropFirst(), element: element)
      })
  }

  /// Reads a space from Gymnasium's JSON.
  public init(gymnasium document: Document) throws(SpaceError) {
    try self.init(document, at: "")
  }

  private init(_ document: Document, at key: String) throws(SpaceError) {
    let reader = SpaceReader(document, key: key)
    switch try reader.text("type") {
    case "Discrete":
      let (count, start) = (try reader.integer("n", atLeast: 1), try reader.integer("start"))
      guard !start.addingReportingOverflow(count).overflow else {
        throw reader.error("n", "\(count)", "at most \(Int.max - start), as it starts at \(start)")
      }
      self = .discrete(count: count, start: start)
    case "MultiDiscrete":
      let counts = try reader.integers("nvec", atLeast: 1)
      let starts = try reader.integers("start", orElse: counts.map { _ in 0 })
      guard starts.allSatisfy({ $0 == 0 }), starts.count == counts.count else {
        throw reader.error("start", "\(starts)", "zeros, one for each number of nvec")
      }
      self = .multiDiscrete(counts: counts)
    case "Box": self = .box(try reader.box())
    case "Dict":
      guard case .object(let fields)? = document["subspaces"] else {
        throw reader.error("subspaces", "an object")
      }
      var members: [Member] = []
      for (name, value) in fields {
        let below = reader.path("subspaces.\(name)")
        guard !name.isEmpty, !name.contains("/"), name != "." else {
          throw SpaceError(key: below, found: "key \"\(name)\"", expected: "a name without \"/\"")
        }
        members.append(Member(name, try Space(value, at: below)))
      }
      self = .dictionary(members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    case "Tuple":
      guard case .array(let elements)? = document["subspaces"] else {
        throw reader.error("subspaces", "a list")
      }
      var spaces: [Space] = []
      for (index, element) in elements.enumerated() {
        spaces.append(try Space(element, at: reader.path("subspaces.\(index)")))
      }
      self = .tuple(spaces)
    case let type:
      throw SpaceError(
        key: reader.path("type"), found: "\"\(type)\"",
        expected: "Discrete, MultiDiscrete, Box, Dict or Tuple")
    }
  }
}

extension Space.Element {
  /// The whole number nearest to a bound, which Gymnasium wants there: an infinite one is the
  /// type's own limit. `nil` where the type has fractions, or the bound does.
  fileprivate func nearest(_ bound: Float) -> Int? {
    let limits: ClosedRange<Int>
    switch self {
    case .uint8: limits = 0...255
    case .int32: limits = Int(Int32.min)...Int(Int32.max)
    case .int64: limits = .min ... .max
    case .float32, .float64: return nil
    }
    if bound <= Float(limits.lowerBound) { return limits.lowerBound }
    if bound >= Float(limits.upperBound) { return limits.upperBound }
    return Int(exactly: bound)
  }

  /// A bound as it was read: one at the type's own limit is none.
  fileprivate func bound(_ value: Float) -> Float {
    guard self == .int32 || self == .int64, let limit = nearest(value) else { return value }
    if limit == nearest(.infinity) { return .infinity }
    return limit == nearest(-.infinity) ? -.infinity : value
  }
}

/// One object of a space document, and where it is.
private struct SpaceReader {
  let document: Document
  let key: String
  static let maximumWidth = 1 << 24

  init(_ document: Document, key: String) {
    self.document = document
    self.key = key
  }

  func path(_ name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }

  func error(_ name: String, _ found: String, _ expected: String) -> SpaceError {
    SpaceError(key: path(name), found: found, expected: expected)
  }
  func error(_ name: String, _ expected: String) -> SpaceError {
    error(name, document[name]?.kind ?? "nothing", expected)
  }

  func text(_ name: String) throws(SpaceError) -> String {
    guard case .string(let text)? = document[name] else { throw error(name, "text") }
    return text
  }

  func integer(_ name: String, atLeast least: Int = Int.min) throws(SpaceError) -> Int {
    guard case .integer(let value)? = document[name] else { throw error(name, "a whole number") }
    guard value >= least else { throw error(name, "\(value)", "at least \(least)") }
    return value
  }

  func integers(
    _ name: String, orElse missing: [Int]? = nil, atLeast least: Int = Int.min
  ) throws(SpaceError) -> [Int] {
    if document[name] == nil, let missing { return missing }
    guard case .array(let elements)? = document[name] else {
      throw error(name, "a list of whole numbers")
    }
    var values: [Int] = []
    for element in elements {
      guard case .integer(let value) = element, value >= least else {
        throw error(name, element.jsonText(allowsNonFinite: true), "whole numbers, from \(least)")
      }
      values.append(value)
    }
    return values
  }

  func box() throws(SpaceError) -> Space.Box {
    let type = try text("dtype")
    guard let element = Space.Element(rawValue: type) else {
      let known = Space.Element.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("dtype", "\"\(type)\"", "one of \(known)")
    }
    let shape = try integers("shape", atLeast: 0)
    var width = 1
    for size in shape {
      let (product, overflow) = width.multipliedReportingOverflow(by: size)
      guard !overflow, product <= Self.maximumWidth, shape.count <= 8 else {
        throw error("shape", "\(shape)", "at most 8 axes and \(Self.maximumWidth) numbers")
      }
      width = product
    }
    let low = try bounds("low", count: width).map(element.bound)
    let high = try bounds("high", count: width).map(element.bound)
    if let index = low.indices.first(where: { !(low[$0] <= high[$0]) }) {
      throw error("low", "\(low[index]), above the upper bound \(high[index])", "low to high")
    }
    return Space.Box(
      shape: shape, low: low, high: high, element: element, meaning: try meaning(shape))
  }

  /// Bounds, one for each element, however they are nested.
  private func bounds(_ name: String, count: Int) throws(SpaceError) -> [Float] {
    var values: [Float] = []
    var rest = [document[name] ?? .null]
    while let next = rest.popLast() {
      switch next {
      case .integer(let value): values.append(Float(value))
      case .number(let value): values.append(Float(value))
      case .array(let elements): rest += elements.reversed()
      default: throw error(name, next.kind, "numbers")
      }
    }
    guard values.count == count else {
      throw error(name, "\(values.count) numbers", "\(count)")
    }
    return values
  }

  private func meaning(_ shape: [Int]) throws(SpaceError) -> Space.Meaning {
    guard let found = document[Space.meaningKey] else { return .quantity }
    if case .integer(let count)? = found["category"], count > 0 { return .category(count: count) }
    if case .array(let elements)? = found["image"], elements.count == shape.last {
      var categories: [Int] = []
      for case .integer(let count) in elements where count >= 0 { categories.append(count) }
      if categories.count == elements.count { return .image(categories: categories) }
    }
    // A meaning of a newer version: the numbers are still numbers.
    return .quantity
  }
}
