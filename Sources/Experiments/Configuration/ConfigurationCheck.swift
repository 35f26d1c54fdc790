public import Documents
internal import Files

/// What a configuration file is, and everything that is wrong with it.
public struct ConfigurationCheck: Sendable {
  public enum Kind: String, Sendable {
    case experiment
    case sweep
  }

  public let path: String
  public let kind: Kind
  /// Runs that a sweep describes; 1 for an experiment.
  public let runs: Int
  public let problems: [ConfigurationError]

  /// Reads the file, and makes everything of it that needs no data.
  ///
  /// - Throws: where the file cannot be read.
  public init(path: String, overrides: [String], registry: Registry) throws {
    self.path = path
    let bytes = try FileContents.bytes(of: path, atMost: YAMLReader.maximumBytes)
    var found: [ConfigurationError] = []
    let fields = try? YAMLReader.read(bytes, named: path).document
    kind = fields?["base"] != nil ? .sweep : .experiment
    var runs = 0
    do {
      switch kind {
      case .experiment:
        let experiment = try Experiment(path: path, overrides: overrides, registry: registry)
        do throws(ConfigurationError) {
          _ = try registry.makeEnvironment(experiment.settings.environment)
        } catch { throw experiment.loaded.locate(error.within("environment")) }
        runs = 1
      case .sweep:
        let plan = try SweepPlan(
          SweepFile(path: path), overrides: overrides, seedCount: nil, registry: registry)
        runs = try plan.experiments().count
      }
    } catch let errors as ConfigurationErrors {
      found = errors.errors
    } catch let error as ConfigurationError {
      found = [error]
    }
    self.runs = runs
    problems = found
  }

  public var document: Document {
    [
      "path": .string(path), "kind": .string(kind.rawValue), "is_valid": .bool(problems.isEmpty),
      "runs": .integer(runs),
      "problems": .array(
        problems.map { problem in
          [
            "key": .string(problem.key), "place": .string(problem.location ?? ""),
            "message": .string("\(problem)"),
            "suggestion": problem.suggestion.map { .string($0) } ?? .null,
          ]
        }),
    ]
  }
}
