package import Documents
internal import Files

/// What a sweep file says: a base configuration, axes along which it is changed, and seeds.
///
///     base: dt.yaml                    # a path, from this file's folder, or a group of settings
///     axes:
///       agent:
///         list:                        # named variants, each a group of changes
///           dt: {}
///           bc: {agent: bc}
///       episodes:
///         grid: {dataset.episodes: [1000, 10000]}
///       rate:
///         random:
///           draws: 8
///           seed: 0
///           keys:
///             training.optimization.learningRate: {from: 1e-4, to: 1e-2, scale: log}
///     seeds: {count: 10, from: 0, keys: {seed: seed, evaluation.seed: 1000 + seed}}
///
/// `comparison` may say which axis to compare, see ``SweepComparisonSettings``.
/// There is a run for every point of every axis with every seed. Of two axes that change the same
/// settings the later one is laid over the earlier.
public struct SweepFile: Sendable {
  /// The file's name without folder and extension.
  public let name: String
  public let path: String
  /// The settings that every run starts from.
  package let base: MarkedDocument
  public let axes: [SweepAxis]
  /// One point per seed; `nil` where the seed is the base's.
  public let seeds: SweepAxis?
  /// How the points of one axis are compared; `nil` where nothing is said of that.
  public let comparison: SweepComparisonSettings?

  /// Reads and checks a sweep file.
  ///
  /// - Throws: all problems that were found, each with its place.
  public init(path: String) throws {
    let bytes = try FileContents.bytes(of: path, atMost: YAMLReader.maximumBytes)
    var reader = SweepFileReader(path: path)
    let document = try YAMLReader.read(bytes, named: path)
    let parts = try reader.read(document)
    self.path = path
    name = Experiment.name(ofFile: path)
    (base, axes, seeds, comparison) = parts
  }

  /// The most runs that one sweep may have.
  static let mostRuns = 100_000
  /// Names that columns of the results have already.
  static let reservedNames = SweepRow.columns
}
