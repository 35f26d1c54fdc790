import Randomness

extension MiniGrid {
  /// MiniGrid's six colours; raw values are MiniGrid's numbers.
  public typealias Colour = GridPicture.Colour

  /// What can stand in a square.
  ///
  /// Raw values up to 10 are MiniGrid's numbers. MiniGrid has one door with a state; here an open, a
  /// closed and a locked door are three objects, so that a cell is one byte.
  enum Object: UInt8 {
    case unseen, empty, wall, floor, openDoor, key, ball, box, goal, lava, agent
    case closedDoor, lockedDoor
  }

  /// A square: an object and its colour, in seven bits `object · 8 + colour`.
  public struct Cell: Sendable, Hashable {
    let code: UInt8

    init(code: UInt8) { self.code = code }

    init(_ object: Object, _ colour: Colour) {
      code = object.rawValue << 3 | UInt8(colour.rawValue)
    }

    public static let empty = Cell(.empty, .red)
    public static let wall = Cell(.wall, .grey)
    public static let goal = Cell(.goal, .green)
    public static let lava = Cell(.lava, .red)
    public static func key(_ colour: Colour) -> Cell { Cell(.key, colour) }
    public static func ball(_ colour: Colour) -> Cell { Cell(.ball, colour) }
    public static func box(_ colour: Colour) -> Cell { Cell(.box, colour) }
    public static func closedDoor(_ colour: Colour) -> Cell { Cell(.closedDoor, colour) }
    public static func lockedDoor(_ colour: Colour) -> Cell { Cell(.lockedDoor, colour) }

    func `is`(_ object: Object) -> Bool { code >> 3 == object.rawValue }

    /// The same colour on another object.
    func becoming(_ object: Object) -> Cell { Cell(code: object.rawValue << 3 | code & 7) }

    /// Whether this is a key that fits a lock of the other cell's colour.
    func fits(_ door: Cell) -> Bool { code == door.becoming(.key).code }

    /// Whether the agent can stand here: `can_overlap`, and squares with nothing in them.
    var canBeEntered: Bool { isAmong(1 << 1 | 1 << 4 | 1 << 8 | 1 << 9) }
    /// Whether one cannot see behind it: walls, closed and locked doors.
    var isOpaque: Bool { isAmong(1 << 2 | 1 << 11 | 1 << 12) }
    var isDoor: Bool { isAmong(1 << 4 | 1 << 11 | 1 << 12) }
    /// Whether it can be picked up: keys, balls and boxes.
    var isMovable: Bool { isAmong(1 << 5 | 1 << 6 | 1 << 7) }

    private func isAmong(_ objects: UInt16) -> Bool { objects &>> UInt16(code >> 3) & 1 == 1 }

    /// MiniGrid's three numbers: object, colour, and for doors 0 open, 1 closed, 2 locked.
    public var encoding: (object: UInt8, colour: UInt8, state: UInt8) {
      let object = code >> 3
      let isShut = object > Object.agent.rawValue
      return (
        isShut ? Object.openDoor.rawValue : object, code & 7, isShut ? object - 10 : 0
      )
    }
  }
}

extension MiniGrid.Colour {
  private static let named: InlineArray<6, Self> = [.blue, .green, .grey, .purple, .red, .yellow]

  /// The colour at a place in the order of names, in which MiniGrid draws them.
  init(rank: Int) { self = Self.named[rank] }

  /// The place in the order of names.
  var rank: Int {
    switch self {
    case .blue: 0
    case .green: 1
    case .grey: 2
    case .purple: 3
    case .red: 4
    case .yellow: 5
    }
  }

  /// In the order of their names.
  static var byName: [Self] { (0..<6).map(Self.init(rank:)) }

  /// As missions call it.
  var name: String { "\(self)" }

  /// `_rand_color`.
  static func draw(using random: inout NumPyGenerator) -> Self {
    Self(rank: random.integer(in: 0..<6))
  }
}
