import Documents
import Files
import Testing

@Suite("hindsight solve")
struct SolveTests {
  private let program: Program

  init() throws { program = try Program() }

  @Test("prints the optimum, chance, the shortest solution and returns with their probability")
  func text() throws {
    let outcome = try program("solve", "corridor")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(
      outcome.output == """
        corridor
          hidden states      12 in \(try bytes("corridor"))
          answers            everything; a number for every state and time takes \(try table("corridor"))
          optimal return     1
          random return      0.176328
          shortest solution  7 steps
          from farthest start 12 steps
          under random       mean return 0.176328
          return | probability
          -------+------------
               0 |    0.823672
               1 |    0.176328

        """)
  }

  private func bytes(_ id: String) throws -> String { try size(id, "bytes") }
  private func table(_ id: String) throws -> String { try size(id, "table_bytes") }

  private func size(_ id: String, _ field: String) throws -> String {
    let document = try json(program("solve", id, "--json").output)
    guard case .array(let episodes)? = document["episodes"] else {
      throw MissingField(name: "episodes")
    }
    let bytes = try episodes[0].decimal(field)
    return "\(Int(bytes / 100) / 10).\(Int((bytes / 100).rounded()) % 10) kB"
  }

  @Test("prints one document for scripts")
  func document() throws {
    let outcome = try program(
      "solve", "key-to-door", "--behaviour", "{id: expert, epsilon: 0.2}", "--json", "--set",
      "environment.middle.steps=2")
    let document = try json(outcome.output)
    #expect(document["environment"]?["id"] == "key-to-door")
    #expect(document["environment"]?["middle"]?["steps"] == 2)
    #expect(document["behaviour"] == ["id": "expert", "epsilon": 0.2])
    #expect(document["solved_per_episode"] == false)
    #expect(abs(try document.decimal("optimal_return") - 1) < 1e-12)
    #expect(abs(try document.decimal("random_return") - 0.03112606) < 1e-8)
    let achieved = try document.decimal("behaviour_return")
    #expect(achieved > 0.9 && achieved < 1)
    guard case .array(let episodes)? = document["episodes"], episodes.count == 1,
      case .array(let returns)? = episodes[0]["returns"]
    else { throw MissingField(name: "episodes") }
    #expect(episodes[0]["seed"] == .null)
    #expect(episodes[0]["omitted"] == [])
    #expect(returns.count == 2)
    #expect(try returns[1].decimal("return") == 1)
    #expect(abs(try returns[1].decimal("probability") - achieved) < 1e-12)
  }

  @Test("solves an episode per seed where rules belong to the episode, and shows means")
  func seeds() throws {
    let id = "MiniGrid-DoorKey-5x5-v0"
    let means = try json(program("solve", id, "--seeds", "3..6", "--json").output)
    guard case .array(let episodes)? = means["episodes"] else {
      throw MissingField(name: "episodes")
    }
    #expect(episodes.map { $0["seed"] } == [3, 4, 5, 6])
    let mean = try episodes.map { try $0.decimal("optimal_return") }.reduce(0, +) / 4
    #expect(abs(try means.decimal("optimal_return") - mean) < 1e-12)
    let one = try json(program("solve", id, "--seed", "5", "--json").output)
    #expect(try one.decimal("optimal_return") == episodes[2].decimal("optimal_return"))
    #expect(Set(try episodes.map { try $0.decimal("optimal_return") }).count > 1)
    let text = try program("solve", id, "--seeds", "3..6", "--quiet").output
    #expect(text.contains("4, seeds 3 to 6; numbers are means"))
  }

  @Test("reads an experiment's file, with its behaviour policy")
  func file() throws {
    try DurableFile.write(
      "environment: {id: corridor, length: 4}\ndataset: {behaviour: expert}\n",
      to: program.folder("x.yaml"), replacing: false)
    let document = try json(program("solve", "x.yaml", "--json").output)
    #expect(document["environment"]?["length"] == 4)
    #expect(abs(try document.decimal("behaviour_return") - 1) < 1e-12)
    #expect(try document.decimal("shortest_solution") == 4)
  }

