public import Documents

// Who acted in which episode. A merged dataset's behaviour policy is `{id: merged, policies: […]}`, a
// mixture's `{id: mixture, behaviours: […]}`, and an info of the episodes says which.
extension Dataset {
  static let mergedID = "merged"

  /// The keys under which a behaviour policy that is made of others has them, by its id.
  private static let parts = [mergedID: "policies", "mixture": "behaviours"]

  /// All behaviour policies; one, unless the dataset was merged or a mixture made it.
  public var behaviourPolicies: [Document] {
    let policy = header.behaviourPolicy
    guard case .string(let id)? = policy["id"], let key = Self.parts[id],
      case .array(let policies)? = policy[key], !policies.isEmpty,
      infos.contains(where: { $0.name == Info.behaviour })
    else { return [policy] }
    return policies
  }

  /// `[E]` The position in ``behaviourPolicies`` of the one that acted.
  public var behaviourNumbers: [Int] {
    let count = behaviourPolicies.count
    guard count > 1, let info = infos.first(where: { $0.name == Info.behaviour }) else {
      return [Int](repeating: 0, count: episodeCount)
    }
    return (0..<episodeCount).map { min(max(info.column.integer(at: $0), 0), count - 1) }
  }
}
