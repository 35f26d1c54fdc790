import Documents

extension MiniGrid {
  /// MiniGrid's ids of the families that are here, in MiniGrid's order of families.
  static var entries: [any AnyEnvironmentEntry] {
    rooms + crossings + doors + chains
  }

  private static let goal = "1 - 0.9 t / horizon for reaching the goal in step t; else 0."
  private static let lava =
    "1 - 0.9 t / horizon for reaching the goal in step t; else 0, as in lava."
  private static let pickUp = "1 - 0.9 t / horizon for picking up the target in step t; else 0."

  private static func entry<Family: MiniGridFamily>(
    _ name: String, _ summary: String, _ type: Family.Type, _ rewards: String,
    _ change: (inout Family.Configuration) -> Void = { _ in }
  ) -> any AnyEnvironmentEntry {
    var settings = Family.Configuration()
    change(&settings)
    return EnvironmentEntry<Family>(
      "MiniGrid-\(name)", summary, rewards: rewards, defaults: settings)
  }

  private static var rooms: [any AnyEnvironmentEntry] {
    var entries: [any AnyEnvironmentEntry] = []
    for size in [5, 6, 8, 16] {
      entries.append(
        entry(
          "Empty-\(size)x\(size)-v0", "An empty room, the goal in the far corner.", Empty.self, goal
        ) { $0.size = size })
    }
    for size in [5, 6] {
      entries.append(
        entry(
          "Empty-Random-\(size)x\(size)-v0", "An empty room, the agent anywhere.", Empty.self, goal
        ) {
          $0.size = size
          $0.startsAnywhere = true
        })
    }
    return entries + [
      entry(
        "FourRooms-v0", "Four rooms with gaps between them, agent and goal anywhere.",
        FourRooms.self, goal)
    ]
  }

  private static var crossings: [any AnyEnvironmentEntry] {
    var entries: [any AnyEnvironmentEntry] = []
    for size in 5...7 {
      entries.append(
        entry("LavaGapS\(size)-v0", "A column of lava with one gap.", LavaGap.self, lava) {
          $0.size = size
        })
    }
    let sizes = [(9, 1), (9, 2), (9, 3), (11, 5)]
    for (obstacle, name) in [(Obstacle.lava, "Lava"), (.wall, "Simple")] {
      for (size, count) in sizes {
        entries.append(
          entry(
            "\(name)CrossingS\(size)N\(count)-v0",
            obstacle == .lava ? "Rivers of lava, each with a gap." : "Walls, each with a gap.",
            Crossing.self, obstacle == .lava ? lava : goal
          ) {
            $0.size = size
            $0.crossings = count
            $0.obstacle = obstacle
          })
      }
    }
    for (number, row) in [(1, 2), (2, 5)] {
      entries.append(
        entry(
          "DistShift\(number)-v0", "Two strips of lava, the second in row \(row).",
          DistShift.self, lava
        ) { $0.stripRow = row })
    }
    return entries
  }

  private static var doors: [any AnyEnvironmentEntry] {
    var entries: [any AnyEnvironmentEntry] = []
    for size in [5, 6, 8, 16] {
      entries.append(
        entry(
          "DoorKey-\(size)x\(size)-v0", "Take the key, unlock the door, go to the goal.",
          DoorKey.self, goal
        ) { $0.size = size })
    }
    return entries + [
      entry(
        "Unlock-v0", "Take the key and open the door.", Unlock.self,
        "1 - 0.9 t / horizon for opening the door in step t; else 0."),
      entry(
        "UnlockPickup-v0", "Unlock the door and pick up the box behind it.", UnlockPickup.self,
        pickUp),
      entry(
        "BlockedUnlockPickup-v0", "The same with a ball before the door.",
        BlockedUnlockPickup.self, pickUp),
      entry(
        "LockedRoom-v0",
        "Six rooms: the key of the locked one is in a room that the mission names.",
        LockedRoom.self, goal),
    ]
  }

  private static var chains: [any AnyEnvironmentEntry] {
    var entries: [any AnyEnvironmentEntry] = []
    // The package's own `MultiRoom-N4-S5-v0` has six rooms; version 1 corrects it.
    for (name, rooms, size) in [
      ("N2-S4-v0", 2, 4), ("N4-S5-v0", 6, 5), ("N4-S5-v1", 4, 5), ("N6-v0", 6, 10),
    ] {
      entries.append(
        entry(
          "MultiRoom-\(name)", "A chain of \(rooms) rooms, the goal in the last.", MultiRoom.self,
          goal
        ) {
          $0.minimumRooms = rooms
          $0.maximumRooms = rooms
          $0.maximumRoomSize = size
        })
    }
    for (size, rows) in [(3, 1), (3, 2), (3, 3), (4, 3), (5, 3), (6, 3)] {
      entries.append(
        entry(
          "KeyCorridorS\(size)R\(rows)-v0", "Find the key of the locked room with the ball.",
          KeyCorridor.self, pickUp
        ) {
          $0.roomSize = size
          $0.rows = rows
        })
    }
    for (name, size, drawsLength) in [
      ("S7", 7, false), ("S9", 9, false), ("S11", 11, false), ("S13", 13, false),
      ("S13Random", 13, true), ("S17Random", 17, true),
    ] {
      entries.append(
        entry(
          "Memory\(name)-v0", "Remember a thing and turn to the one like it.", Memory.self,
          "1 - 0.9 t / horizon for the right end in step t; else 0, as at the wrong end."
        ) {
          $0.size = size
          $0.drawsLength = drawsLength
        })
    }
    return entries
  }
}
