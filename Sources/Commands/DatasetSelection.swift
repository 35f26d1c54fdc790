internal import ArgumentParser
internal import Datasets
internal import Documents
internal import Experiments

/// `hindsight dataset merge`: all episodes of several datasets.
struct MergeDatasets: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Put the episodes of several datasets into one.",
    discussion: """
      The datasets must be of one world. Where behaviour policies differ, the result knows which \
      one acted in each episode.
      """)

  @Argument(help: "The datasets, in the order of the result.", completion: .file())
  var datasets: [String]
  @Option(help: "The dataset to write.", completion: .file())
  var output: String
  @OptionGroup var display: OutputOptions

  func run(in context: Context) throws {
    try DatasetOutput.requireNew(output)
    for dataset in datasets { try context.files.admit(dataset) }
    let sources = try datasets.map { try DerivedDataset.Source($0) }
    let result = try DerivedDataset.merge(sources, creator: DerivedDataset.creator)
    try report([result.save(to: output)], remarks: result.remarks, in: context, display)
  }
}

/// `hindsight dataset split`: two datasets that share no episode.
struct SplitDataset: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "split", abstract: "Divide the episodes of a dataset between two.")

  @OptionGroup var data: DatasetOptions
  @Option(help: "The dataset that gets the other episodes.", completion: .file())
  var rest: String
  @Option(help: "The share of episodes that --output gets, from 0 to 1.")
  var fraction: Double
  @Option(help: "Names the draw.") var seed: UInt64 = 0
  @OptionGroup var display: OutputOptions

  func validate() throws {
    try requireShare(fraction, "--fraction")
    guard !DatasetOutput.isSamePlace(data.output, rest) else {
      throw ValidationError("--output and --rest are the same place, \(rest).")
    }
  }

  func run(in context: Context) throws {
    try DatasetOutput.requireNew(data.output)
    try DatasetOutput.requireNew(rest)
    try context.files.admit(data.dataset)
    let source = try EpisodeSelection(data.dataset)
    let count = Int((fraction * Double(source.episodes.count)).rounded())
    let (drawn, others) = source.drawing(count, seed: seed)
    let portions = [("first", drawn, data.output), ("rest", others, rest)].map {
      part, episodes, path in
      EpisodeSelection.Portion(
        episodes,
        settings: [
          "fraction": .number(fraction), "seed": .string("\(seed)"), "part": .string(part),
        ], to: path)
    }
    let written = try source.write(
      portions, operation: "split", creator: DerivedDataset.creator)
    try report(written.map(\.fields), in: context, display)
  }
}

/// `hindsight dataset sample`: some episodes, drawn without replacement.
struct SampleDataset: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw episodes of a dataset.")

  @OptionGroup var data: DatasetOptions
  @Option(help: "How many episodes.") var episodes: Int?
  @Option(help: "The share of episodes, from 0 to 1.") var fraction: Double?
  @Option(help: "Names the draw.") var seed: UInt64 = 0
  @OptionGroup var display: OutputOptions

  func validate() throws {
    guard (episodes == nil) != (fraction == nil) else {
      throw ValidationError("Give --episodes or --fraction.")
    }
    if let fraction { try requireShare(fraction, "--fraction") }
    if let episodes, episodes < 0 { throw ValidationError("--episodes is a number from 0.") }
  }

  func run(in context: Context) throws {
    try DatasetOutput.requireNew(data.output)
    try context.files.admit(data.dataset)
    let source = try EpisodeSelection(data.dataset)
    let total = source.episodes.count
    let count = episodes ?? Int(((fraction ?? 0) * Double(total)).rounded())
    guard count <= total else {
      throw DatasetError.unusable(
        file: source.name, reason: "has \(total) episodes, of which \(count) cannot be drawn")
    }
    let drawn = EpisodeSelection.Portion(
      source.drawing(count, seed: seed).drawn,
      settings: ["episodes": .integer(count), "seed": .string("\(seed)")], to: data.output)
    let written = try source.write(
      [drawn], operation: "sample", creator: DerivedDataset.creator)
    try report(written.map(\.fields), in: context, display)
  }
}

