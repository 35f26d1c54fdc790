public import Datasets
public import Documents
internal import Environments
internal import Files
internal import Reports

/// What is in a dataset, for a person and for a script.
public struct DatasetInspection {
  private let path: String
  private let header: DatasetHeader
  private let steps: Int
  private let returns: [Double]
  private let lengths: [Double]
  private let solved: Int?
  private let unfinished: Int
  private let returnHistogram: Histogram
  private let lengthHistogram: Histogram

  /// Reads the dataset.
  ///
  /// - Parameter bins: of each histogram.
  public init(of path: String, bins: Int) throws(DatasetError) {
    let reader = try DatasetReader(path)
    let dataset = try reader.read()
    self.path = reader.path
    header = dataset.header
    steps = dataset.stepCount
    returns = dataset.episodeReturns
    lengths = dataset.episodeLengths.map(Double.init)
    solved = dataset.isSolved.map { $0.count { $0 } }
    unfinished = (0..<dataset.episodeCount).count { !dataset.isFinished(episode: $0) }
    returnHistogram = Histogram(returns, bins: bins)
    lengthHistogram = Histogram(lengths, bins: bins)
  }

  public var document: Document {
    .object([
      "schema_version": 1, "path": .string(path), "environment": .string(header.environment),
      "environment_configuration": header.environmentConfiguration,
      "behaviour": header.behaviourPolicy, "seed": .integer(Int(clamping: header.seed)),
      "creator": .string(header.creator),
      "observation_width": .integer(header.observationSpace.width),
      "episodes": .integer(returns.count), "unfinished_episodes": .integer(unfinished),
      "steps": .integer(steps),
      "solved_episodes": solved.map { .integer($0) } ?? .null,
      "returns": Self.summary(returns, returnHistogram),
      "lengths": Self.summary(lengths, lengthHistogram),
    ])
  }

  private static func summary(_ values: [Double], _ histogram: Histogram) -> Document {
    guard let low = values.min(), let high = values.max() else { return .null }
    return [
      "mean": .number(Statistics.mean(values)), "minimum": .number(low), "maximum": .number(high),
      "standard_deviation": .number(Statistics.standardDeviation(values)),
      "histogram": .array(
        histogram.counts.enumerated().map { index, count in
          [
            "low": .number(histogram.edges[index]), "high": .number(histogram.edges[index + 1]),
            "count": .integer(count),
          ]
        }),
    ]
  }

  /// The same for a terminal.
  public func text(unicode: Bool) -> String {
    var lines = [TerminalText.sanitised(path)]
    func add(_ label: String, _ value: String) {
      let padding = String(repeating: " ", count: max(0, 14 - label.count))
      lines.append("  \(label)\(padding)\(TerminalText.sanitised(value))")
    }
    add("environment", header.environment)
    add("behaviour", header.behaviourPolicy.jsonText())
    add("made by", "\(header.creator), seed \(header.seed)")
    add("observations", Self.describe(header.observationSpace))
    add("actions", Self.describe(header.actionSpace))
    add(
      "episodes",
      "\(returns.count)" + (unfinished > 0 ? ", \(unfinished) of them unfinished" : ""))
    add("steps", "\(steps)")
    if let solved, !returns.isEmpty {
      add("solved", "\(solved) (\(share(Double(solved) / Double(returns.count))))")
    }
    for (name, values, histogram) in [
      ("returns", returns, returnHistogram), ("lengths", lengths, lengthHistogram),
    ] where !values.isEmpty {
      lines.append(
        "\(name): mean \(Format.number(Statistics.mean(values))), from "
          + "\(Format.number(values.min() ?? 0)) to \(Format.number(values.max() ?? 0))")
      lines.append(
        histogram.bars(isASCII: !unicode).split(separator: "\n").map { "  \($0)" }
          .joined(separator: "\n"))
    }
    return lines.joined(separator: "\n")
  }

  private func share(_ fraction: Double) -> String { "\(Format.fixed(fraction * 100, 1)) %" }

  private static func describe(_ space: Space) -> String {
    switch space {
    case .discrete(let count, let start):
      return start == 0 ? "\(count) choices" : "\(count) choices from \(start)"
    default:
      return space.leaves.map { leaf in
        let shape = leaf.shape.map(String.init).joined(separator: "×")
        let name = leaf.path.isEmpty ? "" : "\(leaf.path): "
        return "\(name)\(shape.isEmpty ? "1" : shape) \(leaf.element.rawValue)"
      }.joined(separator: ", ")
    }
  }
}
