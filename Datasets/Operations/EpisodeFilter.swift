internal import Documents

/// Which episodes of a dataset are wanted; every condition that is given must hold.
public struct EpisodeFilter: Sendable, Equatable {
  /// In reward units, both ends included.
  public var returns: ClosedRange<Double> = -.infinity ... .infinity
  /// In steps, both ends included.
  public var lengths: ClosedRange<Int> = 0...Int.max
  /// Whether the task was accomplished.
  public var isSolved: Bool?
  /// Only episodes that have an end.
  public var isFinished = false
  /// The id of the behaviour policy that acted, or its number in a merged dataset.
  public var behaviour: String?
  /// The share of episodes with the highest returns among those that pass everything else.
  public var top: Double?
  /// Seeds of episodes; empty for all.
  public var seeds: Set<UInt64> = []

  public init() {}

  /// The numbers of the episodes that pass, in ascending order.
  public func episodes(of dataset: Dataset, named file: String) throws(DatasetError) -> [Int] {
    try episodes(
      of: EpisodeTable(of: dataset), policies: dataset.behaviourPolicies, named: file)
  }

  /// The same of a dataset that stays in its files.
  ///
  /// - Parameter policies: its behaviour policies.
  func episodes(
    of table: EpisodeTable, policies: [Document], named file: String
  ) throws(DatasetError) -> [Int] {
    let episodeReturns = table.returns
    let solved = table.isSolved
    if isSolved != nil, solved == nil {
      throw .unusable(file: file, reason: "nobody wrote down which episodes were solved")
    }
    let acting = try behaviour.map { name throws(DatasetError) in
      try Self.policies(named: name, among: policies, file: file)
    }
    let passing = (0..<table.count).filter { episode in
      returns.contains(episodeReturns[episode]) && lengths.contains(table.lengths[episode])
        && (isSolved == nil || solved?[episode] == isSolved)
        && (!isFinished || table.isFinished(episode))
        && (acting?.contains(Int(table.behaviourNumbers[episode])) ?? true)
        && (seeds.isEmpty || seeds.contains(table.seeds[episode]))
    }
    guard let top else { return passing }
    let count = Int((top * Double(passing.count)).rounded())
    let best = passing.sorted { (episodeReturns[$1], $0) < (episodeReturns[$0], $1) }
    return best.prefix(passing.isEmpty ? 0 : max(1, count)).sorted()
  }

  private static func policies(
    named name: String, among policies: [Document], file: String
  ) throws(DatasetError) -> Set<Int> {
    if let number = Int(name), policies.indices.contains(number) { return [number] }
    let found = policies.indices.filter { policies[$0]["id"] == .string(name) }
    guard !found.isEmpty else {
      let known = policies.enumerated().map { "\($0) \($1.jsonText())" }.joined(separator: ", ")
      throw .unusable(
        file: file, reason: "no behaviour policy is called \"\(name)\"; there is \(known)")
    }
    return Set(found)
  }
}
