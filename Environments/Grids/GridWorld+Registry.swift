import Documents

extension GridWorld {
  static var entries: [any AnyEnvironmentEntry] {
    [
      entry(
        "grid", "A grid of your own: map and rules in the settings, or a layout file for an id.",
        rewards: "What the legend says; by default 1 for a goal, which ends the episode."),
      entry(
        "apples", "Eight apples and little time: eleven return levels.", layout: "apples",
        rewards: "1 for each of six apples, 2 for each of two: every return from 0 to 10."),
      entry(
        "apples/delayed", "The same, with everything paid at the end.", layout: "apples",
        rewards: "0 until the last action, which pays for all apples taken: 0 to 10.",
        changes: { $0.delayedReward = true }),
      entry(
        "stitch-maze", "Start, goal and a lesser prize around one middle; evaluation begins at S.",
        layout: "stitch-maze",
        rewards: "1 for the goal, 0.8 for the prize; both end an episode."),
      entry(
        "stitch-maze/data", "The same with a second start, to make data that need stitching.",
        layout: "stitch-maze",
        rewards: "1 for the goal, 0.8 for the prize; both end an episode.",
        behaviours: BehaviourEntry.standard + [.segments],
        changes: { $0.legend["B"] = Tile(.start) }),
      entry(
        "dark-room", "Algorithm Distillation's Dark Room: a hidden goal in 9 by 9 cells, 20 steps.",
        layout: "dark-room", rewards: "1 for every step that ends on the goal."),
      entry(
        "dark-room/hard", "The same in 17 by 17 cells; the goal pays once.",
        layout: "dark-room-hard", rewards: "1 for the goal, which ends the episode; else 0."),
      entry(
        "dark-room/dpt", "The Decision-Pretrained Transformer's: 10 by 10 cells, 100 steps.",
        layout: "dark-room-dpt", rewards: "1 for every step that ends on the goal."),
      entry(
        "cliff", "Cliff walking, as in Gymnasium: the best return is -13.", layout: "cliff",
        rewards: "-1 for every step, -100 for a fall, which leads back to the start."),
      entry(
        "cliff/slippery", "The same on slippery ground.", layout: "cliff-slippery",
        rewards: "-1 for every step, -100 for a fall, which leads back to the start."),
      entry(
        "slippery", "Gymnasium's FrozenLake, 4 by 4: two moves in three go sideways.",
        layout: "slippery", rewards: "1 for the goal; it and the holes end the episode."),
      entry(
        "slippery/8x8", "Gymnasium's FrozenLake, 8 by 8.", layout: "slippery-8x8",
        rewards: "1 for the goal; it and the holes end the episode."),
    ]
  }

  /// A grid under an identifier, from a layout of `Environments/Layouts` where one is named.
  private static func entry(
    _ id: String, _ summary: String, layout: String? = nil, rewards: String,
    behaviours: [BehaviourEntry<GridWorld>] = BehaviourEntry.standard,
    changes: @escaping @Sendable (inout Configuration) -> Void = { _ in }
  ) -> EnvironmentEntry<GridWorld> {
    EnvironmentEntry(id, summary, rewards: rewards, behaviours: behaviours) {
      var defaults = layout.map { Configuration(builtIn: $0) } ?? Configuration()
      changes(&defaults)
      return defaults
    }
  }
}

extension GridWorld.Configuration {
  /// The layout `Environments/Layouts/<name>.yaml`.
  public init(builtIn name: String) {
    guard let text = BuiltInLayouts.texts[name], let document = try? Document(json: text),
      let settings = try? DocumentDecoder().decode(Self.self, from: document)
    else { preconditionFailure("there is no sound built-in layout \(name)") }
    self = settings
  }

  /// The names of the layouts that come with Hindsight.
  public static var builtInNames: [String] { BuiltInLayouts.texts.keys.sorted() }
}
