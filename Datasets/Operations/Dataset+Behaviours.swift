public import Documents

// Who acted in which episode. A merged dataset's behaviour policy is `{id: merged, policies: […]}`,
// and an info of the episodes says which.
extension Dataset {
  static let mergedID = "merged"

  /// All behaviour policies; one, unless the dataset was merged.
  public var behaviourPolicies: [Document] {
    let policy = header.behaviourPolicy
    guard policy["id"] == .string(Self.mergedID), case .array(let policies)? = policy["policies"],
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
