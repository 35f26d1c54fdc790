internal import Documents
internal import Environments
public import Files

/// An imported dataset as a safetensors file: what a guarded child hands to its parent, which believes
/// nothing of it before it was checked.
public enum DatasetPack {
  private enum Key {
    static let header = "header"
    static let remarks = "remarks"
    static let format = "format"
    static let infos = "infos"
    static let offsets = "offsets"
  }

  public static func pack(_ imported: Interchange.Imported) -> SafetensorsFile {
    let data = imported.dataset
    var file = SafetensorsFile(metadata: [
      Key.header: data.header.provenance, Key.format: imported.format.rawValue,
      Key.remarks: Document.array(imported.remarks.texts.map { .string($0) }).jsonText(),
      Key.infos: Document.array(
        data.infos.map { ["name": .string($0.name), "width": .integer($0.width)] }
      ).jsonText(),
    ])
    func set(_ name: String, _ column: Column) {
      switch column {
      case .uint8(let values): file.set(name, values, shape: [values.count])
      case .int32(let values): file.set(name, values, shape: [values.count])
      case .int64(let values): file.set(name, values, shape: [values.count])
      case .float32(let values): file.set(name, values, shape: [values.count])
      case .float64(let values): file.set(name, values, shape: [values.count])
      }
    }
    for (index, column) in data.observations.enumerated() { set("observation.\(index)", column) }
    for (index, column) in data.finalObservations.enumerated() { set("final.\(index)", column) }
    for (index, column) in data.actions.enumerated() { set("action.\(index)", column) }
    for (index, info) in data.infos.enumerated() { set("info.\(index)", info.column) }
    file.set(Layout.rewards, data.rewards, shape: [data.rewards.count])
    file.set(Layout.terminals, data.isTerminated, shape: [data.isTerminated.count])
    file.set(Layout.timeouts, data.isTruncated, shape: [data.isTruncated.count])
    file.set(Key.offsets, data.episodeOffsets, shape: [data.episodeOffsets.count])
    file.set(Layout.episodeSeeds, data.episodeSeeds, shape: [data.episodeSeeds.count])
    let logProbabilities = data.behaviourLogProbabilities
    file.set(Layout.behaviourLogProbabilities, logProbabilities, shape: [logProbabilities.count])
    return file
  }

  /// Reads what a child wrote about a file.
  ///
  /// - Parameter path: the file that the child read; errors name it.
  public static func unpack(
    _ bytes: [UInt8], path: String
  ) throws(DatasetError) -> Interchange.Imported {
    do {
      let file = try SafetensorsFile(bytes: bytes, path: path)
      return try unpack(file, path: path)
    } catch let error as DatasetError {
      throw error
    } catch let error as FileError {
      throw .file(error)
    } catch {
      throw .defect(file: path, field: "", problem: "\(error)")
    }
  }

  private static func unpack(_ file: SafetensorsFile, path: String) throws -> Interchange.Imported {
    func wrong(_ field: String, _ found: String, _ expected: String) -> DatasetError {
      .mismatch(file: path, field: field, found: found, expected: expected)
    }
    guard let text = file.metadata[Key.header], let header = DatasetHeader(provenance: text),
      let format = InterchangeFormat(rawValue: file.metadata[Key.format] ?? ""),
      let remarkTexts = file.metadata[Key.remarks],
      case .array(let remarks) = try Document(json: remarkTexts),
      let infoTexts = file.metadata[Key.infos],
      case .array(let infos) = try Document(json: infoTexts)
    else { throw wrong("", "no header", "what the reader of the file should have written") }

    var data = Dataset(header)
    let offsets: [Int] = try file.values(of: Key.offsets).values
    let episodes = offsets.count - 1
    guard let steps = offsets.last, offsets.first == 0,
      zip(offsets, offsets.dropFirst()).allSatisfy(<)
    else { throw wrong(Layout.timesteps, "offsets that do not ascend", "ascending ones from 0") }
    data.episodeOffsets = offsets
    func column(_ name: String, _ element: Space.Element, count: Int) throws -> Column {
      let column: Column =
        switch element {
        case .uint8: .uint8(try file.values(of: name).values)
        case .int32: .int32(try file.values(of: name).values)
        case .int64: .int64(try file.values(of: name).values)
        case .float32: .float32(try file.values(of: name).values)
        case .float64: .float64(try file.values(of: name).values)
        }
      guard column.count == count else { throw wrong(name, "\(column.count) numbers", "\(count)") }
      return column
    }
    func count<Value>(_ values: [Value], _ name: String, _ expected: Int) throws -> [Value] {
      guard values.count == expected else {
        throw wrong(name, "\(values.count) values", "\(expected)")
      }
      return values
    }
    for (index, leaf) in header.observationSpace.leaves.enumerated() {
      data.observations[index] = try column(
        "observation.\(index)", leaf.element, count: steps * leaf.width)
      data.finalObservations[index] = try column(
        "final.\(index)", leaf.element, count: episodes * leaf.width)
    }
    for (index, leaf) in header.actionSpace.leaves.enumerated() {
      data.actions[index] = try column(
        "action.\(index)", leaf.element, count: steps * leaf.width)
    }
    data.rewards = try count(file.doubles(Layout.rewards).values, Layout.rewards, steps)
    data.isTerminated = try count(file.bools(Layout.terminals).values, Layout.terminals, steps)
    data.isTruncated = try count(file.bools(Layout.timeouts).values, Layout.timeouts, steps)
    data.episodeSeeds = try count(
      file.uint64s(Layout.episodeSeeds).values, Layout.episodeSeeds, episodes)
    let logProbabilities = try file.floats(Layout.behaviourLogProbabilities).values
    data.behaviourLogProbabilities =
      try logProbabilities.isEmpty
      ? [] : count(logProbabilities, Layout.behaviourLogProbabilities, steps)
    for (index, entry) in infos.enumerated() {
      guard case .string(let name)? = entry["name"], case .integer(let width)? = entry["width"],
        (0...1 << 24).contains(width), !name.isEmpty, !name.contains("/"),
        let element = file.layout(of: "info.\(index)").flatMap({ Space.Element($0.element) })
      else { throw wrong(Layout.infos, entry.jsonText(), "a name and a width") }
      var info = Info(name: name, width: width, column: Column(element))
      let (rows, overflow) = (info.axis == .step ? steps : episodes)
        .multipliedReportingOverflow(by: width)
      guard !overflow else { throw wrong(Layout.infos, "\(width)", "a width that fits") }
      info.column = try column("info.\(index)", element, count: rows)
      guard !data.infos.contains(where: { $0.name == name }),
        !Info.meanings.contains(name) || (width == 1 && element.isWhole)
      else { throw wrong(Layout.infos, entry.jsonText(), "one info of each name") }
      data.infos.append(info)
    }
    try data.check(file: path, firstStep: 0, firstEpisode: 0)
    var said = Remarks()
    for case .string(let text) in remarks { said.add(text) }
    return Interchange.Imported(dataset: data, format: format, remarks: said)
  }
}

extension Space.Element {
  fileprivate init?(_ element: SafetensorsElement) {
    switch element {
    case .uint8: self = .uint8
    case .int32: self = .int32
    case .int64: self = .int64
    case .float32: self = .float32
    case .float64: self = .float64
    default: return nil
    }
  }
}
