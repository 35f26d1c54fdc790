public import Documents

/// What a person who asks "why does it not work here?" has to know: each part of the machine that
/// matters, whether it will do, and how to mend what will not.
public struct Diagnosis: Sendable {
  public enum Verdict: String, Sendable, CaseIterable {
    case fine
    /// It works, but worse than it could.
    case poor
    /// Something will fail.
    case broken
  }

  public struct Check: Sendable, Equatable {
    public var name: String
    public var verdict: Verdict
    public var found: String
    /// What to do about it; empty where nothing need be done.
    public var remedy: String

    public init(_ name: String, _ verdict: Verdict, _ found: String, remedy: String = "") {
      (self.name, self.verdict, self.found, self.remedy) = (name, verdict, found, remedy)
    }
  }

  public let checks: [Check]

  /// Looks at everything, which takes a second or two.
  ///
  /// - Parameters:
  ///   - folder: where runs and datasets are to be written.
  ///   - stateFolder: where the program remembers its own files; `nil` without a home.
  ///   - runs: where runs are looked for.
  public init(
    folder: String = ".", stateFolder: String?, runs: String = "runs", registry: Registry
  ) {
    checks =
      Self.machine() + Self.libraries() + Self.places(folder, stateFolder, runs)
      + [Self.trial(in: folder, registry)]
  }

  public init(checks: [Check]) { self.checks = checks }

  /// Whether nothing will fail.
  public var isHealthy: Bool { !checks.contains { $0.verdict == .broken } }

  public var document: Document {
    [
      "is_healthy": .bool(isHealthy),
      "checks": .array(
        checks.map { check in
          [
            "name": .string(check.name), "verdict": .string(check.verdict.rawValue),
            "found": .string(check.found), "remedy": .string(check.remedy),
          ]
        }),
    ]
  }
}
