internal import Documents
internal import Randomness
internal import Reports

/// Runs that differ in nothing but their seeds, and are shown as one: a mean with what the seeds
/// make of it.
struct ReportGroup: Sendable {
  /// Unique in a report.
  var name: String
  /// In the order of their seeds.
  var runs: [ReportRun]

  /// Puts runs together: those of a sweep as its results do, others by their settings.
  ///
  /// - Parameters:
  ///   - variants: the names of variants by the paths of runs, as far as a sweep knows them.
  ///   - order: the names of variants in the order of the sweeps' files.
  static func groups(
    of runs: [ReportRun], variants: [String: String], order: [String]
  ) -> [ReportGroup] {
    var keys: [String] = []
    var members: [String: [ReportRun]] = [:]
    for run in runs {
      let key =
        variants[run.folder.path].map { "sweep \($0)" } ?? run.configuration.withoutSeeds.jsonText()
      if members[key] == nil { keys.append(key) }
      members[key, default: []].append(run)
    }
    let places = Dictionary(
      order.enumerated().map { ("sweep \($0.element)", $0.offset) }, uniquingKeysWith: { $1 })
    keys = keys.enumerated().sorted {
      (places[$0.element] ?? order.count, $0.offset) < (
        places[$1.element] ?? order.count, $1.offset
      )
    }.map(\.element)
    var names: [String: Int] = [:]
    return keys.map { key in
      let runs = (members[key] ?? []).sorted {
        ($0.summary.seed, $0.folder.path) < ($1.summary.seed, $1.folder.path)
      }
      let name = variants[runs[0].folder.path] ?? commonName(of: runs)
      names[name, default: 0] += 1
      let count = names[name] ?? 1
      return ReportGroup(name: count == 1 ? name : "\(name) (\(count))", runs: runs)
    }
  }

  /// The run's name, or of several what their names begin with, without what names the seed.
  private static func commonName(of runs: [ReportRun]) -> String {
    guard runs.count > 1 else { return runs[0].name }
    var common = runs[0].name
    for run in runs { while !run.name.hasPrefix(common) { common.removeLast() } }
    while common.last?.isNumber == true { common.removeLast() }
    for ending in ["seed-", "seed"] where common.hasSuffix(ending) {
      common.removeLast(ending.count)
    }
    while let last = common.last, "-_. ".contains(last) { common.removeLast() }
    return common.isEmpty ? runs[0].name : common
  }

  /// The most groups of one chart.
  static let mostInCharts = 16

  /// Seeds that several runs have, which then do not count as independent.
  var repeatedSeeds: [Int] {
    Dictionary(grouping: runs, by: \.summary.seed).filter { $0.value.count > 1 }.keys.sorted()
  }

  /// What the group's runs achieved, target by target: as many runs as have that outcome.
  var outcomes: [ReportOutcomes] {
    var result: [ReportOutcomes] = []
    for run in runs {
      for outcome in run.evaluation?.outcomes ?? [] {
        let place = result.firstIndex {
          $0.outcomes[0].asked == outcome.asked && $0.selection == outcome.selection
        }
        if let place {
          result[place].outcomes.append(outcome)
        } else {
          result.append(ReportOutcomes(outcomes: [outcome]))
        }
      }
    }
    return result
  }

  /// The outcome at the highest target, of the first way to choose: what groups are compared by.
  var highest: ReportOutcomes? {
    let all = outcomes
    return all.filter { $0.selection == all[0].selection }.max {
      $0.target ?? -.infinity < $1.target ?? -.infinity
    }
  }
}

/// The outcomes of a group's runs at one target with one way to choose.
struct ReportOutcomes: Sendable {
  /// At least one.
  var outcomes: [ReportOutcome]

  var selection: String { outcomes[0].selection }
  /// The mean over seeds, which differ where the data decide; `nil` where no number was asked for.
  var target: Double? {
    let targets = outcomes.compactMap(\.target)
    return targets.isEmpty ? nil : Statistics.mean(targets)
  }

  /// `target 1, greedy`
  var label: String { outcomes[0].label }

  var meanReturn: Double { Statistics.mean(outcomes.map(\.meanReturn)) }
  var successRate: Double { Statistics.mean(outcomes.map(\.successRate)) }
  var meanLength: Double { Statistics.mean(outcomes.map(\.meanLength)) }

  /// Over seeds; of a single run over its episodes.
  var meanInterval: Interval {
    outcomes.count == 1
      ? outcomes[0].meanInterval : SeedInterval.of(outcomes.map(\.meanReturn), "return/\(label)")
  }
  var successInterval: Interval {
    outcomes.count == 1
      ? outcomes[0].successInterval
      : SeedInterval.of(outcomes.map(\.successRate), "success/\(label)")
  }

  /// Whether every run lists its episodes.
  var hasEpisodes: Bool { outcomes.allSatisfy(\.hasEpisodes) }
  var returns: [Double] { outcomes.flatMap(\.returns) }
  var lengths: [Double] { outcomes.flatMap(\.lengths).map { Double($0) } }
}

/// Intervals of means over seeds.
enum SeedInterval {
  private static let resamples = 2_000

  /// The 95 % bootstrap interval; NaN for no values.
  static func of(_ values: [Double], _ name: String) -> Interval {
    var random = RandomStream(seed: 0, "report/\(name)")
    return .bootstrapMean(of: values, resamples: resamples, using: &random)
  }
}

extension Document {
  /// A configuration without what names random streams and where the data are.
  fileprivate var withoutSeeds: Document {
    guard case .object(var fields) = self else { return self }
    fields["seed"] = nil
    for (group, key) in [("evaluation", "seed"), ("dataset", "path")] {
      guard case .object(var inner)? = fields[group] else { continue }
      inner[key] = nil
      fields[group] = .object(inner)
    }
    return .object(fields)
  }
}
