public import Documents

extension KeyToDoor {
  /// Every rule of the game that can be chosen. The defaults are the preset `dt-paper`.
  public struct Configuration: Settings {
    /// The first room, with the key.
    public var explore = Room(map: Room.tvtExplore, steps: 15)
    /// The second room, with the apples; without apples nothing can be gained here.
    public var middle = Room(map: Room.tvtMiddle, steps: 15)
    /// The third room, with the door.
    public var reward = Room(map: Room.tvtReward, steps: 17)
    public var apples = Apples()
    /// Reward units for opening the door, more than 0.
    public var doorReward = 1.0
    public var placement = Placement.random
    /// The episode seed whose placement `placement: fixed` repeats, at least 0.
    public var layoutSeed = 0
    /// Whether opening the door uses the key up. If not, the door pays again in every step that
    /// ends in the doorway.
    public var consumesKey = true
    /// Whether opening the door ends the episode. If not, the timer alone does, as in TVT.
    public var endsAtDoor = true
    /// Whether the observation says that the agent holds the key.
    public var showsKey = false
    /// Whether the observation says that the key was taken in this very step, as in TVT.
    public var flashesKey = false
    /// Whether the observation says which of the three phases it is.
    public var showsPhase = true
    public var view = View.full
    public var encoding = Encoding.compact
    /// The probability with which a uniformly random action is carried out instead, in `0...1`.
    public var slipProbability = 0.0

    public init() {}
  }

  /// One room, and how long the agent stays in it.
  ///
  /// A map is a list of equally long rows, north first:
  ///
  ///     #  wall                        (space)  floor
  ///     +  floor, candidate start      k  floor, candidate key cell    (first room only)
  ///     *  both a candidate start      a  floor, candidate apple cell  (second room only)
  ///        and a candidate object cell d  floor, candidate door cell   (third room only)
  ///
  /// The edge of a map is a wall. Objects are drawn first, uniformly from their candidates, then the
  /// start, uniformly from its candidates without the objects' cells. The three rooms share one
  /// board as large as the largest; smaller ones stand in its middle, in solid wall.
  public struct Room: Settings {
    /// The rows, or nothing for an open room of `rows` by `columns` cells, all of them `*`.
    public var map: [String] = []
    public var rows = 5
    public var columns = 5
    /// Actions the agent takes before the timer moves it on.
    public var steps = 15

    public init() {}

    /// A room with walls.
    public init(map: [String], steps: Int) {
      self.map = map
      self.steps = steps
    }

    /// A room without walls but its edge.
    public init(rows: Int, columns: Int, steps: Int) {
      self.rows = rows
      self.columns = columns
      self.steps = steps
    }
  }

  /// The distractor: rewards that have nothing to do with the key.
  public struct Apples: Settings {
    /// Apples kept of the candidate cells; 0 for an empty room. At most 64 cells may be candidates.
    public var count = 0
    /// What an apple may be worth; each value is as likely as the others. Not negative.
    public var rewards = [1.0]
    /// Whether all apples of an episode are worth the same. If not, each one eaten is drawn anew.
    public var isRewardFixedPerEpisode = true
    public var respawns = false
    /// With `respawns`, an apple eaten in step `t` is back after step `t + respawnSteps + 1`, to be
    /// eaten in the step after that (TVT: `frame > last_pickup + respawn_every`).
    public var respawnSteps = 20

    public init() {}
  }

  public enum Placement: String, Codable, Sendable, CaseIterable {
    /// Key, apples, door and starts are drawn for every episode.
    case random
    /// All episodes have the placement that episode seed `layoutSeed` has.
    case fixed
  }

  public enum View: String, Codable, Sendable, CaseIterable {
    /// The whole board.
    case full
    /// The 5 by 5 cells around the agent, as in TVT; what lies outside the board looks like floor.
    case crop
  }

  public enum Encoding: String, Codable, Sendable, CaseIterable {
    /// A vector of flags, mostly one-hot coordinates.
    case compact
    /// A picture `[rows, columns, channels]` of flags, row-major.
    case planes
  }
}

extension KeyToDoor.Room {
  /// TVT's first room (deepmind-research, `tvt/pycolab/key_to_door.py`).
  public static let tvtExplore = [
    "  #######  ",
    "  #kkkkk#  ",
    "  #kkkkk#  ",
    "  ##   ##  ",
    "  #+++++#  ",
    "  #+++++#  ",
    "  #######  ",
  ]

  /// TVT's second room, with 22 candidate apple cells (`tvt/pycolab/common.py`).
  public static let tvtMiddle = [
    "###########",
    "#a a a a a#",
    "# a a a a #",
    "#a a a a a#",
    "# a a a a #",
    "#a a + a a#",
    "###########",
  ]

  /// TVT's third room: start in the centre, the door in the middle of the north wall.
  public static let tvtReward = [
    "           ",
    "   ##d##   ",
    "   #   #   ",
    "   # + #   ",
    "   #   #   ",
    "   #####   ",
    "           ",
  ]

  /// The third room of counterfactual credit assignment (Mesnard et al., 2020): the first room
  /// upside down, with the door on one of the ten cells at the bottom.
  public static let ccaReward = [
    "  #######  ",
    "  #+++++#  ",
    "  #+++++#  ",
    "  ##   ##  ",
    "  #ddddd#  ",
    "  #ddddd#  ",
    "  #######  ",
  ]
}
