public import Documents
public import Randomness

// Two rooms side by side with a locked door between them; the agent and the key are in the left one.

extension MiniGrid {
  /// Open the door (`UnlockEnv`).
  public struct Unlock: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing()
    }

    public var game: MiniGrid

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      game = try MiniGrid(
        rooms: .pair, task: .openDoor, horizon: 8 * 36, missions: ["open the door"],
        settings: configuration)
    }

    public func observe(into row: inout MutableSpan<Float>) { game.observe(into: &row) }
    public func observe(intoBytes row: inout MutableRawSpan) -> Bool {
      game.observe(intoBytes: &row)
    }
    @inline(__always)
    public var observationKey: UInt64? { game.observationKey }

    public mutating func layOut(using random: inout NumPyGenerator) {
      var rooms = RoomGrid(.pair, in: &game, using: &random)
      let colour = rooms.addDoor(0, 0, .right, isLocked: true, in: &game, using: &random).colour
      rooms.place(.key(colour), 0, 0, in: &game, using: &random)
      rooms.placeAgent(0, 0, in: &game, using: &random)
    }
  }

  /// Pick up the box behind the door (`UnlockPickupEnv`).
  public struct UnlockPickup: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing()
    }

    public var game: MiniGrid

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      game = try MiniGrid(
        rooms: .pair, task: .pickUpBox, horizon: 8 * 36, missions: MiniGrid.pickUpMissions("box"),
        settings: configuration)
    }

    public func observe(into row: inout MutableSpan<Float>) { game.observe(into: &row) }
    public func observe(intoBytes row: inout MutableRawSpan) -> Bool {
      game.observe(intoBytes: &row)
    }
    @inline(__always)
    public var observationKey: UInt64? { game.observationKey }

    public mutating func layOut(using random: inout NumPyGenerator) {
      var rooms = RoomGrid(.pair, in: &game, using: &random)
      rooms.placeTarget(.box, 1, 0, in: &game, using: &random)
      let colour = rooms.addDoor(0, 0, .right, isLocked: true, in: &game, using: &random).colour
      rooms.place(.key(colour), 0, 0, in: &game, using: &random)
      rooms.placeAgent(0, 0, in: &game, using: &random)
    }
  }

  /// The same with a ball before the door, to be taken out of the way (`BlockedUnlockPickupEnv`).
  public struct BlockedUnlockPickup: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing()
    }

    public var game: MiniGrid

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      game = try MiniGrid(
        rooms: .pair, task: .pickUpBox, horizon: 16 * 36, missions: MiniGrid.pickUpMissions("box"),
        settings: configuration)
    }

    public func observe(into row: inout MutableSpan<Float>) { game.observe(into: &row) }
    public func observe(intoBytes row: inout MutableRawSpan) -> Bool {
      game.observe(intoBytes: &row)
    }
    @inline(__always)
    public var observationKey: UInt64? { game.observationKey }

    public mutating func layOut(using random: inout NumPyGenerator) {
      var rooms = RoomGrid(.pair, in: &game, using: &random)
      rooms.placeTarget(.box, 1, 0, in: &game, using: &random)
      let door = rooms.addDoor(0, 0, .right, isLocked: true, in: &game, using: &random)
      game.put(.ball(.draw(using: &random)), door.point.x - 1, door.point.y)
      rooms.place(.key(door.colour), 0, 0, in: &game, using: &random)
      rooms.placeAgent(0, 0, in: &game, using: &random)
    }
  }
}

extension RoomGrid.Shape {
  fileprivate static let pair = RoomGrid.Shape(columns: 2, rows: 1, roomSize: 6)
}
