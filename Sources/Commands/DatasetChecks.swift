internal import ArgumentParser
internal import Datasets
internal import Documents
internal import Experiments
internal import Reports

/// `hindsight dataset relabel`: the same episodes with other rewards.
struct RelabelDataset: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "relabel", abstract: "Change the rewards of a dataset.",
    discussion: """
      With --delayed all reward of an episode comes on its last step. Returns and returns-to-go are \
      compared with the original's before anything is written.
      """)

  @OptionGroup var data: DatasetOptions
  @Flag(help: "Give all reward of an episode on its last step.") var delayed = false
  @Option(help: "Multiply every reward.") var scale = 1.0
  @OptionGroup var display: OutputOptions

  func validate() throws {
    guard scale.isFinite else { throw ValidationError("--scale is a finite number.") }
    guard delayed || scale != 1 else { throw ValidationError("Give --delayed or --scale.") }
  }

  func run(in context: Context) throws {
    try DatasetOutput.requireNew(data.output)
    try context.files.admit(data.dataset)
    let source = try DerivedDataset.Source(data.dataset)
    let result = try DerivedDataset.relabel(
      source, isDelayed: delayed, scale: scale, creator: DerivedDataset.creator)
    let check = result.dataset.checkReturns(against: source.dataset, scale: scale)
    guard check.changedReturns == 0, check.wrongStarts == 0 else {
      throw DatasetError.unusable(
        file: source.name,
        reason: "\(check.changedReturns) returns would change, and \(check.wrongStarts) "
          + "returns-to-go would not begin with them")
    }
    let written = try result.save(to: data.output)
    try report(
      [written],
      more: [
        "returns_check": [
          "changed_returns": .integer(check.changedReturns),
          "wrong_starts": .integer(check.wrongStarts),
          "largest_difference": .number(check.largestDifference),
        ]
      ], in: context, display)
  }
}

/// `hindsight dataset validate`: everything that is wrong with a file.
struct ValidateDataset: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Report every problem of a dataset.",
    discussion: """
      Checks structure, lengths, finiteness, spaces, ends, totals and the checksum of the texts. \
      Each problem is a line: file › group › field: message. Exits with 65 if there are any.
      """)

  @Argument(help: "The dataset's file or folder.", completion: .file())
  var dataset: String
  @Flag(help: "Print one JSON document.") var json = false

  func run(in context: Context) throws {
    let validation = try context.files.validation(of: dataset)
    let isValid = validation["valid"] == .bool(true)
    if json {
      try context.say(validation.jsonText(pretty: true))
    } else if isValid {
      try context.say(
        "\(TerminalText.sanitised(dataset)): valid, \(validation.count("episodes")) episodes, "
          + "\(validation.count("steps")) steps")
    } else if case .array(let problems)? = validation["problems"] {
      for problem in problems { try context.say(TerminalText.sanitised(problem.problemText)) }
      let hidden = validation.count("problem_count") - problems.count
      if hidden > 0 { try context.say("and \(hidden) more problems") }
    }
    if !isValid { throw ExitCode(65) }
  }
}

extension Document {
  fileprivate func count(_ key: String) -> Int {
    if case .integer(let value)? = self[key] { value } else { 0 }
  }

  /// file › group › field: message
  fileprivate var problemText: String {
    func text(_ key: String) -> String {
      if case .string(let value)? = self[key] { value } else { "" }
    }
    let place = [text("file"), text("group").replacing("/", with: " › "), text("field")]
    return "\(place.filter { !$0.isEmpty }.joined(separator: " › ")): \(text("message"))"
  }
}

/// `hindsight dataset diff`: what differs between two datasets.
struct CompareDatasets: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compare two datasets.",
    discussion: "Exits with 0 where they are equal and with 1 where they differ.")

  @Argument(help: "The first dataset.", completion: .file()) var first: String
  @Argument(help: "The second dataset.", completion: .file()) var second: String
  @Flag(help: "Print one JSON document.") var json = false

  func run(in context: Context) throws {
    try context.files.admit(first)
    try context.files.admit(second)
    let difference = DatasetDifference(
      between: try DatasetReader(first).read(), and: try DatasetReader(second).read())
    if json {
      try context.say(difference.document.jsonText(pretty: true))
    } else if difference.isEmpty {
      try context.say("equal: \(difference.commonEpisodes) episodes")
    } else {
      for entry in difference.entries {
        try context.say(TerminalText.sanitised("\(entry.field): \(entry.text)"))
      }
      try context.say(
        "\(difference.commonEpisodes) episodes in both, \(difference.onlyInFirst) only in the "
          + "first, \(difference.onlyInSecond) only in the second")
    }
    if !difference.isEmpty { throw ExitCode(1) }
  }
}
