internal import Agents
public import ArgumentParser
internal import Documents
public import Experiments
internal import Files
internal import Reports

/// `hindsight render`: draws an episode.
struct Render: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw an episode as a picture, an animation, or in the terminal.",
    discussion: """
      Who acts is a behaviour policy in the named environment, a trained policy (--run) or the \
      recording in a dataset (--dataset with --episode). The ending of --output says what is \
      written: an animation (.gif, .svg), or a sheet of chosen steps (.png; .svg with --step or \
      --steps). Without --output the episode runs in the terminal.
      """)

  @Argument(
    help: "The environment; not needed with --run or --dataset.",
    completion: Completions.ids("environment"))
  var environment: String?
  @Option(help: "The episode's seed.") var seed: UInt64 = 0
  @Option(help: "The behaviour policy that acts.", completion: Completions.ids("behaviour"))
  var behaviour: String?
  @Option(help: "The run folder whose policy acts.", completion: .directory) var run: String?
  @Option(
    name: .customLong("target-return"),
    help: "The return the run's policy is asked for; by default the first of its configuration.")
  var targetReturn: TargetReturn?
  @Option(help: "How the run's policy chooses: greedy or sampled.")
  var selection = Selection.Rule.greedy
  @Option(help: "Which of the run's checkpoints: best or last; by default as configured.")
  var checkpoint: CheckpointChoice?
  @Option(help: "The dataset to draw an episode of, or to count visits in.", completion: .file())
  var dataset: String?
  @Option(help: "Which episode of the dataset, from 0.") var episode: Int?
  @Option(help: "What is laid over the squares: values, policy or visits.")
  var overlay: OverlayChoice?
  @Option(help: "The file to write: .gif, .png or .svg.", completion: .file()) var output: String?
  @Option(help: "Pixels per square, or a twelfth of a picture that is no grid.") var size = 32
  @Option(help: "Seconds per step.") var delay = 0.25
  @Option(help: "Draw this step alone.") var step: Int?
  @Option(parsing: .upToNextOption, help: "Draw a sheet of these steps.") var steps: [Int] = []
  @Flag(name: .customLong("no-caption"), help: "Draw nothing but the grid.") var noCaption = false
  @OptionGroup var world: WorldOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    guard 4...512 ~= size else { throw ValidationError("--size is a whole number from 4 to 512.") }
    guard delay >= 0.02, delay <= 60 else {
      throw ValidationError("--delay is a number of seconds from 0.02 to 60.")
    }
    if seed > UInt64(Int.max) { throw ValidationError("--seed is at most \(Int.max).") }
    if let output, PictureFormat(path: output) == nil {
      throw ValidationError("--output ends in .gif, .png or .svg; \(output) does not.")
    }
    if display.json, output == nil {
      throw ValidationError("--json is about the file that --output names.")
    }
    if case .value(let target)? = targetReturn, !target.isFinite {
      throw ValidationError("--target-return takes a finite number, not \(target).")
    }
    if step != nil && !steps.isEmpty { throw ValidationError("Give --step or --steps, not both.") }
    if let output, PictureFormat(path: output) == .gif, step != nil || !steps.isEmpty {
      throw ValidationError("--step and --steps are for .png and .svg.")
    }
    for number in steps + (step.map { [$0] } ?? []) where number < 0 {
      throw ValidationError("Steps count from 0; \(number) is none.")
    }
    try validateActor()
  }

  private func validateActor() throws {
    if run != nil {
      if environment != nil { throw ValidationError("A run knows its environment.") }
      if behaviour != nil { throw ValidationError("Give --behaviour or --run, not both.") }
      if episode != nil { throw ValidationError("Give --run or --episode, not both.") }
      if !world.overrides.isEmpty { throw ValidationError("A run keeps its settings.") }
    } else if targetReturn != nil || checkpoint != nil {
      throw ValidationError(
        "--\(targetReturn != nil ? "target-return" : "checkpoint") is for the policy of a --run.")
    }
    if episode != nil {
      if dataset == nil { throw ValidationError("--episode is for a --dataset.") }
      if environment != nil || behaviour != nil || !world.overrides.isEmpty {
        throw ValidationError("A recorded episode has its environment and its actions.")
      }
    }
    if environment == nil, run == nil, dataset == nil {
      throw ValidationError("Name an environment, a --run or a --dataset.")
    }
    if environment == nil, run == nil, behaviour != nil || !world.overrides.isEmpty {
      throw ValidationError("A recorded episode has its environment and its actions.")
    }
    if overlay == .visits, dataset == nil {
      throw ValidationError("--overlay visits counts the visits of a --dataset.")
    }
    if dataset != nil, overlay != .visits, environment != nil || run != nil {
      throw ValidationError("Beside an environment or a run, --dataset is for --overlay visits.")
    }
  }

  func run(in context: Context) throws {
    if let output, FileStatus.exists(output) {
      throw FileError(
        .exists, operation: "create", path: output,
        reason: "it exists already; choose another path, or remove it")
    }
    let film = try filming(context).film(stop: context.stop)
    guard let output, let format = PictureFormat(path: output) else {
      return try show(film, context)
    }
    let picture = try FilmFile(
      film, format: format, square: size, delay: delay, hasCaption: !noCaption,
      steps: step.map { [$0] } ?? steps)
    try DurableFile.write(picture.bytes, to: output, replacing: false)
    try context.say(
      display.json
        ? picture.document(path: output).jsonText(pretty: true)
        : "\(TerminalText.sanitised(output)): \(picture.summary)")
  }

  /// Which episode is meant.
  private func filming(_ context: Context) throws -> Filming {
    let registry = context.registry
    if let dataset { try context.files.admit(dataset) }
    if let run {
      let evaluation = try Evaluation(
        of: RunFolder(run), checkpoint: checkpoint, registry: registry
      ) { settings in
        if let targetReturn { settings.targetReturns = [targetReturn] }
      }
      return Filming(
        evaluation.trained.settings.environment,
        .policy(
          evaluation.trained, target: evaluation.targets[0],
          selection: Selection(selection, temperature: evaluation.settings.temperature)),
        seed: seed, overlay: overlay, visitedDataset: dataset ?? "", registry: registry)
    }
    if let environment {
      let loaded = try world.settings(
        environment: environment, behaviour: behaviour, registry: registry)
      var filming = Filming(
        loaded.settings.environment, .behaviour(loaded.settings.dataset.behaviour), seed: seed,
        overlay: overlay, visitedDataset: dataset ?? "", registry: registry)
      filming.locate = loaded.locate
      return filming
    }
    let path = dataset ?? ""
    return Filming(
      try Filming.environment(ofDataset: path), .recording(dataset: path, episode: episode ?? 0),
      seed: seed, overlay: overlay, visitedDataset: path, registry: registry)
  }

  /// Plays the film in the terminal.
  private func show(_ film: Film, _ context: Context) throws {
    let screen = Screen.detect()
    let style = screen.style(context.terminal)
    let range = film.overlayRange
    var animation = TextAnimation(screen)
    defer { animation.finish() }
    let frames = step.map { [$0] } ?? steps
    for frame in frames.isEmpty ? film.frames : try film.frames(at: frames) {
      try animation.show(frame.text(style, range: range))
      if screen.isTerminal { context.stop.sleep(seconds: delay) }
      if let signal = context.stop.signal {
        throw Interruption(signal: signal, message: "the episode goes on without a viewer")
      }
    }
  }
}

extension OverlayChoice: ExpressibleByArgument {}
