internal import Agents
public import Datasets
public import Documents
package import Files
internal import TensorCore

/// A checkpoint that cannot be used: which file, which part of it, what was found and expected.
public struct CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
  public var path: String
  public var field: String
  public var message: String

  public var description: String { "\(path) › \(field): \(message)" }
}

/// Everything that a run needs to go on or to act: weights, optimizer, progress, the effective
/// configuration and a summary of the data. The dataset is not needed to evaluate.
///
/// One safetensors file: `parameters/<name>`, `average/<name>` where one is kept,
/// `optimizer.first/<name>`, `optimizer.second/<name>`, or a fitter's `fitted/<name>`, and in the metadata the rest, with a SHA-256
/// of all tensor bytes and one of the header, so that no bit can change unseen.
public struct Checkpoint: Sendable {
  public var progress: Progress
  /// The experiment's settings with all defaults.
  public var configuration: Document
  public var data: DataSummary
  /// The fingerprint of the dataset that the run learns from.
  public var dataset: String
  /// Updates the optimizer has made; fewer than steps where some were skipped.
  public var updateCount: Int
  /// Steps skipped in a row until now.
  public var skippedInARow: Int
  private var tensors: SafetensorsFile
  private let path: String

  /// The layout of this file; a reader refuses a newer one.
  static let schemaVersion = 1
  static let format = "hindsight-checkpoint"
  private static let headerDigest = "header_sha256"

  /// How far a run has come.
  public struct Progress: Sendable, Equatable {
    /// Steps taken.
    public var step = 0
    /// Score of the best checkpoint so far; minus infinity before the first validation.
    public var bestScore = -Double.infinity
    /// Step of the best checkpoint so far; 0 before the first.
    public var bestStep = 0
    /// Whether the validation that is due after this step has yet to be done: it was cut short.
    public var owesValidation = false
  }

  /// Steps taken.
  public var step: Int { progress.step }

  /// Takes a picture of a learner.
  init(
    of learner: Learner, _ progress: Progress, configuration: Document, data: DataSummary,
    dataset: String
  ) {
    self.progress = progress
    self.configuration = configuration
    self.data = data
    self.dataset = dataset
    updateCount = learner.optimizer.updateCount
    skippedInARow = learner.skipped
    path = "a new checkpoint"
    tensors = SafetensorsFile()
    for (index, specification) in learner.parameters.specifications.enumerated() {
      let shape = [specification.rows, specification.columns]
      let name = specification.name
      tensors.set("parameters/\(name)", learner.parameters.values(of: index), shape: shape)
      if let average = learner.average {
        tensors.set("average/\(name)", average.values(of: index), shape: shape)
      }
      guard specification.role == .weight else { continue }
      tensors.set(
        "optimizer.first/\(name)", learner.optimizer.firstMoments.values(of: index), shape: shape)
      tensors.set(
        "optimizer.second/\(name)", learner.optimizer.secondMoments.values(of: index), shape: shape)
    }
  }

  /// Keeps what a fitter has learned.
  init(
    of tables: FittedTables, configuration: Document, data: DataSummary, dataset: String
  ) {
    progress = Progress()
    progress.step = tables.sweeps
    self.configuration = configuration
    self.data = data
    self.dataset = dataset
    updateCount = 0
    skippedInARow = 0
    path = "a new checkpoint"
    tensors = SafetensorsFile()
    for table in tables.tables {
      tensors.set("\(Self.fitted)/\(table.name)", table.values, shape: table.shape)
    }
  }

  /// Numbers that were learned.
  var weightCount: Int {
    tensors.names.filter { $0.hasPrefix("parameters/") || $0.hasPrefix("\(Self.fitted)/") }
      .reduce(0) { $0 + (tensors.layout(of: $1)?.shape.reduce(1, *) ?? 0) }
  }

  /// The group of tensors that a fitter has made.
  static let fitted = "fitted"

  /// What a fitter has learned.
  func fittedTables() throws -> FittedTables {
    let prefix = "\(Self.fitted)/"
    return FittedTables(
      try tensors.names.map { name in
        guard name.hasPrefix(prefix), let layout = tensors.layout(of: name) else {
          throw error(name, "not a table that the configured agent has made")
        }
        let values = try tensors.floats(name).values
        guard values.allSatisfy(\.isFinite) else {
          throw error(name, "holds a number that is not finite")
        }
        return FittedTables.Table(
          String(name.dropFirst(prefix.count)), shape: layout.shape, values: values)
      }, sweeps: step)
  }

  package func write(to path: String) throws(FileError) {
    var file = tensors
    file.metadata = [
      "format": Self.format, "schema_version": "\(Self.schemaVersion)",
      "hindsight_version": Version.current, "step": "\(step)", "updates": "\(updateCount)",
      "skipped_in_a_row": "\(skippedInARow)", "best_score": "\(progress.bestScore)",
      "best_step": "\(progress.bestStep)", "owes_validation": "\(progress.owesValidation)",
      "configuration": configuration.jsonText(), "data": data.jsonText, "dataset": dataset,
      "blas_core": BLAS.coreName, "sha256": tensors.tensorDigest(),
    ]
    file.metadata[Self.headerDigest] = file.headerDigest(without: Self.headerDigest)
    try file.write(to: path, replacing: true)
  }

