public import Documents

// Who acted in which episode. A merged dataset's behaviour policy is `{id: merged, policies: […]}`, a
// mixture's `{id: mixture, behaviours: […]}`, and an info of the episodes says which.
extension DatasetHeader {
  /// The keys under which a behaviour policy that is made of others has them, by its id.
  private static let parts = [Dataset.mergedID: "policies", "mixture": "behaviours"]

  /// The policies that the behaviour policy is made of; `nil` where it is one.
  var componentPolicies: [Document]? {
    guard case .string(let id)? = behaviourPolicy["id"], let key = Self.parts[id],
      case .array(let policies)? = behaviourPolicy[key], !policies.isEmpty
    else { return nil }
    return policies
  }
}

extension Dataset {
  static let mergedID = "merged"

  /// All behaviour policies; one, unless the dataset was merged or a mixture made it.
  public var behaviourPolicies: [Document] {
    guard let policies = header.componentPolicies,
      infos.contains(where: { $0.name == Info.behaviour })
    else { return [header.behaviourPolicy] }
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
