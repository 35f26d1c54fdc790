internal import ArgumentParser
internal import Documents
internal import Experiments

/// `hindsight solve`: exact answers about an environment.
struct Solve: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solve an environment exactly: its best return, and what a behaviour policy gets.",
    discussion: """
      Lists every hidden state an episode can be in and works out the optimal and the random policy's \
      expected return, the shortest solution, and which returns a behaviour policy has with which \
      probability. Where rules belong to the episode (MiniGrid, random mazes), each seed is solved \
      for itself.

      What fits --memory-limit decides what is answered, and is said early where it takes long: \
      everything; value iteration and shortest paths alone, where numbers for every state and time \
      do not fit; shortest paths alone, where not even a list of the states does. A layout with delayed \
      rewards that does not fit is solved with rewards paid at once, in the same episodes. Means that \
      would take too long to work out are estimated from episodes played, with their standard error.
      """)

  @Argument(
    help: "An environment's id, a layout file, or an experiment's YAML file.",
    completion: Completions.ids("environment"))
  var environment: String
  @Option(
    help: "The behaviour policy: an id, or YAML such as '{id: expert, epsilon: 0.1}'.",
    completion: Completions.ids("behaviour"))
  var behaviour: String?
  @Option(help: "The episode to solve, where rules belong to the episode; by default 0.")
  var seed: UInt64?
  @Option(
    help: ArgumentHelp(
      "Solve the episodes A to B, both included, and show means.", valueName: "A..B"))
  var seeds: SeedRange?
  @Option(help: "Bytes that the solver may use.")
  var memoryLimit = 2_000_000_000
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change a setting: a key's path and a YAML value. May be repeated.", valueName: "key=value"),
    completion: Completions.settings)
  var overrides: [String] = []
  @OptionGroup var display: OutputOptions

  func validate() throws {
    guard memoryLimit >= 1 else {
      throw ValidationError("--memory-limit is a whole number of bytes from 1.")
    }
    if seed != nil, seeds != nil { throw ValidationError("Give --seed or --seeds, not both.") }
    if let seed, seed > UInt64(Int.max) {
      throw ValidationError("--seed is at most \(Int.max).")
    }
  }

  func run(in context: Context) throws {
    let solving = try ExactSolving(
      environment, overrides: overrides + (behaviour.map { ["dataset.behaviour=\($0)"] } ?? []),
      registry: context.registry)
    let chosen = seeds?.seeds ?? [seed ?? 0]
    let progress = ProgressLine(
      "solving", context.terminal, isShown: !display.quiet && chosen.count > 1)
    defer { progress.finish() }
    let solution = try solving.solve(
      seeds: chosen, memoryLimit: memoryLimit, stop: context.stop,
      onProgress: { progress.show($0, of: chosen.count, unit: "episodes", []) },
      onRemark: { if !display.quiet { context.remark($0) } })
    progress.finish()
    try context.say(display.json ? solution.document.jsonText(pretty: true) : solution.text)
  }
}

/// `A..B`, both included.
struct SeedRange: ExpressibleByArgument {
  let seeds: [UInt64]

  init?(argument: String) {
    let ends = argument.split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, last >= first,
      last - first < 1_000_000
    else { return nil }
    seeds = (first...last).map { UInt64($0) }
  }
}
