import Documents
import Environments
import Testing

@Suite("The settings of MiniGrid")
struct MiniGridSettingsTests {
  /// The message that a family gives for settings changed so.
  private func message<Family: MiniGridFamily>(
    _ type: Family.Type, _ change: (inout Family.Configuration) -> Void
  ) -> String? {
    var settings = Family.Configuration()
    change(&settings)
    let error = #expect(throws: ConfigurationError.self) { try Family(settings) }
    return error?.description
  }

  @Test("are refused out of range, with the range")
  func refuses() {
    #expect(
      message(MiniGrid.Empty.self) { $0.size = 3 } == "size: found 3, expected 4 to 25 squares")
    #expect(
      message(MiniGrid.DoorKey.self) { $0.size = 26 } == "size: found 26, expected 5 to 25 squares")
    #expect(
      message(MiniGrid.LavaGap.self) { $0.size = 4 } == "size: found 4, expected 5 to 25 squares")
    #expect(
      message(MiniGrid.Crossing.self) { $0.size = 10 }
        == "size: found 10, expected an odd number from 5 to 25 squares")
    #expect(
      message(MiniGrid.Crossing.self) { $0.crossings = 7 }
        == "crossings: found 7, expected 1 to 6, size - 3")
    #expect(
      message(MiniGrid.DistShift.self) { $0.stripRow = 6 }
        == "stripRow: found 6, expected 2 to 5")
    #expect(
      message(MiniGrid.MultiRoom.self) { $0.minimumRooms = 0 }
        == "minimumRooms: found 0, expected 1 to 6 rooms")
    #expect(
      message(MiniGrid.MultiRoom.self) { $0.maximumRooms = 5 }
        == "maximumRooms: found 5, expected 6 to 6 rooms, at least minimumRooms")
    #expect(
      message(MiniGrid.MultiRoom.self) { $0.maximumRoomSize = 3 }
        == "maximumRoomSize: found 3, expected 4 to 10 squares")
    #expect(
      message(MiniGrid.KeyCorridor.self) { $0.rows = 5 } == "rows: found 5, expected 1 to 4 rooms")
    #expect(
      message(MiniGrid.KeyCorridor.self) { $0.roomSize = 2 }
        == "roomSize: found 2, expected 3 to 7 squares")
    #expect(
      message(MiniGrid.Memory.self) { $0.size = 8 }
        == "size: found 8, expected an odd number from 7 to 25 squares")
    #expect(
      message(MiniGrid.Unlock.self) { $0.horizon = -1 }
        == "horizon: found -1, expected 1 to 1000000 steps, or 0 for MiniGrid's own")
  }

  @Test("make worlds that can be played and listed at both ends of their ranges")
  func extremes() throws {
    func check<Family: MiniGridFamily>(
      _ type: Family.Type, _ changes: ((inout Family.Configuration) -> Void)...
    ) throws {
      for change in changes {
        var settings = Family.Configuration()
        change(&settings)
        var world = try Family(settings)
        for seed in 0..<50 as Range<UInt64> {
          world.reset(seed: seed)
          #expect(world.observation().count == world.observationSpace.width)
          try world.checkSolvable()
        }
      }
    }
    try check(MiniGrid.Empty.self, { $0.size = 4 }, { $0.size = 25 })
    try check(MiniGrid.DoorKey.self, { $0.size = 5 }, { $0.size = 25 })
    try check(
      MiniGrid.Crossing.self,
      {
        $0.size = 5
        $0.crossings = 2
      },
      {
        $0.size = 25
        $0.crossings = 22
      })
    try check(
      MiniGrid.MultiRoom.self,
      {
        $0.minimumRooms = 1
        $0.maximumRooms = 1
        $0.maximumRoomSize = 4
      }, { $0.minimumRooms = 1 })
    try check(
      MiniGrid.KeyCorridor.self,
      {
        $0.rows = 4
        $0.roomSize = 7
      },
      {
        $0.rows = 1
        $0.roomSize = 3
      })
    try check(
      MiniGrid.Memory.self,
      {
        $0.size = 7
        $0.drawsLength = true
      }, { $0.size = 25 })
    try check(MiniGrid.LavaGap.self, { $0.size = 25 }, { $0.obstacle = .wall })
  }

  @Test("say of every key what it means")
  func descriptions() throws {
    for entry in EnvironmentRegistry.builtIn.entries where entry.id.hasPrefix("MiniGrid-") {
      let keys = Mirror(reflecting: entry.defaultConfiguration).children.compactMap(\.label)
      #expect(Set(keys) == Set(entry.configurationType.descriptions.keys), "\(entry.id)")
      #expect(!entry.rewards.isEmpty)
    }
  }

  @Test("name environments that are known but left out, with the reason")
  func leftOut() throws {
    let registry = EnvironmentRegistry.builtIn
    #expect(registry.leftOut.count == 134)
    #expect(registry.leftOut.keys.allSatisfy { registry[$0] == nil })
    let error = #expect(throws: ConfigurationError.self) {
      try registry.checkNotLeftOut("MiniGrid-Playground-v0", key: "id")
    }
    #expect(
      error?.description
        == "id: MiniGrid-Playground-v0 is known but left out here: it has no task and no reward")
    try registry.checkNotLeftOut("MiniGrid-Empty-5x5-v0", key: "id")
    try registry.checkNotLeftOut("MiniGrid-Emty-5x5-v0", key: "id")
  }
}
