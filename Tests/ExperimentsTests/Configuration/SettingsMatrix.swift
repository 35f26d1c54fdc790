import Agents
import Datasets
import Documents
import Environments
import Experiments
import TensorCore

/// Every key that a configuration can have, of the experiment and of every component, and a file with
/// one of them changed.
struct SettingsMatrix {
  /// A key where a file has it, and its default there.
  struct Key {
    /// The ids of the components that the file names, by their place.
    let base: [String: String]
    let path: String
    let value: Document

    /// The key with the component's id in the place of its path.
    var name: String {
      let around = base.keys.filter { path.hasPrefix("\($0).") }.max { $0.count < $1.count }
      guard let around, let id = base[around] else { return path }
      return id + path.dropFirst(around.count)
    }
  }

  /// A file's text, and where the changed key and its value stand in it.
  struct File {
    var text = ""
    var line = 0
    var keyColumn = 0
    var valueColumn = 0
  }

  let loader = SettingsLoader(ExperimentSettings.self, catalogue: Registry.builtIn.catalogue)

  /// Files that together name every component; of MiniGrid's worlds, one of each type of settings.
  private static var bases: [[String: String]] {
    let registry = Registry.builtIn
    var bases = [["agent": "decision-transformer", "environment": "key-to-door/dt-paper"]]
    for agent in registry.agents.ids {
      let world = ["td3-bc", "iql"].contains(agent) ? "Pendulum-v1" : "corridor"
      bases.append(["agent": agent, "environment": world])
    }
    for encoder in registry.encoders.ids {
      let world = encoder == "convolution" ? "MiniGrid-Empty-8x8-v0" : "corridor"
      bases.append([
        "agent": "decision-transformer", "agent.encoder": encoder, "environment": world,
      ])
    }
    var types: Set<String> = []
    for entry in registry.environments.entries
    where types.insert("\(entry.configurationType)").inserted {
      bases.append(["agent": "behaviour-cloning", "environment": entry.id])
    }
    for behaviour in registry.ids("behaviour") where behaviour != "run" {
      guard
        let entry = registry.environments.entries.first(where: {
          $0.behaviourIDs.contains(behaviour)
        })
      else { continue }
      bases.append([
        "agent": "behaviour-cloning", "environment": entry.id, "dataset.behaviour": behaviour,
      ])
    }
    return bases
  }

  func keys() throws -> [Key] {
    var keys: [Key] = []
    var seen: Set<String> = []
    for base in Self.bases {
      let loaded = try loader.load(yaml: file(base).text, named: "base.yaml")
      // A path with a quoted key, such as a square's letter, is of the user's making.
      for entry in loaded.entries where !entry.key.hasSuffix("id") && !entry.key.contains("\"") {
        let key = Key(base: base, path: entry.key, value: entry.value)
        if seen.insert(key.name).inserted { keys.append(key) }
      }
    }
    return keys
  }

  /// A file with the components of `base`, and with a key of a group and its value as it is written.
  func file(
    _ base: [String: String], path: String = "", key: String = "", value: String = ""
  ) -> File {
    /// Groups by key, in the order of the keys; what is no group is a line as it is written.
    indirect enum Tree {
      case line(String)
      case group([String: Tree])
      mutating func set(_ path: ArraySlice<String>, to line: String) {
        guard let first = path.first else {
          self = .line(line)
          return
        }
        var members: [String: Tree] = [:]
        if case .group(let all) = self { members = all }
        var below = members[first] ?? .group([:])
        below.set(path.dropFirst(), to: line)
        members[first] = below
        self = .group(members)
      }
    }
    func words(_ path: String) -> [String] { path.split(separator: ".").map(String.init) }
    var tree = Tree.group([:])
    for (place, id) in base { tree.set((words(place) + ["id"])[...], to: id) }
    if !key.isEmpty { tree.set((words(path) + [key])[...], to: "\u{1}") }
    var file = File()
    var line = 1
    func write(_ tree: Tree, indent: String) {
      guard case .group(let members) = tree else { return }
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        guard case .line(let text) = member else {
          file.text += "\(indent)\(name):\n"
          line += 1
          write(member, indent: indent + "  ")
          continue
        }
        if text == "\u{1}" {
          file.line = line
          file.keyColumn = indent.count + 1
          file.valueColumn = indent.count + name.count + 3
        }
        file.text += "\(indent)\(name): \(text == "\u{1}" ? value : text)\n"
        line += 1
      }
    }
    write(tree, indent: "")
    return file
  }

  /// What is wrong with a file: found when it is read, or when its world, behaviour policy and agent
  /// are made, which is as far as one comes without data.
  func problems(_ text: String) -> [ConfigurationError] { problems(Array(text.utf8)) }

  func problems(_ text: [UInt8]) -> [ConfigurationError] {
    do throws(ConfigurationErrors) {
      let loaded = try loader.load(yaml: text, named: "a.yaml")
      do throws(ConfigurationError) {
        try make(loaded.settings)
        return []
      } catch { return [loaded.locate(error)] }
    } catch { return error.errors }
  }

  private func make(_ settings: ExperimentSettings) throws(ConfigurationError) {
    let registry = Registry.builtIn
    try settings.check()
    let world: any Environment
    do throws(ConfigurationError) {
      world = try registry.makeEnvironment(settings.environment)
    } catch { throw error.within("environment") }
    do throws(ConfigurationError) {
      try registry.environments.entries.first { $0.id == settings.environment.id }?
        .visit(MakingBehaviour(settings: settings))
    } catch { throw error.within("dataset.behaviour") }
    do throws(ConfigurationError) {
      let data = summary(of: world)
      guard try registry.agents.makeFitter(settings.agent, data: data) == nil else { return }
      var scope = ParameterScope()
      _ = try registry.agents.make(
        settings.agent, data: data, parts: registry.parts, into: &scope)
    } catch { throw error.within("agent") }
  }

  private struct MakingBehaviour: EnvironmentVisitor {
    typealias Failure = ConfigurationError
    let settings: ExperimentSettings

    func visit<World: Environment>(
      _ entry: EnvironmentEntry<World>
    ) throws(ConfigurationError) {
      let world = try World(settings.environment.decode(as: World.Configuration.self))
      _ = try entry.makeBehaviour(settings.dataset.behaviour, for: world)
    }
  }

  private func summary(of world: any Environment) -> DataSummary {
    let width = world.observationSpace.width
    return DataSummary(
      observationSpace: world.observationSpace, actionSpace: world.actionSpace,
      horizon: world.horizon, episodeCount: 10, stepCount: 100,
      observationMean: Array(repeating: 0, count: width),
      observationScale: Array(repeating: 1, count: width), minimumReturn: 0, meanReturn: 0.5,
      maximumReturn: 1, largestReturnToGo: 1,
      returnDistribution: ReturnDistribution(
        quantiles: (0...100).map { Double($0) / 100 }, returnsToGo: [0, 1], counts: [50, 50]))
  }
}
