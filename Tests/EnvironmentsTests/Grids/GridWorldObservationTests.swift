import Documents
import Environments
import Testing

@Suite("What is seen of a grid")
struct GridWorldObservationTests {
  private let up = 0
  private let right = 1
  private let down = 2
  private let left = 3

  private func makeGrid(_ mode: GridWorld.ObservationMode) throws -> GridWorld {
    try EnvironmentsTests.makeGrid("S.k#\n.oDG\n..x.") {
      $0.observation.mode = mode
      $0.observation.radius = 1
    }
  }

  @Test("is place and flags, as a short vector or one-hot")
  func vectors() throws {
    var grid = try makeGrid(.compact)
    #expect(grid.observation() == [0, 0, 0, 0, 0])
    for move in [right, right] { _ = grid.step(.discrete(move)) }
    #expect(grid.observation() == [2 / 3, 0, 1, 0, 0], "the key is taken")
    _ = grid.step(.discrete(down))
    #expect(grid.observation() == [2 / 3, 0.5, 1, 0, 1], "the door is open")
    grid = try makeGrid(.cell)
    _ = grid.step(.discrete(right))
    _ = grid.step(.discrete(down))
    #expect(grid.observation() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] + [0, 1, 0])
    #expect(grid.observationSpace == .box(shape: [15], low: 0, high: 1, element: .uint8))
  }

  /// Channels: wall, agent (map only), goal, coin, yellow key, yellow door, pit; in the order of
  /// ``GridWorld/Kind``.
  @Test("is a picture of the whole map")
  func map() throws {
    var grid = try makeGrid(.map)
    let labels = ["#", "@", "G", "o", "k", "D", "x"]
    #expect(grid.observationSpace.leaves.first?.shape == [3, 4, 7])
    #expect(drawn(grid, labels, columns: 4) == ["@.k#", ".oDG", "..x."])
    for move in [right, right, left, down] { _ = grid.step(.discrete(move)) }
    #expect(drawn(grid, labels, columns: 4) == ["...#", ".@DG", "..x."])
  }

  @Test("is a window around the agent, with walls outside")
  func window() throws {
    var grid = try makeGrid(.window)
    let labels = ["#", "G", "o", "k", "D", "x"]
    #expect(drawn(grid, labels, columns: 3) == ["###", "#..", "#.o"])
    for move in [down, down, right] { _ = grid.step(.discrete(move)) }
    #expect(drawn(grid, labels, columns: 3) == [".oD", "..x", "###"])
  }

  @Test(
    "shows the goal that was drawn, unless it is hidden",
    arguments: GridWorld.ObservationMode.allCases)
  func goals(mode: GridWorld.ObservationMode) throws {
    func make(shown: Bool) throws -> GridWorld {
      try EnvironmentsTests.makeGrid("S.G\nG.G") {
        $0.goals.perEpisode = .one
        $0.goals.areShown = shown
        $0.observation.mode = mode
      }
    }
    func starts(_ world: GridWorld) -> Set<[Float]> {
      var world = world
      return Set(
        (0..<50 as Range<UInt64>).map { seed in
          world.reset(seed: seed)
          return world.observation()
        })
    }
    #expect(starts(try make(shown: true)).count == 3)
    #expect(starts(try make(shown: false)).count == 1)
    if mode == .compact {
      var grid = try make(shown: true)
      grid.reset(seed: 0)
      let goal = Int(grid.state.goal)
      #expect(grid.observation() == [0, 0, Float(goal % 3) / 2, Float(goal / 3)])
    }
  }

  /// The picture as text: the label of the cell's flag, `.` for none.
  private func drawn(_ grid: GridWorld, _ labels: [String], columns: Int) -> [String] {
    let row = grid.observation()
    let cells = stride(from: 0, to: row.count, by: labels.count).map { first in
      let flags = labels.indices.filter { row[first + $0] == 1 }
      return flags.last.map {
        $0 == 0 || labels[1] != "@" ? labels[$0] : flags.contains(1) ? "@" : labels[$0]
      } ?? "."
    }
    return stride(from: 0, to: cells.count, by: columns).map {
      cells[$0..<($0 + columns)].joined()
    }
  }
}
