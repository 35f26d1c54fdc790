internal import ArgumentParser
internal import Documents
internal import Experiments
internal import Files

/// `hindsight play`: a person acts.
struct Play: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play an environment yourself, in the terminal.",
    discussion: """
      Keys are shown below the picture: arrows or letters for the actions, digits for their numbers, \
      Enter for the next episode, q or Escape to quit. With --output the episodes become a dataset \
      like any other, whose behaviour policy is "human". Where standard input is not a terminal, \
      its characters are the keys.
      """)

  @Argument(
    help: "The environment; `hindsight list environment` shows them.",
    completion: Completions.ids("environment"))
  var environment: String
  @Option(help: "The seed of the first episode; the following ones count on.")
  var seed: UInt64 = 0
  @Option(help: "The dataset to write.", completion: .file(extensions: ["hdf5"]))
  var output: String?
  @OptionGroup var world: WorldOptions
  @Flag(help: "Print the result as one JSON document, and no pictures.")
  var json = false

  func validate() throws {
    if seed > UInt64(Int.max) { throw ValidationError("--seed is at most \(Int.max).") }
  }

  func run(in context: Context) throws {
    if let output { try Game.checkOutput(output) }
    let loaded = try world.settings(environment: environment, registry: context.registry)
    var game: Game
    do {
      game = try Game(loaded.settings.environment, seed: seed, registry: context.registry)
    } catch let error as ConfigurationError { throw loaded.locate(error) }
    try play(&game, context)
    // What was played is kept, whether or not a signal ended it.
    let report = try output.flatMap { try game.save(to: $0) }
    if let signal = context.stop.signal {
      throw Interruption(signal: signal, message: report?.text ?? "nothing was kept")
    }
    guard output != nil else { return }
    if json {
      let dataset = report?.document ?? .null
      try context.say(
        Document.object(["schema_version": 1, "dataset": dataset]).jsonText(pretty: true))
    } else {
      try context.say(report?.text ?? "nothing was played, so nothing was written")
    }
  }

  private func play(_ game: inout Game, _ context: Context) throws {
    let keys = KeyMap(game.actionNames)
    let screen = Screen.detect()
    let style = screen.style(context.terminal)
    let isUnicode = context.terminal.speaksUnicode
    var input = KeyTerminal()
    var animation = TextAnimation(screen)
    defer { animation.finish() }
    func show() throws {
      guard !json else { return }
      var text = game.frame.text(style)
      if screen.isTerminal {
        text +=
          "\n" + (game.isDone ? "enter: next episode   q: quit" : keys.help(isUnicode: isUnicode))
      }
      try animation.show(text)
    }
    try show()
    while let key = try input.next(context.stop) {
      if key == .escape || key == .character("q") { break }
      if game.isDone {
        guard key == .enter else { continue }
        game.startEpisode()
      } else if let action = keys.action(for: key) {
        game.step(action)
      } else {
        continue
      }
      try show()
    }
  }
}

/// How an environment is set up that is named on the command line.
struct WorldOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change a setting, environment.length=9 for example. May be repeated.",
      valueName: "key=value"), completion: Completions.settings)
  var overrides: [String] = []

  /// Settings of an experiment in this environment.
  ///
  /// - Parameter behaviour: the behaviour policy's identifier.
  func settings(
    environment: String, behaviour: String? = nil, registry: Registry
  ) throws -> LoadedSettings<ExperimentSettings> {
    var fields: Document.Fields = ["environment": ["id": .string(environment)]]
    if let behaviour { fields["dataset"] = ["behaviour": ["id": .string(behaviour)]] }
    return try SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue)
      .load(.object(fields), overrides: overrides)
  }
}
