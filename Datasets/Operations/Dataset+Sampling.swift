internal import Randomness

extension Dataset {
  /// The numbers of episodes drawn without replacement, in ascending order, and of all the others.
  ///
  /// - Parameter count: at most ``episodeCount``.
  public func drawEpisodes(_ count: Int, seed: UInt64) -> (drawn: [Int], others: [Int]) {
    Self.drawEpisodes(count, of: episodeCount, seed: seed)
  }

  /// Draws `count` of so many episodes.
  static func drawEpisodes(
    _ count: Int, of episodeCount: Int, seed: UInt64
  ) -> (drawn: [Int], others: [Int]) {
    precondition((0...episodeCount).contains(count), "\(count) of \(episodeCount) episodes")
    var random = RandomStream(seed: seed, "dataset/draw")
    var numbers = Array(0..<episodeCount)
    for index in 0..<count {
      numbers.swapAt(index, index + random.integer(below: episodeCount - index))
    }
    return (numbers[..<count].sorted(), numbers[count...].sorted())
  }
}
