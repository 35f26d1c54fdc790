import Documents
import Environments
import Randomness
import Testing

@Suite("MiniGrid")
struct MiniGridRulesTests {
  static let ids = EnvironmentRegistry.builtIn.ids.filter { $0.hasPrefix("MiniGrid-") }

  static func world(_ id: String) throws -> any MiniGridFamily {
    let entry = try EnvironmentRegistry.builtIn.entry(id)
    return try #require(entry.make(entry.defaultConfiguration) as? any MiniGridFamily)
  }

  /// Play that gets somewhere: walks, and uses what it meets.
  static func action(in world: any MiniGridFamily, using random: inout RandomStream) -> Int {
    random.uniform() < 0.6
      ? [2, 2, 2, 3, 5, 5, 0][random.integer(below: 7)] : random.integer(below: 7)
  }

  @Test("has forty-four of the package's environments")
  func count() { #expect(Self.ids.count == 44) }

  @Test(
    "follows on states the rules that it plays by on the board", arguments: ids)
  func statesFollow(id: String) throws {
    func check<World: MiniGridFamily>(_ world: World) {
      var world = world
      var random = RandomStream(seed: 3, "states")
      for seed in 0..<25 as Range<UInt64> {
        world.reset(seed: seed)
        let start = world.startStates()
        #expect(start.count == 1 && start[0].state == world.state && start[0].probability == 1)
        var time = 0
        while time < 400 {
          let (state, action) = (world.state, Self.action(in: world, using: &random))
          // The answers must not depend on where the world itself stands.
          let away = world
          let outcome = world.step(.discrete(action))
          for asked in [away, world] {
            let transitions = asked.transitions(from: state, action: action)
            #expect(transitions.count == 1 && transitions[0].probability == 1)
            #expect(transitions[0].next == world.state, "action \(action) at step \(time)")
            #expect(transitions[0].isTerminated == outcome.isTerminated)
            #expect(world.reward(transitions[0].reward, at: time) == outcome.reward)
            #expect(asked.isSolved(transitions[0].next) == world.isSolved)
          }
          #expect(world.startStates()[0].state == start[0].state)
          time += 1
          if outcome.isDone { break }
        }
      }
    }
    check(try Self.world(id))
  }

  @Test("tells states apart exactly where boards or agents differ", arguments: ids)
  func statesAreComplete(id: String) throws {
    struct Everything: Hashable {
      var grid: [UInt8]
      var x: Int
      var y: Int
      var heading: Int
      var carried: [UInt8]
    }
    func check<World: MiniGridFamily>(_ world: World) {
      var world = world
      var random = RandomStream(seed: 4, "states")
      world.reset(seed: 11)
      let start = world
      var byState: [MiniGrid.State: Everything] = [:]
      var byEverything: [Everything: MiniGrid.State] = [:]
      for _ in 0..<2000 {
        let pose = world.pose
        let everything = Everything(
          grid: world.grid, x: pose.x, y: pose.y, heading: pose.heading, carried: pose.carried)
        #expect(byState.updateValue(everything, forKey: world.state) ?? everything == everything)
        #expect(
          byEverything.updateValue(world.state, forKey: everything) ?? world.state == world.state)
        if world.step(.discrete(Self.action(in: world, using: &random))).isDone { world = start }
      }
    }
    check(try Self.world(id))
  }

  @Test("shows the whole grid and the agent in it, where that is asked for", arguments: [0, 1, 2])
  func fullView(seed: UInt64) throws {
    var settings = MiniGrid.DoorKey.Configuration()
    settings.view = .full
    settings.observation = .image
    var world = try MiniGrid.DoorKey(settings)
    #expect(
      world.observationSpace
        == .box(
          shape: [8, 8, 3], low: 0, high: 255, element: .uint8,
          meaning: .image(categories: [11, 6, 4])))
    var random = RandomStream(seed: seed, "view")
    world.reset(seed: seed)
    for _ in 0..<300 {
      var expected = world.grid
      let pose = world.pose
      expected.replaceSubrange(
        (pose.x * 8 + pose.y) * 3..<(pose.x * 8 + pose.y) * 3 + 3,
        with: [10, 0, UInt8(pose.heading)])
      #expect(world.observation() == expected.map { Float($0) })
      if world.step(.discrete(Self.action(in: world, using: &random))).isDone { break }
    }
  }

  @Test("offers heading, picture and, where missions differ, the mission's number")
  func spaces() throws {
    let image = Space.Member(
      "image",
      .box(
        shape: [7, 7, 3], low: 0, high: 255, element: .uint8,
        meaning: .image(categories: [11, 6, 3])))
    let direction = Space.Member("direction", .discrete(count: 4))
    #expect(
      try Self.world("MiniGrid-Empty-5x5-v0").observationSpace == .dictionary([direction, image]))
    for (id, count) in [
      ("MiniGrid-UnlockPickup-v0", 6), ("MiniGrid-KeyCorridorS3R1-v0", 6),
      ("MiniGrid-LockedRoom-v0", 30),
    ] {
      let world = try Self.world(id)
      #expect(
        world.observationSpace
          == .dictionary([direction, image, Space.Member("mission", .discrete(count: count))]))
      #expect(Set(world.game.missions).count == count)
    }
  }

  @Test("draws what there is, with the squares lit that the agent sees")
  func picture() throws {
    var world = try MiniGrid.DoorKey(MiniGrid.DoorKey.Configuration())
    world.reset(seed: 2)
    let picture = world.picture
    let pose = world.pose
    #expect(picture.columns == 8 && picture.rows == 8)
    #expect(picture.agent.column == pose.x && picture.agent.row == pose.y)
    #expect(picture.agent.heading?.rawValue == pose.heading)
    #expect(picture[6, 6].ground == .goal(.green) && picture[0, 3].ground == .wall)
    let shapes = picture.cells.compactMap(\.thing)
    #expect(
      shapes.contains(.init(.lockedDoor, .yellow)) && shapes.contains(.init(.key, .yellow)))
    // As many squares are lit as the view shows, but for those outside the grid.
    let image = world.observation()[1...]
    let seen = stride(from: image.startIndex, to: image.endIndex, by: 3).count { image[$0] != 0 }
    let lit = picture.cells.count(where: \.isHighlighted)
    #expect(lit > 0 && lit <= seen)
    #expect(picture[pose.x, pose.y].isHighlighted)
    // Behind the wall nothing is lit: the door is locked.
    let split = try #require((0..<8).first { picture[$0, 0].ground == .wall && $0 > 1 && wall($0) })
    func wall(_ column: Int) -> Bool {
      (1..<7).count { picture[column, $0].ground == .wall } >= 5
    }
    for column in split + 1..<8 {
      #expect((0..<8).allSatisfy { !picture[column, $0].isHighlighted })
    }
  }

  @Test("is a value of which a copy goes its own way")
  func copies() throws {
    var world = try MiniGrid.DoorKey(MiniGrid.DoorKey.Configuration())
    world.reset(seed: 5)
    let before = world.grid
    let snapshot = world
    var random = RandomStream(seed: 0, "copies")
    for _ in 0..<500 {
      if world.step(.discrete(Self.action(in: world, using: &random))).isDone { break }
    }
    #expect(world.grid != before, "nothing was ever moved")
    #expect(snapshot.grid == before)
  }
}
