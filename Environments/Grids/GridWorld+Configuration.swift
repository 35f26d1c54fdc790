public import Documents

extension GridWorld {
  /// Map and rules of a grid.
  public struct Configuration: Settings {
    /// What the layout is called, for people; a layout file without one is called like the file.
    public var title = ""
    /// Equally long rows, the northernmost first; each character is a key of the legend.
    public var map = ["S...", ".##.", "...G"]
    /// What each character of the map stands for.
    public var legend = Tile.standardLegend
    /// The actions, in their order; each move at most once.
    public var moves = [Move.up, .right, .down, .left]
    public var rewards = Rewards()
    public var slip = Slip()
    public var goals = Goals()
    /// Whether taking the last coin ends the episode.
    public var endsWhenCollected = false
    /// Whether all rewards are paid together, by the episode's last action.
    public var delayedReward = false
    /// Steps until an episode is truncated, 1 to 1000000.
    public var horizon = 100
    public var observation = Observation()

    public init() {}

    public static let descriptions = [
      "title": "What the layout is called, for people.",
      "map": "Equally long rows, the northernmost first; each character is a key of the legend.",
      "legend": "What each character of the map stands for; adds to the standard legend.",
      "moves": "The actions in their order, each at most once.",
      "rewards": "Reward units that every action pays, wherever it ends.",
      "slip": "How often another move than the chosen one is carried out.",
      "goals": "Which goals count, and whether they are seen.",
      "endsWhenCollected": "Whether taking the last coin ends the episode.",
      "delayedReward": "Whether all rewards are paid together, by the episode's last action.",
      "horizon": "Steps until an episode is truncated, 1 to 1000000.",
      "observation": "What the agent sees.",
    ]

    public static var parts: [String: any Settings.Type] {
      [
        "legend.<character>": Tile.self, "rewards": Rewards.self, "slip": Slip.self,
        "goals": Goals.self, "observation": Observation.self,
      ]
    }
  }

  /// One step in one of eight directions, or none.
  public enum Move: String, Codable, Sendable, CaseIterable {
    case up, upRight, right, downRight, down, downLeft, left, upLeft, stay
  }

  /// What every action pays, in reward units.
  public struct Rewards: Settings {
    /// For every action.
    public var step = 0.0
    /// For an action that leaves the agent where it is because something is in the way.
    public var bump = 0.0

    public init() {}

    public static let descriptions = [
      "step": "Reward of every action, in reward units.",
      "bump": "Further reward of an action that runs into something, in reward units.",
    ]
  }

  /// How the ground slips.
  public struct Slip: Settings {
    /// The probability of another move than the chosen one, in `0...1`.
    public var probability = 0.0
    public var direction = SlipDirection.perpendicular

    public init() {}

    public static let descriptions = [
      "probability": "Probability that a slip decides the move, 0 to 1.",
      "direction":
        "perpendicular: a quarter turn to either side, equally likely; any: one of all moves, the "
        + "chosen one included.",
    ]
  }

  public enum SlipDirection: String, Codable, Sendable, CaseIterable {
    /// A quarter turn to the left or to the right, equally likely; who stays does not slip.
    case perpendicular
    /// Any of the settings' moves, equally likely, the chosen one among them.
    case any
  }

  /// Which goals count.
  public struct Goals: Settings {
    public var perEpisode = GoalChoice.all
    /// Whether the observation says where the goals are.
    public var areShown = true
    /// Whether reaching a goal that counts ends the episode. If not, it pays for every action that
    /// ends there.
    public var end = true

    public init() {}

    public static let descriptions = [
      "perEpisode": "all: every goal of the map counts; one: a goal drawn for each episode.",
      "areShown": "Whether the observation says where the goals are.",
      "end": "Whether reaching a goal ends the episode; if not, it pays in every step spent there.",
    ]
  }

  public enum GoalChoice: String, Codable, Sendable, CaseIterable {
    case all, one
  }

  /// What the agent sees; see the formats at ``GridWorld/observe(into:)``.
  public struct Observation: Settings {
    public var mode = ObservationMode.compact
    /// Cells seen in each direction, for `window`; 1 to 100.
    public var radius = 2

    public init() {}

    public static let descriptions = [
      "mode":
        "compact: place and flags as a short vector; cell: one-hot place and flags; window: a picture "
        + "of the cells around the agent; map: a picture of the whole map.",
      "radius": "Cells seen in each direction in mode window, 1 to 100.",
    ]
  }

  public enum ObservationMode: String, Codable, Sendable, CaseIterable {
    case compact, cell, window, map
  }
}
