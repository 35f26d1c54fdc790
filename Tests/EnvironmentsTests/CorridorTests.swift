import Documents
import Environments
import Testing

@Suite("The corridor")
struct CorridorTests {
  private func makeCorridor(length: Int, horizon: Int) throws -> Corridor {
    var settings = Corridor.Configuration()
    settings.length = length
    settings.horizon = horizon
    return try Corridor(settings)
  }

  @Test("pays 1 for the door with the key, nothing for the door without it")
  func rules() throws {
    var corridor = try makeCorridor(length: 3, horizon: 30)
    var rewards: [Double] = []
    corridor.reset(seed: 0)
    for action in [1, 1, 0, 0, 1, 1] { rewards.append(corridor.step(.discrete(action)).reward) }
    #expect(rewards == [0, 0, 0, 0, 0, 1])
    #expect(corridor.isSolved)
    #expect(corridor.observation() == [1, 1])
  }

  @Test("starts anywhere but on the key")
  func starts() throws {
    var corridor = try makeCorridor(length: 4, horizon: 30)
    let positions = (0..<100 as Range<UInt64>).map { seed in
      corridor.reset(seed: seed)
      return corridor.state.position
    }
    #expect(Set(positions) == [1, 2, 3])
  }

  @Test("is truncated at the horizon and not terminated there")
  func truncates() throws {
    var corridor = try makeCorridor(length: 5, horizon: 2)
    corridor.reset(seed: 0)
    #expect(corridor.step(.discrete(1)).isDone == false)
    #expect(
      corridor.step(.discrete(1)) == Outcome(reward: 0, isTerminated: false, isTruncated: true))
  }

  @Test(
    "is solved at random as often as counting says: left-right in 2 steps, and two ways more in 3",
    arguments: [(1, 0.0), (2, 0.25), (3, 0.5)])
  func counts(horizon: Int, probability: Double) throws {
    let solver = try Solver(makeCorridor(length: 2, horizon: horizon))
    #expect(abs(try solver.evaluate(solver.uniformly).solvedProbability - probability) < 1e-12)
  }

  @Test("refuses settings that make no corridor")
  func refuses() {
    #expect(
      throws: ConfigurationError(key: "length", found: "1", expected: "2 to 1000000 cells")
    ) { try makeCorridor(length: 1, horizon: 5) }
    #expect(
      throws: ConfigurationError(key: "horizon", found: "0", expected: "1 step or more")
    ) { try makeCorridor(length: 7, horizon: 0) }
  }
}
