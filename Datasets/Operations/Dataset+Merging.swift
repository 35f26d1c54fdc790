internal import Documents
internal import Environments

extension Dataset {
  /// All episodes of several datasets of one world, in their order.
  ///
  /// Columns that not all of them have are left out, which is remarked on. Where behaviour policies
  /// differ, the result knows which one acted in each episode.
  ///
  /// - Parameter datasets: at least one, with the names that errors give them.
  public static func merging(
    _ datasets: [(name: String, dataset: Dataset)], _ remarks: inout Remarks
  ) throws(DatasetError) -> Dataset {
    let first = datasets[0]
    for other in datasets.dropFirst() {
      try requireSameWorld(first.dataset.header, other.dataset.header, other.name)
    }
    for (name, dataset) in datasets.dropLast() {
      let last = dataset.episodeCount - 1
      guard last < 0 || dataset.isFinished(episode: last) else {
        throw .unusable(
          file: name,
          reason: "its last episode is unfinished and others would follow; give it as the last "
            + "one, or take hindsight dataset filter --finished")
      }
    }
    var policies: [Document] = []
    var parts = datasets.map(\.dataset)
    for index in parts.indices {
      var numbers: [Int] = []
      for policy in parts[index].behaviourPolicies {
        if !policies.contains(policy) { policies.append(policy) }
        numbers.append(policies.firstIndex(of: policy) ?? 0)
      }
      let acting = parts[index].behaviourNumbers.map { Int32(numbers[$0]) }
      parts[index].setInfo(Info(name: Info.behaviour, column: .int32(acting)))
    }
    keepCommonColumns(of: &parts, &remarks)
    var result = Dataset(first.dataset.header)
    for part in parts where part.episodeCount > 0 { try result.append(contentsOf: part) }
    if policies.count == 1 {
      result.infos.removeAll { $0.name == Info.behaviour }
      result.header.behaviourPolicy = policies[0]
    } else {
      result.header.behaviourPolicy = [
        "id": .string(mergedID), "policies": .array(policies),
      ]
    }
    let headers = datasets.map(\.dataset.header)
    if headers.contains(where: { $0.configuration != headers[0].configuration }) {
      result.header.configuration = [
        "merged": .array(headers.map(\.configuration))
      ]
    }
    return result
  }

  /// Adds an info, or takes the place of one with its name.
  mutating func setInfo(_ info: Info) {
    infos.removeAll { $0.name == info.name }
    infos.append(info)
    infos.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func requireSameWorld(
    _ header: DatasetHeader, _ other: DatasetHeader, _ name: String
  ) throws(DatasetError) {
    for (field, isSame) in [
      (Layout.Attribute.environment, header.environment == other.environment),
      (
        Layout.Attribute.environmentConfiguration,
        header.environmentConfiguration == other.environmentConfiguration
      ),
      (
        Layout.Attribute.observationSpace, header.observationSpace == other.observationSpace
      ),
      (Layout.Attribute.actionSpace, header.actionSpace == other.actionSpace),
    ] where !isSame {
      throw .mismatch(
        file: name, field: field, found: "another one", expected: "the same as in the first dataset"
      )
    }
  }

  private static func keepCommonColumns(of parts: inout [Dataset], _ remarks: inout Remarks) {
    let filled = parts.indices.filter { parts[$0].episodeCount > 0 }
    // Where one knows all its seeds and another does not, both say so.
    if filled.contains(where: { part in parts[part].infos.contains { $0.name == Info.seedKnown } })
    {
      for index in filled where !parts[index].infos.contains(where: { $0.name == Info.seedKnown }) {
        let all = [UInt8](repeating: 1, count: parts[index].episodeCount)
        parts[index].setInfo(Info(name: Info.seedKnown, column: .uint8(all)))
      }
    }
    func describe(_ info: Info) -> String { "\(info.name) \(info.width) \(info.column.element)" }
    let sets = filled.map { Set(parts[$0].infos.map(describe)) }
    let common = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
    for index in filled {
      for info in parts[index].infos where !common.contains(describe(info)) {
        remarks.add("infos › \(info.name): is not in all datasets, left out")
      }
      parts[index].infos.removeAll { !common.contains(describe($0)) }
    }
    if filled.contains(where: { parts[$0].behaviourLogProbabilities.isEmpty }),
      filled.contains(where: { !parts[$0].behaviourLogProbabilities.isEmpty })
    {
      remarks.add("behaviour_log_probabilities: are not in all datasets, left out")
      for index in filled { parts[index].behaviourLogProbabilities = [] }
    }
  }
}
