internal import Documents
internal import Environments
internal import Files

/// Reading other tools' datasets, and writing datasets for other tools.
///
/// What a format has no place for, or what had to be assumed, is said in remarks.
public enum Interchange {
  /// How a file of others is read.
  public struct ImportOptions: Sendable {
    /// The format; told by the content where not given.
    public var format: InterchangeFormat?
    /// Observations that are left out, by their paths: `mission`.
    public var without: [String]
    /// Steps after which an episode of a flat file without time-outs was cut.
    public var horizon: Int?
    /// The environment's id, where the file has none or another.
    public var environment: String?
    /// The program that imports, and its version.
    public var creator: String

    public init(
      format: InterchangeFormat? = nil, without: [String] = [], horizon: Int? = nil,
      environment: String? = nil, creator: String
    ) {
      self.format = format
      self.without = without
      self.horizon = horizon
      self.environment = environment
      self.creator = creator
    }
  }

  public struct Imported: Sendable {
    public var dataset: Dataset
    public var format: InterchangeFormat
    public var remarks: Remarks
  }

  public struct Exported: Sendable {
    /// The file or folder that was written.
    public var path: String
    public var remarks: Remarks
  }

  /// Reads a dataset of another tool.
  public static func read(
    _ path: String, _ options: ImportOptions
  ) throws(DatasetError) -> Imported {
    try refusePickles(path)
    let format =
      if let chosen = options.format { chosen } else { try InterchangeFormat.detect(path) }
    guard format == .minari || options.without.isEmpty else {
      throw .unusable(
        file: path, reason: "a \(format.rawValue) file has no named observations to leave out")
    }
    guard format == .d4rl || options.horizon == nil else {
      throw .unusable(
        file: path,
        reason: "a \(format.rawValue) file says itself where episodes end, so a horizon has no use")
    }
    var remarks = Remarks()
    var (dataset, source) =
      switch format {
      case .minari: try MinariReader.read(path, without: options.without, &remarks)
      case .d4rl: try FlatReader.read(path, horizon: options.horizon, &remarks)
      case .d3rlpy: try D3rlpyReader.read(path, &remarks)
      }
    if let environment = options.environment { dataset.header.environment = environment }
    dataset.header.creator = options.creator
    var settings: Document.Fields = ["format": .string(format.rawValue)]
    if !options.without.isEmpty {
      settings["without"] = .array(options.without.map { .string($0) })
    }
    if let horizon = options.horizon { settings["horizon"] = .integer(horizon) }
    if let environment = options.environment { settings["environment"] = .string(environment) }
    dataset.header.lineage = Lineage.document(
      operation: "import", settings: .object(settings),
      inputs: [try Lineage.input(files: [source], dataset: nil)])
    for (field, text) in [
      ("environment", dataset.header.environment), ("creator", dataset.header.creator),
    ] where text.utf8.contains(0) {
      throw .mismatch(
        file: path, field: field, found: "a zero character", expected: "text without")
    }
    try dataset.check(file: path, firstStep: 0, firstEpisode: 0)
    noteOutliers(dataset, &remarks)
    return Imported(dataset: dataset, format: format, remarks: remarks)
  }

  /// Writes a dataset for another tool. Nothing that exists is replaced.
  ///
  /// - Parameters:
  ///   - path: the file; for Minari the folder that holds its datasets.
  ///   - id: the dataset's id for Minari; made of environment and behaviour policy where `nil`.
  ///   - isFlat: whether observations become one vector of numbers per step.
  public static func write(
    _ dataset: Dataset, to path: String, format: InterchangeFormat, id: String? = nil,
    isFlat: Bool = false
  ) throws(DatasetError) -> Exported {
    var remarks = Remarks()
    if isFlat || format == .d4rl {
      dataset.noteRounding(flattensObservations: isFlat, &remarks)
    }
    let data = isFlat ? dataset.flatteningObservations() : dataset
    let written =
      switch format {
      case .minari: try MinariWriter.write(data, id: id, under: path, &remarks)
      case .d4rl: try FlatWriter.write(data, to: path, &remarks)
      case .d3rlpy: try D3rlpyWriter.write(data, to: path, &remarks)
      }
    return Exported(path: written, remarks: remarks)
  }

  /// Says where observations are not of their space: they are kept, and `validate` names them.
  private static func noteOutliers(_ dataset: Dataset, _ remarks: inout Remarks) {
    let (low, high) = dataset.header.observationSpace.flatBounds
    var start = 0
    for (index, leaf) in dataset.header.observationSpace.leaves.enumerated() {
      let range = start..<start + leaf.width
      start += leaf.width
      let bounds = (low: Array(low[range]), high: Array(high[range]))
      let columns = [dataset.observations[index], dataset.finalObservations[index]]
      let count = columns.reduce(0) { $0 + $1.outliers(width: leaf.width, bounds, nil).wrong.count }
      guard count > 0 else { continue }
      remarks.add(
        "\(Layout.path(of: leaf, in: Layout.observations)): \(count) numbers are outside of the "
          + "space that the file declares")
    }
  }

  /// The files that ``read(_:_:)`` reads of what stands under a path; none is opened.
  public static func files(of path: String) -> [String] {
    if let place = try? MinariPlace(path) { return [place.main, place.metadata] }
    return FileStatus.kind(of: path) == .folder ? [] : [path]
  }

  /// The bytes that all numbers of a file take once they are unpacked; 0 where it cannot be opened,
  /// which reading then says.
  public static func unpackedBytes(of path: String) -> Int {
    guard let file = files(of: path).first, let foreign = try? ForeignFile(file) else { return 0 }
    return foreign.bytes
  }

  /// Pickles run whatever code their maker put in: they are never read.
  private static func refusePickles(_ path: String) throws(DatasetError) {
    guard [".pkl", ".pickle", ".d3"].contains(where: path.hasSuffix) else { return }
    throw .unusable(
      file: path,
      reason: "a pickle can run any code when it is read, so it is not; load it in Python and "
        + "write its columns with h5py, f[\"observations\"] = … and so on, as a D4RL file")
  }
}
