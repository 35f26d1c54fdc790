import Documents
import Environments
import Testing

@Suite("The settings of a grid")
struct GridWorldConfigurationTests {
  private func problem(
    _ map: String, _ changes: (inout GridWorld.Configuration) -> Void = { _ in }
  ) -> String {
    do {
      _ = try makeGrid(map, changes)
      return "no problem"
    } catch {
      return error.description
    }
  }

  @Test("refuse maps that make no sense, with the row and the place in it")
  func maps() {
    #expect(
      problem("S.\n.Z\n.G")
        == "map[1][1]: found \"Z\", expected a character of the legend: "
        + "space # . < > C D G S ^ k o v x ~")
    #expect(
      problem("S..\n..\n..G")
        == "map[1][2]: found a row of 2 cells, expected 3, as in the first row")
    #expect(
      problem("S..\n....\n..G")
        == "map[1][3]: found a row of 4 cells, expected 3, as in the first row")
    #expect(
      problem("..G")
        == "map: found no start, expected one or more cells where an episode begins (S)")
    #expect(
      problem("S..")
        == "map: found neither goal nor coin, expected something to reach or to take (G)")
    #expect(problem("") == "map: found no rows, expected one row or more")
    #expect(
      problem("S#G\nS.G")
        == "map[0][2]: found a goal that cannot be reached, expected a way from a start",
      "the other goal is in the way")
    #expect(
      problem("S#G\n###\nS.G")
        == "map[0][0]: found a start from which no goal can be reached, expected a way")
    #expect(
      problem("SG#o")
        == "map[0][3]: found a coin that cannot be reached, expected a way from a start")
    #expect(
      problem("SGoo")
        == "map[0][2]: found a coin that cannot be reached, expected a way from a start",
      "the goal ends the episode")
    #expect(
      problem("S.G\n.D.")
        == "map[1][1]: found a yellow door without a key of that colour, expected a key for every door"
    )
    #expect(
      problem("S.G\n" + String(repeating: "ooo\n", count: 22))
        == "map: found 66 coins, keys and doors, expected at most 64 in all")
  }

  @Test("refuse values out of range, with their keys")
  func values() {
    #expect(problem("SG") { $0.horizon = 0 } == "horizon: found 0, expected 1 to 1000000 steps")
    #expect(problem("SG") { $0.moves = [] } == "moves: found none, expected one move or more")
    #expect(
      problem("SG") { $0.moves = [.right, .up, .right] }
        == "moves[2]: found right again, expected each move at most once")
    #expect(
      problem("SG") { $0.slip.probability = 1.5 }
        == "slip.probability: found 1.5, expected a probability, 0 to 1")
    #expect(
      problem("SG") { $0.observation.radius = 0 }
        == "observation.radius: found 0, expected 1 to 100 cells")
    #expect(
      problem("SG") { $0.legend["ab"] = .init(.floor) }
        == "legend.ab: found \"ab\", expected a single character")
    #expect(
      problem("SG") { $0.legend["#"]?.reward = .infinity }
        == "legend.\"#\".reward: found inf, expected a finite number")
    #expect(
      problem("So") { $0.goals.perEpisode = .one }
        == "goals.perEpisode: found one, and a map without goals, expected all, or a map with goals"
    )
  }

  @Test("survive writing and reading", arguments: GridWorld.Configuration.builtInNames)
  func roundTrip(name: String) throws {
    let settings = GridWorld.Configuration(builtIn: name)
    let document = try DocumentEncoder().encode(settings)
    let text = document.jsonText()
    let read = try DocumentDecoder().decode(
      GridWorld.Configuration.self, from: Document(json: text))
    #expect(read == settings)
    #expect(settings.map != GridWorld.Configuration().map)
    _ = try GridWorld(settings)
  }

  @Test("are described, every one")
  func described() throws {
    func check<S: Settings>(_ type: S.Type) throws {
      guard case .object(let fields) = try DocumentEncoder().encode(type.init()) else {
        Issue.record("\(type) is no group")
        return
      }
      #expect(Set(fields.keys) == Set(type.descriptions.keys), "\(type)")
    }
    try check(GridWorld.Configuration.self)
    try check(GridWorld.Tile.self)
    try check(GridWorld.Rewards.self)
    try check(GridWorld.Slip.self)
    try check(GridWorld.Goals.self)
    try check(GridWorld.Observation.self)
    try check(GraphWalk.Configuration.self)
    try check(MemoryTMaze.Configuration.self)
    try check(DarkKeyToDoor.Configuration.self)
  }
}
