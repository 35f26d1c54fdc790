public import Documents
internal import Environments

// Summaries as documents, for checkpoints. Every number comes back exactly.
extension DataSummary {
  public var document: Document {
    var fields: Document.Fields = [
      "observationSpace": observationSpace.gymnasiumDocument,
      "actionSpace": actionSpace.gymnasiumDocument,
      "horizon": .integer(horizon),
      "episodeCount": .integer(episodeCount),
      "stepCount": .integer(stepCount),
      "observationMean": .array(observationMean.map { .number(Double($0)) }),
      "observationScale": .array(observationScale.map { .number(Double($0)) }),
      "minimumReturn": .number(minimumReturn),
      "meanReturn": .number(meanReturn),
      "maximumReturn": .number(maximumReturn),
      "largestReturnToGo": .number(largestReturnToGo),
    ]
    if returnDistribution != .unknown {
      fields["returnQuantiles"] = .array(returnDistribution.quantiles.map { .number($0) })
      fields["returnsToGo"] = .array(returnDistribution.returnsToGo.map { .number($0) })
      fields["returnToGoCounts"] = .array(returnDistribution.counts.map { .integer($0) })
    }
    return .object(fields)
  }

  /// As JSON; bounds of spaces may be infinite, so the text may hold `Infinity`.
  public var jsonText: String { document.jsonText(allowsNonFinite: true) }

  /// - Parameter file: what errors call the source.
  public init(json text: String, file: String) throws(DatasetError) {
    let document: Document
    do {
      document = try Document(json: text, allowsNonFinite: true)
    } catch {
      throw .defect(file: file, field: "", problem: "found text that is not JSON (\(error))")
    }
    try self.init(document, file: file)
  }

  /// - Parameter file: what errors call the source.
  public init(_ document: Document, file: String) throws(DatasetError) {
    let fields = SummaryFields(document: document, file: file)
    self.init(
      observationSpace: try fields.space("observationSpace"),
      actionSpace: try fields.space("actionSpace"),
      horizon: try fields.count("horizon"), episodeCount: try fields.count("episodeCount"),
      stepCount: try fields.count("stepCount"),
      observationMean: try fields.floats("observationMean"),
      observationScale: try fields.floats("observationScale"),
      minimumReturn: try fields.number("minimumReturn"),
      meanReturn: try fields.number("meanReturn"),
      maximumReturn: try fields.number("maximumReturn"),
      largestReturnToGo: try fields.number("largestReturnToGo"),
      returnDistribution: try fields.returnDistribution())
    let width = observationSpace.width
    for (name, count) in [
      ("observationMean", observationMean.count), ("observationScale", observationScale.count),
    ] where count != width {
      throw .mismatch(
        file: file, field: name, found: "\(count) numbers", expected: "\(width), one per element")
    }
  }
}

private struct SummaryFields {
  let document: Document
  let file: String

  private func wrong(_ key: String, _ expected: String) -> DatasetError {
    .mismatch(
      file: file, field: key, found: document[key]?.kind ?? "nothing", expected: expected)
  }

  func space(_ key: String) throws(DatasetError) -> Space {
    do {
      return try Space(gymnasium: document[key] ?? .null)
    } catch {
      let field = error.key.isEmpty ? key : "\(key) › \(error.key)"
      throw .mismatch(file: file, field: field, found: error.found, expected: error.expected)
    }
  }

  func count(_ key: String) throws(DatasetError) -> Int {
    guard case .integer(let value)? = document[key], value >= 0 else {
      throw wrong(key, "a whole number from 0")
    }
    return value
  }

  func number(_ key: String) throws(DatasetError) -> Double {
    switch document[key] {
    case .number(let value)? where value.isFinite: return value
    case .integer(let value)?: return Double(value)
    default: throw wrong(key, "a finite number")
    }
  }

  /// Unknown where an earlier version wrote the summary.
  func returnDistribution() throws(DatasetError) -> ReturnDistribution {
    guard document["returnQuantiles"] != nil else { return .unknown }
    let levels = try numbers("returnsToGo")
    let counts = try numbers("returnToGoCounts").map { Int(exactly: $0) ?? -1 }
    let quantiles = try numbers("returnQuantiles")
    guard counts.count == levels.count, counts.allSatisfy({ $0 >= 0 }) else {
      throw wrong("returnToGoCounts", "a whole number from 0 for each of returnsToGo")
    }
    guard quantiles.isEmpty || quantiles.count == 101 else {
      throw .mismatch(
        file: file, field: "returnQuantiles", found: "\(quantiles.count) numbers", expected: "101")
    }
    return ReturnDistribution(quantiles: quantiles, returnsToGo: levels, counts: counts)
  }

  private func numbers(_ key: String) throws(DatasetError) -> [Double] {
    guard case .array(let elements)? = document[key] else { throw wrong(key, "a list of numbers") }
    var values: [Double] = []
    for element in elements {
      switch element {
      case .number(let value) where value.isFinite: values.append(value)
      case .integer(let value): values.append(Double(value))
      default: throw wrong(key, "a list of finite numbers")
      }
    }
    return values
  }

  func floats(_ key: String) throws(DatasetError) -> [Float] {
    guard case .array(let elements)? = document[key] else { throw wrong(key, "a list of numbers") }
    var values: [Float] = []
    for element in elements {
      switch element {
      case .number(let value) where Float(value).isFinite: values.append(Float(value))
      case .integer(let value): values.append(Float(value))
      default: throw wrong(key, "a list of finite numbers")
      }
    }
    return values
  }
}
