/// At most 256 colours that stand for all colours of some pictures.
///
/// Up to 256 colours are kept as they are. More are grouped by median cut (Heckbert, 1982): the
/// group with the most pixels times extent is cut at the median of its longest axis, until there are
/// 256. The colour of a group is its most frequent one, so flat areas keep theirs exactly.
struct Palette {
  /// Packed as 0xRRGGBB.
  private(set) var colours: [UInt32]
  private var indices: [UInt32: UInt8] = [:]

  /// - Parameter counts: how many pixels have each colour.
  init(_ counts: [UInt32: Int], limit: Int = 256) {
    // Sorted, because the order of a dictionary changes from run to run.
    let all = counts.map { (colour: $0.key, count: $0.value) }.sorted { $0.colour < $1.colour }
    var groups = all.isEmpty ? [] : [Group(all)]
    if all.count <= limit {
      groups = all.map { Group([$0]) }
    } else {
      while groups.count < limit {
        guard
          let index = groups.indices.filter({ groups[$0].members.count > 1 })
            .max(by: { groups[$0].weight < groups[$1].weight })
        else { break }
        let (one, other) = groups[index].halves()
        groups[index] = one
        groups.append(other)
      }
    }
    colours = groups.map(\.mostFrequent)
    for (index, group) in groups.enumerated() {
      for member in group.members { indices[member.colour] = UInt8(index) }
    }
  }

  /// The place of the colour that stands for `colour`, which was counted.
  func index(of colour: UInt32) -> UInt8 { indices[colour] ?? 0 }

  private struct Group {
    var members: [(colour: UInt32, count: Int)]
    /// The bits by which to shift to the channel of the greatest extent.
    private let channel: UInt32
    let weight: Int

    init(_ members: [(colour: UInt32, count: Int)]) {
      self.members = members
      var longest: (channel: UInt32, extent: Int) = (0, -1)
      for channel in [16, 8, 0] as [UInt32] {
        let values = members.map { Int($0.colour >> channel & 255) }
        let extent = (values.max() ?? 0) - (values.min() ?? 0)
        if extent > longest.extent { longest = (channel, extent) }
      }
      channel = longest.channel
      weight = longest.extent * members.reduce(0) { $0 + $1.count }
    }

    var mostFrequent: UInt32 { members.max { $0.count < $1.count }?.colour ?? 0 }

    func halves() -> (Group, Group) {
      let sorted = members.sorted {
        ($0.colour >> channel & 255, $0.colour) < ($1.colour >> channel & 255, $1.colour)
      }
      let half = members.reduce(0) { $0 + $1.count } / 2
      var sum = 0
      var cut = 0
      while cut < sorted.count - 1, sum + sorted[cut].count <= half || cut == 0 {
        sum += sorted[cut].count
        cut += 1
      }
      return (Group(Array(sorted[..<cut])), Group(Array(sorted[cut...])))
    }
  }
}
