public import Documents

extension GridWorld {
  /// What a character of a map stands for.
  public struct Tile: Settings {
    public var kind = Kind.floor
    /// What the cell pays, in reward units.
    public var reward = 0.0
    /// Keys open doors of their colour; otherwise for pictures alone.
    public var colour = Colour.yellow

    public init() {}

    public init(_ kind: Kind, reward: Double = 0, colour: Colour = .yellow) {
      (self.kind, self.reward, self.colour) = (kind, reward, colour)
    }

    public static let descriptions = [
      "kind": "What the cell is: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).",
      "reward":
        "What an action that ends here is paid, in reward units; coins, keys and doors pay once.",
      "colour": "Keys open doors of their colour; otherwise for pictures alone.",
    ]

    /// The characters that need no legend of one's own.
    public static let standardLegend: [String: Tile] = [
      "#": Tile(.wall), ".": Tile(.floor), " ": Tile(.floor),
      "S": Tile(.start), "G": Tile(.goal, reward: 1, colour: .green),
      "o": Tile(.coin, reward: 1, colour: .red), "x": Tile(.pit), "C": Tile(.cliff),
      "k": Tile(.key), "D": Tile(.door), "~": Tile(.ice),
      "^": Tile(.oneWayUp), ">": Tile(.oneWayRight), "v": Tile(.oneWayDown),
      "<": Tile(.oneWayLeft),
    ]
  }

  /// What a cell is.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    case floor, wall
    /// Floor on which episodes begin: one of them all, each as likely as the others.
    case start
    case goal
    /// A goal on which episodes can begin, too.
    case startGoal
    /// Taken once.
    case coin, key
    case door
    /// Ends the episode.
    case pit
    /// Sends back to a start.
    case cliff
    /// Slides on in the direction of the move.
    case ice
    /// Entered and left in one direction only.
    case oneWayUp, oneWayRight, oneWayDown, oneWayLeft

    var isGoal: Bool { self == .goal || self == .startGoal }
    var isStart: Bool { self == .start || self == .startGoal }
    /// Whether something happens the first time only.
    var isOnce: Bool { self == .coin || self == .key || self == .door }
    /// The only move that enters or leaves such a cell.
    var direction: Move? {
      switch self {
      case .oneWayUp: .up
      case .oneWayRight: .right
      case .oneWayDown: .down
      case .oneWayLeft: .left
      default: nil
      }
    }
  }

  /// The six colours of pictures.
  public enum Colour: String, Codable, Sendable, CaseIterable {
    case red, green, blue, purple, yellow, grey

    var pictured: GridPicture.Colour {
      switch self {
      case .red: .red
      case .green: .green
      case .blue: .blue
      case .purple: .purple
      case .yellow: .yellow
      case .grey: .grey
      }
    }
  }
}
