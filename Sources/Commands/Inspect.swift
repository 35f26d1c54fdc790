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
      Reads the dataset and shows who made it, its spaces, how returns and lengths are distributed, \
      what each behaviour policy contributed, which hidden states and actions were tried, which \
      episodes are the same, and what return the recorded steps allow when episodes are stitched.
      """)

  @Argument(help: "The dataset's file or folder.", completion: .file())
  var dataset: String
  @Option(help: "Bars of the histograms.") var bins = 10
  @Flag(help: "Print one JSON document.") var json = false
  @Option(help: "Write an HTML page to this file as well.", completion: .file(extensions: ["html"]))
  var page: String?

  func validate() throws {
    guard 1...1000 ~= bins else {
      throw ValidationError("--bins is a whole number from 1 to 1000.")
    }
  }

  func run(in context: Context) throws {
    if let page { try DatasetOutput.requireNewFile(page, option: "--page") }
    try context.files.admit(dataset)
    let inspection = try DatasetInspection(of: dataset, bins: bins, registry: context.registry)
    if let page { try inspection.writePage(to: page) }
    try context.say(
      json
        ? inspection.document.jsonText(pretty: true)
        : inspection.text(unicode: context.terminal.speaksUnicode))
  }
}
