internal import ArgumentParser
internal import Experiments

/// What a shell offers where a command waits for an id or a setting's key.
enum Completions {
  /// The registry of the program that asks; set while its words are read.
  @TaskLocal static var registry = Registry.builtIn

  /// The ids of one kind.
  static func ids(_ kind: String) -> CompletionKind {
    .custom { _, _, _ in registry.ids(kind) }
  }

  /// The ids of the kind that was named before, or of all kinds.
  static var listedIDs: CompletionKind {
    .custom { words, _, _ in
      let named = Registry.kinds.filter { words.contains($0) || words.contains("\($0)s") }
      return (named.isEmpty ? Registry.kinds : named).flatMap { registry.ids($0) }
    }
  }

  /// Paths of settings, those of the default components; behind a `=` the ids that may stand there.
  static var settings: CompletionKind {
    .custom { _, _, prefix in
      if let equals = prefix.firstIndex(of: "=") {
        let path = prefix[..<equals]
        let name = path.split(separator: ".").last { $0 != "id" } ?? ""
        let kind = Registry.kinds.first { name == $0 } ?? ""
        return registry.ids(kind).map { "\(path)=\($0)" }
      }
      let loader = SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue)
      let loaded = try? loader.load(yaml: "", named: "defaults")
      return loaded.map { $0.entries.map(\.key) } ?? []
    }
  }
}
