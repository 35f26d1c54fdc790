import Documents
import Environments
import Testing

@Suite("The registry of environments")
struct EnvironmentRegistryTests {
  @Test("lists what comes with Hindsight, each once")
  func lists() {
    let ids = EnvironmentRegistry.builtIn.ids
    #expect(Set(ids).count == ids.count)
    #expect(
      Set(ids).isSuperset(of: [
        "corridor", "key-to-door", "key-to-door/tvt", "key-to-door/cca-low",
        "key-to-door/cca-high", "key-to-door/sr", "key-to-door/dt-paper",
        "key-to-door/dt-paper-visible", "key-to-door/dt-paper-open",
      ]))
    #expect(EnvironmentRegistry.builtIn["key-to-dor"] == nil)
  }

  @Test("names the expert only where it is exact")
  func behaviours() throws {
    func ids(_ id: String) throws -> [String] {
      try EnvironmentRegistry.builtIn.entry(id).behaviourIDs
    }
    let general = ["q-learning", "mixture", "phases"]
    #expect(try ids("corridor") == ["random", "expert", "softmax"] + general)
    #expect(try ids("key-to-door/tvt") == ["random", "planner"] + general)
    #expect(try ids("key-to-door/sr") == ["random", "planner"] + general)
    #expect(try ids("key-to-door/cca-high") == ["random", "expert", "planner"] + general)
    #expect(
      try ids("key-to-door/dt-paper") == ["random", "expert", "softmax", "planner"] + general)
    let entry = try EnvironmentRegistry.builtIn.entry("key-to-door/tvt")
    #expect(entry.behaviourDefaults("expert") == nil)
    #expect(entry.behaviourDefaults("planner") is EpsilonGreedySettings)
  }

  @Test("grows by adding, and the built-in one stays as it is")
  func adds() throws {
    let grown = EnvironmentRegistry.builtIn
      .adding(EnvironmentEntry<Basin>("basin", "A test."))
    #expect(grown.ids == EnvironmentRegistry.builtIn.ids + ["basin"])
    #expect(EnvironmentRegistry.builtIn["basin"] == nil)
    var long = Corridor.Configuration()
    long.length = 99
    let replaced = grown.adding(
      EnvironmentEntry("corridor", "Longer.", Corridor.self, defaults: long))
    #expect(replaced.ids == grown.ids)
    #expect(replaced["corridor"]?.defaultConfiguration as? Corridor.Configuration == long)
  }

  @Test("makes a world of its entry's settings, and refuses those of another")
  func makes() throws {
    let entry = try EnvironmentRegistry.builtIn.entry("key-to-door/sr")
    #expect(entry.configurationType is KeyToDoor.Configuration.Type)
    #expect(try entry.make(entry.defaultConfiguration).horizon == 85)
    #expect(
      throws: ConfigurationError(
        key: "", found: "settings of type Environments.Corridor.Configuration",
        expected: "Environments.KeyToDoor.Configuration")
    ) { try entry.make(Corridor.Configuration()) }
  }
}
