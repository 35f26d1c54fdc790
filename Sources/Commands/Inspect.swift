internal import ArgumentParser
internal import Datasets
internal import Documents
internal import Experiments
internal import Reports

/// `hindsight inspect`: what is in a dataset.
struct Inspect: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a dataset.",
    discussion: """
      Reads the dataset and shows who made it, its spaces, and how returns and lengths are \
      distributed.
      """)

  @Argument(help: "The dataset's file or folder.", completion: .file())
  var dataset: String
  @Option(help: "Bars of the histograms.") var bins = 10
  @Flag(help: "Print one JSON document.") var json = false

  func validate() throws {
    guard 1...1000 ~= bins else {
      throw ValidationError("--bins is a whole number from 1 to 1000.")
    }
  }

  func run(in context: Context) throws {
    let inspection = try DatasetInspection(of: dataset, bins: bins)
    try context.say(
      json
        ? inspection.document.jsonText(pretty: true)
        : inspection.text(unicode: context.terminal.speaksUnicode))
  }
}
