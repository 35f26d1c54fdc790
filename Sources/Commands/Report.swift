internal import ArgumentParser
internal import Documents
internal import Experiments
internal import Files
internal import Reports

/// `hindsight report`: one page about runs.
struct ReportCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make one page of figures and tables about runs.",
    discussion: """
      Reads run folders, sweep folders, or folders that hold them, and writes one HTML page that \
      needs nothing else: learning curves, achieved against target return, returns, lengths and \
      success of episodes, comparisons with intervals, evaluated episodes as films with what the \
      model looked at and foresaw, configurations and commands. Runs with the same settings but for \
      their seeds are shown as one. What a run lacks is left out, and the page says why.
      """)

  @Argument(help: "Run folders, sweep folders, or folders that hold them.", completion: .directory)
  var runs: [String]
  @Option(
    help: "The page to write; by default report.html in the folder, or here if there are several.",
    completion: .file(extensions: ["html"]))
  var output: String?
  @Option(
    help: "Write every figure to this folder as well, as SVG and PNG, and films as GIF.",
    completion: .directory)
  var figures: String?
  @Option(help: "The evaluation to show; the newest of each run by default.")
  var evaluation: String?
  @Option(help: "Of how many runs to play evaluated episodes again; 0 for none.")
  var films = Report.Options().films
  @Flag(help: "Replace the page and the figures of an earlier report.")
  var replace = false
  @Flag(help: "Show the figures in the terminal, and write a page only with --output.")
  var terminal = false
  @OptionGroup var display: OutputOptions

  func validate() throws {
    guard 0...100 ~= films else {
      throw ValidationError("--films is a whole number from 0 to 100.")
    }
    if runs.contains("") { throw ValidationError("A folder's path is empty.") }
    if let evaluation, !RunFolder.isEvaluationName(evaluation) {
      throw ValidationError(
        "--evaluation takes letters, digits, '-', '_' and '.', not beginning with '.'.")
    }
    if terminal, display.json {
      throw ValidationError("Give --terminal or --json, not both.")
    }
  }

  func run(in context: Context) throws {
    // Better now than after the work.
    let page = output ?? (terminal ? nil : Report.defaultPage(for: runs))
    if let page { try Report.requirePlace(of: page, replacing: replace) }
    if let figures { try Report.requirePlace(ofFigures: figures, replacing: replace) }

    var options = Report.Options()
    options.evaluation = evaluation
    options.films = films
    let progress = ProgressLine("playing", context.terminal, isShown: !display.quiet && films > 0)
    let report: Report
    do {
      defer { progress.finish() }
      report = try Report(of: runs, options, registry: context.registry, stop: context.stop) {
        progress.show($0, of: $1, unit: "runs", [])
      }
    }
    if let page { try report.writePage(to: page, replacing: replace) }
    let files = try figures.map { try report.writeFigures(to: $0, replacing: replace) } ?? []
    try show(report, page, files, context)
  }

  private func show(
    _ report: Report, _ page: String?, _ files: [String], _ context: Context
  ) throws {
    if display.json {
      guard case .object(var fields) = report.document else { return }
      fields["page"] = page.map { .string($0) } ?? .null
      fields["files"] = .array(files.map { .string($0) })
      return try context.say(Document.object(fields).jsonText(pretty: true))
    }
    let screen = Screen.detect()
    let style = TextChartStyle(
      width: min(screen.columns, 120), hasColour: screen.palette != .none,
      isASCII: !context.terminal.speaksUnicode)
    try context.say(
      (terminal ? report.text(style) : report.resultsText(style)).withoutLastLineBreak)
    if !files.isEmpty {
      try context.say("\(TerminalText.sanitised(figures ?? "")): \(files.count) files")
    }
    if let page { try context.say(TerminalText.sanitised(page)) }
  }
}

extension String {
  fileprivate var withoutLastLineBreak: String { last == "\n" ? String(dropLast()) : self }
}
