public import Datasets
public import Documents
internal import Environments
internal import Reports

/// What is in a dataset, for a person and for a script.
public struct DatasetInspection {
  let path: String
  let header: DatasetHeader
  let steps: Int
  let returns: Sample
  let lengths: Sample
  let solved: Int?
  let unfinished: Int
  let behaviours: [BehaviourShare]
  let duplicates: (episodes: Int, groups: Int)
  let stitching: Stitching?
  let coverage: StateActionCoverage?
  /// Why there is no coverage.
  let coverageReason: String

  /// One number of each episode, and how it is distributed.
  struct Sample {
    let values: [Double]
    let histogram: Histogram

    init(_ values: [Double], bins: Int) {
      self.values = values
      histogram = Histogram(values, bins: bins)
    }

    var mean: Double { Statistics.mean(values) }
    var minimum: Double { values.min() ?? 0 }
    var maximum: Double { values.max() ?? 0 }
  }

  /// What one behaviour policy contributed.
  struct BehaviourShare {
    let policy: Document
    let returns: [Double]
    let lengths: [Int]
    let solved: Int?

    var episodes: Int { returns.count }
    var steps: Int { lengths.reduce(0, +) }
  }

  /// Reads the dataset.
  ///
  /// - Parameters:
  ///   - bins: of each histogram.
  ///   - registry: knows the world whose states the dataset may cover.
  public init(of path: String, bins: Int, registry: Registry) throws(DatasetError) {
    let reader = try DatasetReader(path)
    let table = try EpisodeTable(of: reader)
    self.path = reader.path
    header = reader.header
    steps = reader.stepCount
    returns = Sample(table.returns, bins: bins)
    lengths = Sample(table.lengths.map(Double.init), bins: bins)
    solved = table.isSolved.map { $0.count { $0 } }
    unfinished = (0..<table.count).count { !table.isFinished($0) }
    behaviours = Self.shares(
      of: table, policies: try reader.read(episodes: 0..<0).behaviourPolicies)
    duplicates = try reader.duplicates()
    stitching = try Stitching(of: reader, table)
    var coverage: StateActionCoverage?
    var reason = ""
    do {
      coverage = try StateActionCoverage.measure(reader, registry: registry)
    } catch let error as StateActionCoverage.Unknown {
      reason = error.reason
    } catch let error as DatasetError {
      throw error
    } catch {
      reason = "\(error)"
    }
    self.coverage = coverage
    coverageReason = reason
  }

  private static func shares(of table: EpisodeTable, policies: [Document]) -> [BehaviourShare] {
    let numbers = table.behaviourNumbers.map(Int.init)
    let (returns, lengths) = (table.returns, table.lengths)
    let solved = table.isSolved
    return policies.enumerated().map { number, policy in
      let episodes = numbers.indices.filter { numbers[$0] == number }
      return BehaviourShare(
        policy: policy, returns: episodes.map { returns[$0] },
        lengths: episodes.map { lengths[$0] },
        solved: solved.map { solved in episodes.count { solved[$0] } })
    }
  }

  // MARK: For scripts

  public var document: Document {
    .object([
      "schema_version": 1, "path": .string(path), "environment": .string(header.environment),
      "environment_configuration": header.environmentConfiguration,
      "behaviour": header.behaviourPolicy, "seed": .integer(Int(clamping: header.seed)),
      "creator": .string(header.creator), "lineage": header.lineage,
      "observation_width": .integer(header.observationSpace.width),
      "episodes": .integer(returns.values.count), "unfinished_episodes": .integer(unfinished),
      "steps": .integer(steps),
      "solved_episodes": solved.map { .integer($0) } ?? .null,
      "returns": Self.summary(returns), "lengths": Self.summary(lengths),
      "behaviours": .array(behaviours.map(\.document)),
      "duplicates": [
        "episodes": .integer(duplicates.episodes), "groups": .integer(duplicates.groups),
      ],
      "stitching": stitching?.document ?? .null,
      "coverage": coverage?.document ?? ["unknown": .string(coverageReason)],
    ])
  }

  private static func summary(_ sample: Sample) -> Document {
    guard !sample.values.isEmpty else { return .null }
    let histogram = sample.histogram
    return [
      "mean": .number(sample.mean), "minimum": .number(sample.minimum),
      "maximum": .number(sample.maximum),
      "standard_deviation": .number(Statistics.standardDeviation(sample.values)),
      "histogram": .array(
        histogram.counts.enumerated().map { index, count in
          [
            "low": .number(histogram.edges[index]), "high": .number(histogram.edges[index + 1]),
            "count": .integer(count),
          ]
        }),
    ]
  }
}

extension DatasetInspection.BehaviourShare {
  fileprivate var document: Document {
    [
      "behaviour": policy, "episodes": .integer(episodes), "steps": .integer(steps),
      "mean_return": returns.isEmpty ? .null : .number(Statistics.mean(returns)),
      "minimum_return": returns.min().map { .number($0) } ?? .null,
      "maximum_return": returns.max().map { .number($0) } ?? .null,
      "solved_episodes": solved.map { .integer($0) } ?? .null,
    ]
  }
}

extension Stitching {
  fileprivate var document: Document {
    [
      "observations": .integer(observations), "shared_observations": .integer(sharedObservations),
      "shared_steps": .integer(sharedSteps), "starts": .integer(starts),
      "improved_starts": .integer(improvedStarts), "best_return": .number(bestReturn),
      "best_stitched_return": bestStitchedReturn.map { .number($0) } ?? .null,
    ]
  }
}