/// `hindsight dataset filter`: the episodes that meet all conditions.
struct FilterDataset: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter", abstract: "Keep the episodes that meet all conditions.")

  @OptionGroup var data: DatasetOptions
  @Option(help: "Smallest return, in reward units.") var minimumReturn: Double?
  @Option(help: "Largest return, in reward units.") var maximumReturn: Double?
  @Option(help: "Fewest steps.") var minimumLength: Int?
  @Option(help: "Most steps.") var maximumLength: Int?
  @Flag(inversion: .prefixedNo, help: "Only episodes that were solved, or were not.")
  var solved: Bool?
  @Flag(help: "Only episodes that have an end.") var finished = false
  @Option(help: "The behaviour policy that acted: its id, or its number in a merged dataset.")
  var behaviour: String?
  @Option(help: "The share with the highest returns among those that meet all else.")
  var top: Double?
  @Option(parsing: .upToNextOption, help: "Seeds of episodes.")
  var episodeSeed: [UInt64] = []
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if let top { try requireShare(top, "--top") }
    for value in [minimumReturn, maximumReturn].compactMap(\.self) where !value.isFinite {
      throw ValidationError("Returns are finite numbers, not \(value).")
    }
    guard minimumReturn ?? -.infinity <= maximumReturn ?? .infinity else {
      throw ValidationError("--minimum-return is above --maximum-return.")
    }
    guard minimumLength ?? 0 >= 0, minimumLength ?? 0 <= maximumLength ?? Int.max else {
      throw ValidationError("--minimum-length is a number from 0 to --maximum-length.")
    }
  }

  func run(in context: Context) throws {
    try DatasetOutput.requireNew(data.output)
    try context.files.admit(data.dataset)
    let source = try EpisodeSelection(data.dataset)
    var filter = EpisodeFilter()
    filter.returns = (minimumReturn ?? -.infinity)...(maximumReturn ?? .infinity)
    filter.lengths = (minimumLength ?? 0)...(maximumLength ?? Int.max)
    filter.isSolved = solved
    filter.isFinished = finished
    filter.behaviour = behaviour
    filter.top = top
    filter.seeds = Set(episodeSeed)
    let passing = EpisodeSelection.Portion(
      try source.passing(filter), settings: settings, to: data.output)
    let written = try source.write(
      [passing], operation: "filter", creator: DerivedDataset.creator)
    if passing.episodes.isEmpty, !display.quiet {
      context.remark("Note: none of the \(source.episodes.count) episodes meets all conditions")
    }
    try report(written.map(\.fields), in: context, display)
  }

  /// The conditions that were given.
  private var settings: Document {
    var fields: Document.Fields = [:]
    fields["minimumReturn"] = minimumReturn.map { .number($0) }
    fields["maximumReturn"] = maximumReturn.map { .number($0) }
    fields["minimumLength"] = minimumLength.map { .integer($0) }
    fields["maximumLength"] = maximumLength.map { .integer($0) }
    fields["solved"] = solved.map { .bool($0) }
    fields["finished"] = finished ? true : nil
    fields["behaviour"] = behaviour.map { .string($0) }
    fields["top"] = top.map { .number($0) }
    if !episodeSeed.isEmpty {
      fields["episodeSeeds"] = .array(Set(episodeSeed).sorted().map { .string("\($0)") })
    }
    return .object(fields)
  }
}

extension EpisodeSelection.Written {
  /// What to say of it to scripts.
  fileprivate var fields: Document.Fields {
    ["path": .string(path), "episodes": .integer(episodes), "steps": .integer(steps)]
  }
}

/// Refuses what is no share.
private func requireShare(_ value: Double, _ option: String) throws {
  guard 0...1 ~= value else { throw ValidationError("\(option) is a number from 0 to 1.") }
}
