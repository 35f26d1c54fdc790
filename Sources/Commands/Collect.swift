internal import ArgumentParser
internal import Documents
internal import Experiments
internal import Reports

/// `hindsight collect`: plays the behaviour policy and writes a dataset.
struct Collect: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play episodes and write them to a dataset.",
    discussion: """
      Plays the behaviour policy of the configuration in its environment. The dataset is written in \
      parts that are durable as soon as they are full; after an interruption the same command goes \
      on where the last part ended, and the result has the same bytes.
      """)

  @Argument(help: "The experiment's YAML file.", completion: .file(extensions: ["yaml"]))
  var experiment: String
  @Option(help: "The dataset to write; short for --set dataset.path=FILE.", completion: .file())
  var output: String?
  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var display: OutputOptions

  func run(in context: Context) throws {
    let experiment = try Experiment(
      path: experiment, overrides: configuration.all, registry: context.registry)
    let report = try collect(
      experiment, to: output ?? experiment.datasetPath, context,
      threads: threading.count, display)
    try context.say(
      display.json
        ? Document.object(["schema_version": 1, "dataset": report.document]).jsonText(pretty: true)
        : report.text)
  }
}

/// Collects with a progress line.
func collect(
  _ experiment: Experiment, to path: String, _ context: Context, threads: Int,
  _ display: OutputOptions
) throws -> CollectionReport {
  let progress = ProgressLine("collecting", context.terminal, isShown: !display.quiet)
  defer { progress.finish() }
  try context.files.admitParts(of: path)
  let report = try Collector(
    experiment.loaded, registry: context.registry, threads: threads, stop: context.stop,
    onProgress: { state in
      progress.show(state.episodes, of: state.totalEpisodes, unit: "episodes", [])
    }
  ).collect(to: path)
  context.files.record(report.path)
  return report
}

extension CollectionReport {
  var document: Document {
    [
      "path": .string(path), "episodes": .integer(episodes), "steps": .integer(steps),
      "resumed_episodes": .integer(resumedEpisodes), "seconds": .number(seconds),
    ]
  }

  var text: String {
    "\(TerminalText.sanitised(path)): \(episodes) episodes, \(steps) steps"
      + (resumedEpisodes > 0 ? " (\(resumedEpisodes) episodes were there already)" : "")
  }
}
