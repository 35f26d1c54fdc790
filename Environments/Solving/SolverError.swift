/// A world that cannot be solved exactly.
public enum SolverError: Error, Equatable, Sendable {
  /// More than `limit` states or transitions (`what`) were found by step `time`.
  case tooLarge(what: String, limit: Int, time: Int)
  /// The settings make the hidden states too many to list; the text says why and what to do.
  case notEnumerable(String)
  /// Only discrete actions can be enumerated.
  case actionsNotDiscrete
}

extension SolverError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLarge(let what, let limit, let time):
      "this world has more than \(limit) \(what) within its first \(time) steps: too many to solve "
        + "exactly; shorten its phases, shrink its rooms, or raise the limit"
    case .notEnumerable(let reason): reason
    case .actionsNotDiscrete:
      "exact solving needs a discrete action space of at most \(ActionSet.capacity) actions"
    }
  }
}
