internal import Randomness

/// Draws episodes with the frequencies that the settings ask for.
struct EpisodeDraw: Sendable {
  private enum Method: Sendable {
    /// `[episodes + 1]` Steps before each episode.
    case byLength(cumulative: [Int])
    case uniform
    /// Positions in ``episodes``, by bin.
    case balanced(bins: [[Int]])
  }

  /// The episodes to draw from.
  private let episodes: [Int]
  private let method: Method

  init(episodes: [Int], lengths: [Int], returns: [Double], settings: SamplingSettings) {
    precondition(!episodes.isEmpty, "there is no episode to draw from")
    self.episodes = episodes
    switch settings.episodes {
    case .lengthWeighted:
      method = .byLength(
        cumulative: episodes.reduce(into: [0]) { $0.append($0[$0.count - 1] + lengths[$1]) })
    case .uniform: method = .uniform
    case .balancedByReturn:
      method = .balanced(
        bins: Self.bins(of: episodes.map { returns[$0] }, count: settings.returnBins))
    }
  }

  func next(using random: inout RandomStream) -> Int {
    switch method {
    case .byLength(let cumulative):
      let step = random.integer(below: cumulative[episodes.count])
      // The last position whose cumulative count does not exceed the step.
      var (low, high) = (0, episodes.count)
      while high - low > 1 {
        let middle = (low + high) / 2
        if cumulative[middle] <= step { low = middle } else { high = middle }
      }
      return episodes[low]
    case .uniform: return episodes[random.integer(below: episodes.count)]
    case .balanced(let bins):
      let bin = random.integer(below: bins.count)
      return episodes[bins[bin][random.integer(below: bins[bin].count)]]
    }
  }

  /// The positions of `returns`, by bin, without empty bins.
  static func bins(of returns: [Double], count: Int) -> [[Int]] {
    let values = Set(returns).sorted()
    let low = values[0]
    let width = (values[values.count - 1] - low) / Double(count)
    var bins = [[Int]](repeating: [], count: min(count, values.count))
    for (position, value) in returns.enumerated() {
      let bin =
        if values.count <= count {
          values.partitioningIndex { $0 >= value }
        } else {
          min(Int((value - low) / width), count - 1)
        }
      bins[bin].append(position)
    }
    return bins.filter { !$0.isEmpty }
  }
}

extension Array {
  /// The first index from which on the predicate holds.
  fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