  @Test("takes a layout file for an environment, as render and play do, and places mistakes")
  func layouts() throws {
    func write(_ map: String, _ name: String) throws {
      try DurableFile.write(
        "title: mine\nmap: |\n\(map)slip: {probability: 0}\n", to: program.folder(name),
        replacing: false)
    }
    try write("  #####\n  #S.G#\n  #####\n", "good.yaml")
    try write("  #####\n  #S.G\n  #####\n", "bad.yaml")
    let document = try json(program("solve", "good.yaml", "--json").output)
    #expect(try document.decimal("shortest_solution") == 2)
    for command in ["solve", "render", "play"] {
      expectRefusal(
        try program(command, "bad.yaml"), 78,
        saying: "bad.yaml:4:7: environment.map[1][4]: found a row of 4 cells")
    }
  }

  @Test("says what did not fit, and the size it would have")
  func memory() throws {
    let settings = ["--set", "environment.length=50", "--set", "environment.horizon=2000"]
    let outcome = try program.run(
      ["solve", "corridor", "--memory-limit", "100000", "--json"] + settings)
    #expect(outcome.code == 0, "\(outcome.error)")
    let document = try json(outcome.output)
    #expect(abs(try document.decimal("optimal_return") - 1) < 1e-12)
    guard case .array(let episodes)? = document["episodes"],
      case .array(let omitted)? = episodes[0]["omitted"]
    else { throw MissingField(name: "omitted") }
    #expect(omitted.map { $0["answer"] } == ["values"])
    #expect(try omitted[0].decimal("bytes") > 98 * 2000 * 8)
    let text = try program.run(["solve", "corridor", "--memory-limit", "100000"] + settings).output
    #expect(
      text.contains("left out: values of every action at every time would take 1.6 MB, more than"))
    expectRefusal(
      try program.run(["solve", "corridor", "--memory-limit", "1000"] + settings), 78,
      saying: "too many to solve exactly in 1.0 kB")
  }

  @Test("finds shortest paths alone where a list of the states does not fit, and says so early")
  func shortestPaths() throws {
    let id = "MiniGrid-DoorKey-6x6-v0"
    let whole = try json(program("solve", id, "--seed", "2", "--json").output)
    let outcome = try program(
      "solve", id, "--seed", "2", "--json", "--memory-limit", "100000")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.error.contains("as a list, more than the limit of 100 kB: counting them"))
    #expect(outcome.error.contains("do not fit as a list: shortest paths alone"))
    let short = try json(outcome.output)
    for field in ["optimal_return", "shortest_solution"] {
      #expect(try short.decimal(field) == whole.decimal(field), "\(field)")
    }
    guard case .array(let episodes)? = short["episodes"] else {
      throw MissingField(name: "episodes")
    }
    #expect(episodes[0]["mode"] == "shortest-paths")
    #expect(episodes[0]["random_return"] == .null)
    guard let estimate = episodes[0]["random_estimate"] else {
      throw MissingField(name: "estimate")
    }
    let (mean, error) = (try estimate.decimal("mean"), try estimate.decimal("standard_error"))
    let exact = try whole.decimal("random_return")
    #expect(error > 0 && abs(mean - exact) < 5 * error)
    let text = try program("solve", id, "--seed", "2", "--memory-limit", "100000").output
    #expect(text.contains("answers            shortest paths alone"))
    #expect(text.contains("random return      about"))
    #expect(try program("solve", id, "--memory-limit", "100000", "--quiet").error.isEmpty)
  }

  @Test("finds shortest paths alone in a layout too")
  func shortestPathsOfLayouts() throws {
    let whole = try json(program("solve", "apples", "--json").output)
    let short = try json(program("solve", "apples", "--json", "--memory-limit", "300000").output)
    #expect(try short.decimal("shortest_solution") == whole.decimal("shortest_solution"))
    guard case .array(let episodes)? = short["episodes"] else {
      throw MissingField(name: "episodes")
    }
    #expect(episodes[0]["mode"] == "shortest-paths")
  }

  @Test("solves a layout with delayed rewards that does not fit with rewards paid at once")
  func delayedRewards() throws {
    let delayed = ["solve", "apples", "--json", "--set", "environment.delayedReward=true"]
    let whole = try json(program.run(["solve", "apples", "--json"]).output)
    let outcome = try program.run(delayed + ["--memory-limit", "3000000"])
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.error.contains("do not fit: solving it with rewards paid at once"))
    let found = try json(outcome.output)
    for field in ["optimal_return", "random_return", "behaviour_return", "shortest_solution"] {
      #expect(try abs(found.decimal(field) - whole.decimal(field)) < 1e-9, "\(field)")
    }
    guard case .array(let episodes)? = found["episodes"],
      case .array(let omitted)? = episodes[0]["omitted"]
    else { throw MissingField(name: "episodes") }
    #expect(episodes[0]["mode"] == "values" && episodes[0]["states_counted"] == false)
    #expect(omitted.map { $0["answer"] } == ["values"])
    // Where what is paid at once does not fit either, shortest paths are left.
    let short = try json(program.run(delayed + ["--memory-limit", "300000"]).output)
    #expect(try short.decimal("shortest_solution") == whole.decimal("shortest_solution"))
    guard case .array(let last)? = short["episodes"] else { throw MissingField(name: "episodes") }
    #expect(last[0]["mode"] == "shortest-paths")
    // Who discounts acts otherwise where rewards come at once, and is left out; who does not is not.
    func softmax(_ settings: String) throws -> Document {
      let behaviour = ["--behaviour", "{id: softmax, temperature: 0.5, \(settings)}"]
      return try json(program.run(delayed + behaviour + ["--memory-limit", "3000000"]).output)
    }
    #expect(try softmax("discount: 0.99")["behaviour_return"] == .null)
    let exact = try json(
      program.run(
        delayed + ["--behaviour", "{id: softmax, temperature: 0.5, discount: 1}"]
      ).output)
    #expect(
      try abs(
        softmax("discount: 1").decimal("behaviour_return") - exact.decimal("behaviour_return"))
        < 1e-9)
  }

  @Test("finds the shortest way through coins and to a goal beyond them, however many there are")
  func tooManyCoins() throws {
    func solve(_ map: [String], _ settings: String) throws -> Document {
      let rows = map.map { "  \($0)\n" }.joined()
      try DurableFile.write(
        "map: |\n\(rows)\(settings)", to: program.folder("coins.yaml"), replacing: true)
      let outcome = try program("solve", "coins.yaml", "--json", "--memory-limit", "20000000")
      #expect(outcome.code == 0, "\(outcome.error)")
      return try json(outcome.output)
    }
    let coins = Array(repeating: "ooooooo", count: 7)
    let all = try solve(coins + ["oSooooo"], "")
    #expect(try all.decimal("shortest_solution") == 55)
    #expect(all["optimal_return"] == .null)
    let goal = try solve(coins + ["oSoooGo"], "")
    #expect(try goal.decimal("shortest_solution") == 4)
  }

  @Test("lists the few states of a map that might have many more than can be counted")
  func manyCoins() throws {
    let row = "S" + String(repeating: "o", count: 38) + ".G"
    try DurableFile.write(
      "map: |\n  \(row)\nmoves: [right, left]\n", to: program.folder("coins.yaml"),
      replacing: false)
    let document = try json(program("solve", "coins.yaml", "--json").output)
    #expect(try document.decimal("optimal_return") == 39)
    #expect(try document.decimal("shortest_solution") == 40)
  }

  @Test("refuses what it cannot solve, and says why")
  func refuses() throws {
    expectRefusal(
      try program("solve", "coridor"), 78, saying: "environment: found \"coridor\"",
      "did you mean corridor?")
    expectRefusal(try program("solve", "nowhere.yaml"), 66, saying: "nowhere.yaml")
    expectRefusal(
      try program("solve", "key-to-door/tvt"), 78,
      saying: "key-to-door with apples has too many states to list")
    expectRefusal(
      try program("solve", "corridor", "--behaviour", "q-learning"), 78,
      saying: "dataset.behaviour.id: found q-learning, expected a policy that depends on hidden "
        + "state and time alone")
    expectRefusal(
      try program("solve", "corridor", "--set", "environment.length=1"), 78,
      saying: "environment.length: found 1")
    expectRefusal(try program("solve", "corridor", "--seeds", "3"), 64, saying: "'3' is invalid")
    expectRefusal(
      try program("solve", "corridor", "--seed", "1", "--seeds", "1..2"), 64,
      saying: "Give --seed or --seeds, not both.")
    expectRefusal(
      try program("solve", "corridor", "--memory-limit", "0"), 64,
      saying: "--memory-limit is a whole number of bytes from 1")
  }
}
