/// A world that cannot be solved exactly, or an answer about it that cannot be had.
public enum SolverError: Error, Equatable, Sendable {
  /// More than `states` states can be reached within `steps` steps, and they do not fit `limit`
  /// bytes.
  case tooLarge(states: Int, steps: Int, limit: Int)
  /// An answer (`what`) that needs a number for every state and time, `bytes` in all or more.
  case tablesTooLarge(what: String, bytes: Int, limit: Int)
  /// The settings make the hidden states too many to list; the text says why and what to do.
  case notEnumerable(String)
  /// The shortest way through so many coins takes so many steps `atLeast`, and none shorter than
  /// `found` was found before the search was given up.
  case tourTooLong(coins: Int, atLeast: Int, found: Int?)
  /// Only discrete actions can be enumerated.
  case actionsNotDiscrete
  /// More than `limit` different rewards.
  case tooManyRewards(limit: Int)
}

extension SolverError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLarge(let states, let steps, let limit):
      "this world has more than \(states) states within its first \(steps) steps: too many to solve "
        + "exactly in \(Self.size(limit)); make it smaller, or raise the memory limit"
    case .tablesTooLarge(let what, let bytes, let limit):
      "\(what) would take \(Self.size(bytes)), more than the memory limit of \(Self.size(limit))"
    case .tourTooLong(let coins, let bound, let found):
      "sets of \(coins) coins are too many to tell states apart by them, and the search for the "
        + "shortest solution was given up: it takes \(bound) steps or more, and "
        + (found.map { "one of \($0) steps was found" } ?? "none was found")
        + "; take out some coins"
    case .notEnumerable(let reason): reason
    case .actionsNotDiscrete:
      "exact solving needs a discrete action space of at most \(ActionSet.capacity) actions"
    case .tooManyRewards(let limit):
      "this world has more than \(limit) different rewards: too many to solve exactly"
    }
  }

  /// `512 bytes`, `1.5 kB`, `2.0 GB`.
  private static func size(_ bytes: Int) -> String {
    guard bytes >= 1000 else { return "\(bytes) bytes" }
    var (value, unit) = (Double(bytes) / 1000, 0)
    while value >= 999.95, unit < 4 { (value, unit) = (value / 1000, unit + 1) }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(["kB", "MB", "GB", "TB", "PB"][unit])"
  }
}