  /// Reads a checkpoint and checks that it is whole.
  public init(contentsOf path: String) throws {
    self.path = path
    tensors = try SafetensorsFile(contentsOf: path)
    let metadata = tensors.metadata
    func fail(_ field: String, _ message: String) -> CheckpointError {
      CheckpointError(path: path, field: field, message: message)
    }
    func text(_ key: String) throws -> String {
      guard let value = metadata[key] else {
        throw fail("metadata \(key)", "missing; is this a checkpoint that `hindsight train` wrote?")
      }
      return value
    }
    func number<Number: LosslessStringConvertible>(_ key: String, _: Number.Type) throws -> Number {
      let written = try text(key)
      guard let value = Number(written) else {
        let expected = Number.self == Bool.self ? "true or false" : "a number"
        throw fail("metadata \(key)", "found \"\(written)\", expected \(expected)")
      }
      return value
    }
    guard try text("format") == Self.format else {
      throw fail("metadata format", "found \"\(try text("format"))\", expected \(Self.format)")
    }
    let version = try number("schema_version", Int.self)
    guard version >= 1, version <= Self.schemaVersion else {
      throw fail(
        "metadata schema_version",
        "found \(version); this program reads up to "
          + "\(Self.schemaVersion): it needs a newer hindsight")
    }
    guard try text(Self.headerDigest) == tensors.headerDigest(without: Self.headerDigest) else {
      throw fail("header", "not what was saved: damaged file")
    }
    guard try text("sha256") == tensors.tensorDigest() else {
      throw fail("metadata sha256", "the tensors are not those that were saved: damaged file")
    }
    progress = Progress(
      step: try number("step", Int.self), bestScore: try number("best_score", Double.self),
      bestStep: try number("best_step", Int.self),
      owesValidation: try number("owes_validation", Bool.self))
    updateCount = try number("updates", Int.self)
    skippedInARow = try number("skipped_in_a_row", Int.self)
    dataset = try text("dataset")
    do {
      configuration = try Document(json: try text("configuration"))
      data = try DataSummary(json: try text("data"), file: path)
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw fail("metadata", "\(error)")
    }
    guard progress.step >= 0, updateCount >= 0, updateCount <= progress.step else {
      throw fail("metadata step", "\(updateCount) updates in \(progress.step) steps")
    }
  }

  /// Copies the weights to act with into `store`, which must have the same parameters.
  func restoreActing(_ store: ParameterStore) throws {
    try restore(
      store, from: tensors.names.contains { $0.hasPrefix("average/") } ? "average" : "parameters")
  }

  private func restore(_ store: ParameterStore, from group: String) throws {
    for (index, values) in try values(group, like: store.specifications).enumerated() {
      store.setValues(of: index, to: values)
    }
    if let name = store.firstNonFinite {
      throw error("\(group)/\(name)", "holds a number that is not finite")
    }
  }

  /// Puts a learner where the one that was saved stood.
  func restore(_ learner: Learner) throws {
    try restore(learner.parameters, from: "parameters")
    if let average = learner.average { try restore(average, from: "average") }
    let moments = [
      ("optimizer.first", learner.optimizer.firstMoments),
      ("optimizer.second", learner.optimizer.secondMoments),
    ]
    let specifications = learner.parameters.specifications
    let optimized = specifications.indices.filter { specifications[$0].role == .weight }
    for (group, buffer) in moments {
      let values = try values(group, like: optimized.map { specifications[$0] })
      for (index, numbers) in zip(optimized, values) {
        guard numbers.allSatisfy(\.isFinite) else {
          throw error(
            "\(group)/\(specifications[index].name)", "holds a number that is not finite")
        }
        buffer.setValues(of: index, to: numbers)
      }
    }
    learner.optimizer.updateCount = updateCount
    learner.skipped = skippedInARow
  }

  /// An error in a part of this file.
  func error(_ field: String, _ message: String) -> CheckpointError {
    CheckpointError(path: path, field: field, message: message)
  }

  private func values(
    _ group: String, like specifications: [ParameterSpecification]
  ) throws -> [[Float]] {
    let present = tensors.names.filter { $0.hasPrefix("\(group)/") }
    let expected = Set(specifications.map { "\(group)/\($0.name)" })
    if let extra = present.first(where: { !expected.contains($0) }) {
      throw error(extra, "not a parameter of the configured agent")
    }
    return try specifications.map { specification in
      let name = "\(group)/\(specification.name)"
      guard let layout = tensors.layout(of: name) else {
        throw error(name, "missing")
      }
      let shape = [specification.rows, specification.columns]
      guard layout.shape == shape else {
        throw error(
          name, "found shape \(layout.shape), the configured agent has \(shape)")
      }
      return try tensors.floats(name).values
    }
  }
}
