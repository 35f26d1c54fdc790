public import Documents
internal import Files

/// All runs of a sweep.
public struct SweepPlan {
  public let file: SweepFile
  public let registry: Registry
  /// Variant by variant, and of each variant seed by seed.
  public let runs: [SweepRun]
  /// The names of the columns that say what was varied, without the seed.
  public let columns: [String]
  /// Changes laid over every run at last, as for `--set`.
  private let overrides: [String]

  /// - Parameters:
  ///   - overrides: laid over every run, after all axes.
  ///   - seedCount: how many of the file's seeds to take; all if `nil`.
  public init(
    _ file: SweepFile, overrides: [String] = [], seedCount: Int? = nil, registry: Registry
  ) throws {
    self.file = file
    self.registry = registry
    self.overrides = overrides
    columns = file.axes.flatMap(\.columns)
    if let twice = Dictionary(grouping: columns, by: { $0 }).first(where: { $1.count > 1 })?.key {
      throw ConfigurationError(
        key: "axes", problem: "two columns of the results would be called \(twice)",
        location: file.path)
    }
    let count = file.axes.reduce(file.seeds?.points.count ?? 1) { count, axis in
      let (product, overflow) = count.multipliedReportingOverflow(by: axis.points.count)
      return overflow ? Int.max : product
    }
    guard count <= SweepFile.mostRuns else {
      throw ConfigurationError(
        key: "axes", found: "\(count) runs", expected: "at most \(SweepFile.mostRuns)",
        location: file.path)
    }
    var variants: [[SweepPoint]] = [[]]
    for axis in file.axes {
      variants = variants.flatMap { variant in axis.points.map { variant + [$0] } }
    }
    var seeds: [SweepPoint?] = file.seeds?.points ?? [nil]
    if let seedCount { seeds = Array(seeds.prefix(seedCount)) }
    runs = variants.enumerated().flatMap { index, points in
      seeds.map { SweepRun(file: file, variant: index, points: points, seed: $0) }
    }
    if let long = runs.first(where: { $0.name.utf8.count > SweepRun.longestName }) {
      throw ConfigurationError(
        key: "axes", found: "a run whose name would have \(long.name.utf8.count) characters",
        expected: "at most \(SweepRun.longestName): shorter names of variants", location: file.path)
    }
  }

  /// The run of that name.
  public func run(named name: String) throws(ConfigurationError) -> SweepRun {
    if let run = runs.first(where: { $0.name == name }) { return run }
    throw ConfigurationError(
      key: "--only", found: Document.string(name).jsonText(),
      expected: "the name of a run of \(file.path); `--dry-run` lists them",
      suggestion: nearest(to: name, among: runs.map(\.name)))
  }

  /// The whole configuration of a run.
  public func experiment(of run: SweepRun) throws -> Experiment {
    let loaded = try SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue).load(
      layers: [file.base] + run.points.flatMap(\.changes), overrides: overrides)
    return try Experiment(name: file.name, loaded, registry: registry)
  }

  /// The configurations of all runs, in their order.
  ///
  /// - Throws: everything that is wrong with any of them, each problem once.
  public func experiments() throws -> [Experiment] {
    var experiments: [Experiment] = []
    var errors: [ConfigurationError] = []
    for run in runs {
      var found: [ConfigurationError] = []
      do {
        experiments.append(try experiment(of: run))
      } catch let error as ConfigurationErrors {
        found = error.errors
      } catch let error as ConfigurationError {
        found = [error]
      }
      for error in found
      where errors.count < SettingsOverlay.maximumErrors && !errors.contains(error) {
        errors.append(error)
      }
    }
    guard errors.isEmpty else { throw ConfigurationErrors(errors) }
    return experiments
  }
}

/// One run of a sweep: a point on every axis, and a seed.
public struct SweepRun: Sendable {
  /// Unique in the sweep and fit for a folder: `dt_episodes-1000_seed-3`.
  public let name: String
  /// The name without the seed, which all runs of a variant share.
  public let variantName: String
  /// The variant's number in the order of the file.
  public let variant: Int
  /// What was varied, by column, without the seed.
  public let values: Document.Fields
  /// A point of each axis, and the seed's at last.
  let points: [SweepPoint]
  /// How many of the points are an axis's.
  let axisCount: Int

  /// The most characters of a name.
  static let longestName = 200
  /// Stands between the labels of axes, none of which contains it.
  static let separator = "_"

  init(file: SweepFile, variant: Int, points: [SweepPoint], seed: SweepPoint?) {
    let labels = points.map(\.label)
    variantName = labels.isEmpty ? file.name : labels.joined(separator: Self.separator)
    let all = labels + [seed?.label].compactMap { $0 }
    name = all.isEmpty ? SweepLabel.of(file.name) : all.joined(separator: Self.separator)
    self.variant = variant
    var values = Document.Fields()
    for point in points {
      for (key, value) in point.values { values[key] = value }
    }
    self.values = values
    axisCount = points.count
    self.points = points + [seed].compactMap { $0 }
  }
}
