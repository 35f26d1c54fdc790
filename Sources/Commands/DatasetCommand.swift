internal import ArgumentParser
internal import Datasets
internal import Documents
internal import Experiments
internal import Reports

/// `hindsight dataset …`: works on datasets; every result is a new file.
struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset",
    abstract: "Merge, split, filter, sample, relabel, validate and compare datasets.",
    discussion: """
      Every result is a new file whose header says how it came to be: the operation, its settings \
      and the SHA-256 of its inputs. The same work on the same data gives the same bytes.
      """,
    subcommands: [
      MergeDatasets.self, SplitDataset.self, FilterDataset.self, SampleDataset.self,
      RelabelDataset.self, ValidateDataset.self, CompareDatasets.self,
    ])
}

/// The dataset that a verb reads, and the one it writes.
struct DatasetOptions: ParsableArguments {
  @Argument(help: "The dataset's file or folder.", completion: .file())
  var dataset: String
  @Option(help: "The dataset to write.", completion: .file())
  var output: String
}

extension DerivedDataset {
  /// What made it, as headers say.
  static var creator: String { "hindsight \(Version.current)" }

  /// Writes the dataset.
  ///
  /// - Returns: what to say of it to scripts.
  func save(to path: String) throws -> Document.Fields {
    let file = try DatasetOutput.write(dataset, to: path)
    return [
      "path": .string(file), "episodes": .integer(dataset.episodeCount),
      "steps": .integer(dataset.stepCount),
    ]
  }
}

/// Says what was written, on one line each or as one document.
func report(
  _ written: [Document.Fields], remarks: Remarks = Remarks(), more: Document.Fields = [:],
  in context: Context, _ display: OutputOptions
) throws {
  for case .string(let path)? in written.map({ $0["path"] }) { context.files.record(path) }
  if display.json {
    var fields: Document.Fields = ["schema_version": 1]
    fields["datasets"] = .array(written.map { .object($0) })
    for (key, value) in more { fields[key] = value }
    fields["remarks"] = remarks.document
    return try context.say(Document.object(fields).jsonText(pretty: true))
  }
  remarks.show(context, display)
  for fields in written {
    guard case .string(let path)? = fields["path"],
      case .integer(let episodes)? = fields["episodes"],
      case .integer(let steps)? = fields["steps"]
    else { continue }
    try context.say("\(TerminalText.sanitised(path)): \(episodes) episodes, \(steps) steps")
  }
}
