import Environments
import Randomness
import Testing

@Suite("Shortest solutions of maps whose states are too many to number")
struct ShortestSolutionTests {
  /// A map of things to take and ways to go wrong, drawn at random.
  private func draw(hasGoals: Bool, using random: inout RandomStream) -> GridWorld? {
    var settings = GridWorld.Configuration()
    settings.legend["r"] = .init(.key, colour: .red)
    settings.legend["R"] = .init(.door, colour: .red)
    let (rows, columns) = (3 + random.integer(below: 3), 3 + random.integer(below: 4))
    let characters = [Character]("......oooo#kDrR~xC>v")
    var cells = (0..<rows * columns).map { _ in characters[random.integer(below: characters.count)]
    }
    for _ in 0...random.integer(below: 2) { cells[random.integer(below: cells.count)] = "S" }
    if hasGoals {
      for _ in 0...random.integer(below: 2) { cells[random.integer(below: cells.count)] = "G" }
    }
    settings.map = (0..<rows).map { String(cells[$0 * columns..<($0 + 1) * columns]) }
    settings.horizon = 5 + random.integer(below: 40)
    settings.endsWhenCollected = random.integer(below: 2) == 0
    settings.goals.end = random.integer(below: 2) == 0
    if hasGoals, random.integer(below: 3) == 0 { settings.goals.perEpisode = .one }
    if random.integer(below: 4) == 0 { settings.slip.probability = 0.25 }
    if random.integer(below: 4) == 0 { settings.moves = [.down, .upRight, .left, .right, .up] }
    // Many are refused, as something on them cannot be reached.
    return try? GridWorld(settings)
  }

  @Test("are those that a search through all states finds", arguments: [false, true])
  func agrees(hasGoals: Bool) throws {
    var random = RandomStream(seed: 5, "shortest solutions")
    var (compared, solvable) = (0, 0)
    while compared < 300 {
      guard let world = draw(hasGoals: hasGoals, using: &random),
        let numbering = world.makeNumbering(), numbering.capacity < 1 << 26
      else { continue }
      let survey = try world.survey(numbering, memoryLimit: 1 << 30, upTo: 0)
      let found = try world.findSolution(memoryLimit: 1 << 30, branches: 300_000)
      #expect(found.steps == survey.shortestSolution, "\(world.configuration.map)")
      compared += 1
      solvable += found.steps == nil ? 0 : 1
    }
    #expect(solvable > 100 && solvable < 300)
  }

  @Test("are given up with bounds where the search takes too long")
  func bounds() throws {
    var random = RandomStream(seed: 8, "many coins")
    var cells = [Character](repeating: ".", count: 144)
    cells[0] = "S"
    while cells.count(where: { $0 == "o" }) < 40 {
      let place = random.integer(below: cells.count)
      if cells[place] == "." { cells[place] = "o" }
    }
    var settings = GridWorld.Configuration()
    settings.map = (0..<12).map { String(cells[$0 * 12..<($0 + 1) * 12]) }
    settings.horizon = 300
    let world = try GridWorld(settings)
    let whole = try #require(
      try world.findSolution(memoryLimit: 1 << 30, branches: 300_000).steps)
    let error = try #require(throws: SolverError.self) {
      try world.findSolution(memoryLimit: 1 << 30, branches: 45)
    }
    guard case .tourTooLong(40, let bound, let found) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(bound > 40 && bound <= whole)
    #expect(found.map { $0 >= whole } ?? true)
    // What is remembered makes it quicker, not other.
    #expect(try world.findSolution(memoryLimit: 1, branches: 300_000).steps == whole)
    // Who is asked to stop at once has found nothing.
    #expect(throws: SolverError.self) {
      try world.findSolution(memoryLimit: 1 << 30, branches: 300_000, unless: { true })
    }
  }
}
