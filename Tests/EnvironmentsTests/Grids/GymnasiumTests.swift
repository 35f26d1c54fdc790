import Documents
import Environments
import Foundation
import Testing

@Suite("Gymnasium's toy-text worlds")
struct GymnasiumTests {
  /// What `make_gymnasium.py` wrote about one world.
  private struct Reference: Decodable {
    let start: Int
    let horizon: Int
    let optimal: Double
    let random: Double
    let table: [String: [[[Document]]]]

    /// Probabilities of (next cell, reward, terminated), for each action.
    func outcomes(from cell: Int) throws -> [[Key: Double]]? {
      try table[String(cell)]?.map { outcomes in
        var sums: [Key: Double] = [:]
        for outcome in outcomes {
          guard case .number(let probability) = outcome[0], case .integer(let next) = outcome[1],
            case .number(let reward) = outcome[2], case .bool(let isTerminated) = outcome[3]
          else { throw CocoaError(.fileReadCorruptFile) }
          sums[Key(cell: next, reward: reward, isTerminated: isTerminated)] = probability
        }
        return sums
      }
    }
  }

  private struct Key: Hashable {
    var cell: Int
    var reward: Double
    var isTerminated: Bool
  }

  private func reference(_ id: String) throws -> Reference {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/gymnasium.json")
    let document = try Document(json: Data(contentsOf: file))
    return try DocumentDecoder().decode(Reference.self, from: document[id] ?? .null)
  }

  private func grid(_ id: String) throws -> GridWorld {
    let settings = try EnvironmentRegistry.builtIn.entry(id).defaultConfiguration
    return try GridWorld(#require(settings as? GridWorld.Configuration))
  }

  static let ids = ["cliff", "cliff/slippery", "slippery", "slippery/8x8"]

  @Test("have the same transitions in every state", arguments: ids)
  func transitions(id: String) throws {
    let (reference, grid) = (try reference(id), try grid(id))
    #expect(grid.startStates().map { Int($0.state.cell) } == [reference.start])
    #expect(grid.horizon == reference.horizon)
    #expect(reference.table.count == ["cliff": 37, "cliff/slippery": 37, "slippery": 11][id] ?? 53)
    for cell in reference.table.keys.compactMap(Int.init) {
      let expected = try #require(try reference.outcomes(from: cell))
      for action in 0..<4 {
        var found: [Key: Double] = [:]
        let state = GridWorld.State(cell: cell, goal: -1)
        for transition in grid.transitions(from: state, action: action) {
          let key = Key(
            cell: Int(transition.next.cell), reward: transition.reward,
            isTerminated: transition.isTerminated)
          found[key, default: 0] += transition.probability
        }
        #expect(found.keys == expected[action].keys, "cell \(cell), action \(action)")
        for (key, probability) in expected[action] {
          #expect(abs((found[key] ?? 0) - probability) < 1e-12, "cell \(cell), action \(action)")
        }
      }
    }
  }

  @Test("have the same best and random returns within the horizon", arguments: ids)
  func returns(id: String) throws {
    let reference = try reference(id)
    let solver = try Solver(grid(id))
    let scale = max(1, abs(reference.random))
    #expect(abs(try solver.plan().evaluation().expectedReturn - reference.optimal) < 1e-9)
    let random = try solver.evaluate(solver.uniformly).expectedReturn
    #expect(abs(random - reference.random) < 1e-9 * scale)
  }

  @Test("give -13 for the best walk along the cliff")
  func cliff() throws {
    #expect(try Solver(grid("cliff")).plan().evaluation().expectedReturn == -13)
    let along = walk(try grid("cliff"), [0] + Array(repeating: 1, count: 11) + [2])
    #expect(along.rewards == Array(repeating: -1, count: 13))
    #expect(along.last?.isTerminated == true)
    #expect(walk(try grid("cliff"), [1, 0]).rewards == [-100, -1])
  }
}
