public import Documents
public import Randomness

/// An environment that is the game of MiniGrid on layouts of its own.
///
/// A family is a class of MiniGrid's `envs/`: settings, and how a seed lays out the grid. Everything
/// else comes from ``MiniGrid``. Families say themselves that all three ways to observe are
/// the game's: said once for all, in an extension, it would copy the game each time, a fifth of a step.
public protocol MiniGridFamily: Located, ObservableState, NumberedStates
where Configuration: MiniGridSettings, State == MiniGrid.State {
  /// The game that is played.
  var game: MiniGrid { get set }

  /// Lays out an episode's grid, which is the common one to begin with, and places the agent: the
  /// class's `_gen_grid`, with its draws in its order.
  mutating func layOut(using random: inout NumPyGenerator)
}

/// The settings that all families share.
public protocol MiniGridSettings: Settings {
  /// Steps until an episode is truncated; 0 for MiniGrid's own `max_steps`.
  var horizon: Int { get }
  var view: MiniGrid.View { get }
  var observation: MiniGrid.Observation { get }
}

extension MiniGridSettings {
  /// The shared keys, and the family's own.
  static func describing(_ own: [String: String] = [:]) -> [String: String] {
    own.merging([
      "horizon": "steps until an episode is cut, 1 to 1000000; 0 for MiniGrid's own max_steps",
      "view": "partial: 7 by 7 squares before the agent; full: the whole grid (FullyObsWrapper)",
      "observation":
        "dictionary: direction, image and, where missions differ, mission; image: that alone",
    ]) { own, _ in own }
  }
}

extension MiniGridFamily {
  public var observationSpace: Space { game.observationSpace }
  public var actionSpace: Space { .discrete(count: 7) }
  public var horizon: Int { game.horizon }
  public var mission: String { game.mission }
  public var isSolved: Bool { game.isSolved }
  public var observationScope: UInt64? { game.observationScope }

  public mutating func reset(seed: UInt64) {
    var random = NumPyGenerator(seed: seed)
    game.beginLayout()
    layOut(using: &random)
    game.endLayout()
  }

  public mutating func step(_ action: Action) -> Outcome { game.step(action) }

  public var picture: GridPicture { game.picture }
  public var actionNames: [String] {
    ["left", "right", "forward", "pick up", "drop", "toggle", "done"]
  }
  public func place(of state: MiniGrid.State) -> GridPicture.Place { game.square(of: state) }
  public func moving(_ state: MiniGrid.State, to place: GridPicture.Place) -> MiniGrid.State? {
    game.moving(state, to: place)
  }

  // MARK: Exact answers, about the episode that was last reset to

  public var isSolvedPerEpisode: Bool { true }
  public var state: MiniGrid.State { game.state }

  public func startStates() -> [(state: MiniGrid.State, probability: Double)] {
    [(game.start, 1)]
  }

  public func transitions(
    from state: MiniGrid.State, action: Int
  ) -> [Transition<MiniGrid.State>] {
    certainTransition(from: state, action: action).map { [$0] } ?? []
  }

  public func certainTransition(
    from state: MiniGrid.State, action: Int
  ) -> Transition<MiniGrid.State>? {
    let (next, isSolved, ends) = game.follow(state, action)
    return Transition(probability: 1, next: next, reward: isSolved ? 1 : 0, isTerminated: ends)
  }

  public func isSolved(_ state: MiniGrid.State) -> Bool { game.isSolved(state) }

  public func mixed(_ state: MiniGrid.State) -> Int { state.mixed }

  public func observe(
    _ state: MiniGrid.State, at time: Int, into row: inout MutableSpan<Float>
  ) {
    game.imagining(state).observe(into: &row)
  }

  public func makeNumbering() -> StateNumbering<MiniGrid.State>? { game.makeNumbering() }

  /// Nothing but success pays, and the later the less.
  public func bestReturn(ofShortestSolution steps: Int?) -> Double? {
    steps.map { $0 > 0 && $0 <= horizon ? game.reward(at: $0 - 1) : 0 } ?? 0
  }

  /// Success is worth less the later it comes: `reward · (1 - 0.9 · (time + 1) / horizon)`.
  public func reward(_ reward: Double, at time: Int) -> Double { reward * game.reward(at: time) }

  public func checkSolvable() throws(SolverError) { try game.checkSolvable() }
}
