import Environments
import Foundation
import Testing

/// Episodes that the Python package played; `Fixtures/minigrid` says how they were made.
@Suite("MiniGrid's own episodes")
struct MiniGridTraceTests {
  /// The committed file, and those that `HINDSIGHT_MINIGRID_TRACES` names, separated by colons.
  static var paths: [String] {
    let committed = Bundle.module.resourcePath.map { "\($0)/Fixtures/minigrid/traces.json" } ?? ""
    let more = ProcessInfo.processInfo.environment["HINDSIGHT_MINIGRID_TRACES"] ?? ""
    return [committed] + more.split(separator: ":").map(String.init)
  }

  @Test(
    "are the same here: layouts, missions, views, rewards, ends and final grids",
    arguments: paths)
  func replays(path: String) throws {
    let file = try MiniGridTraceFile(path: path)
    var (layouts, steps, solved, differences) = (0, 0, 0, 0)
    var worlds: [String: any Environment] = [:]
    for trace in file.traces {
      if worlds[trace.environment] == nil {
        let entry = try EnvironmentRegistry.builtIn.entry(trace.environment)
        worlds[trace.environment] = try entry.make(entry.defaultConfiguration)
      }
      let world = try #require(worlds[trace.environment])
      if let difference = trace.difference(in: world) {
        differences += 1
        if differences <= 20 {
          Issue.record("\(trace.environment), seed \(trace.seed): \(difference)")
        }
      }
      layouts += 1
      steps += trace.steps.count
      solved += trace.steps.last.map { $0.isTerminated && $0.reward > 0 } == true ? 1 : 0
    }
    #expect(layouts > 0 && differences == 0)
    print(
      "MiniGrid: replayed \(layouts) traces of \(worlds.count) environments, \(steps) steps, "
        + "\(solved) solved, \(differences) different (\(path.split(separator: "/").last ?? ""))")
    let registry = EnvironmentRegistry.builtIn
    for id in file.ids {
      #expect((registry[id] == nil) != (registry.leftOut[id] == nil), "\(id) is not accounted for")
    }
  }
}
