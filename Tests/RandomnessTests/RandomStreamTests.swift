import Randomness
import Testing

@Suite("A random stream")
struct RandomStreamTests {
  @Test("is decided by seed, purpose and index, and by nothing else")
  func names() {
    func start(_ stream: RandomStream) -> [UInt64] {
      var stream = stream
      return (0..<4).map { _ in stream.next() }
    }
    let first = start(RandomStream(seed: 1, "sampler", 2))
    #expect(first == start(RandomStream(seed: 1, "sampler", 2)))
    #expect(first != start(RandomStream(seed: 2, "sampler", 2)))
    #expect(first != start(RandomStream(seed: 1, "dropout", 2)))
    #expect(first != start(RandomStream(seed: 1, "sampler", 3)))
  }

  @Test("goes on where a saved one stopped")
  func resumes() {
    var stream = RandomStream(seed: 1, "sampler")
    for _ in 0..<10 { _ = stream.next() }
    var resumed = RandomStream(state: stream.state)
    #expect(resumed == stream)
    #expect((0..<5).map { _ in resumed.next() } == (0..<5).map { _ in stream.next() })
  }

  /// From the reference code of SplitMix64 with seed 0: its outputs mix multiples of γ.
  @Test("mixes as SplitMix64 does")
  func mixes() {
    let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15
    #expect(RandomStream.mix(gamma) == 0xE220_A839_7B1D_CDAF)
    #expect(RandomStream.mix(gamma &* 2) == 0x6E78_9E6A_A1B9_65F4)
    #expect(RandomStream.mix(gamma &* 3) == 0x06C4_5D18_8009_454F)
  }

  @Test("draws every whole number about equally often, by chi-squared")
  func integers() {
    var stream = RandomStream(seed: 3, "test")
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<100_000 { counts[stream.integer(below: 10)] += 1 }
    let statistic = counts.reduce(0.0) {
      $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000
    }
    #expect(statistic < 27.9, "the 99.9 % point for nine degrees of freedom: \(statistic)")
  }

  @Test("draws uniform numbers with the right mean and variance")
  func uniform() {
    var stream = RandomStream(seed: 4, "test")
    let values = (0..<100_000).map { _ in stream.uniform() }
    #expect(values.allSatisfy { (0..<1).contains($0) })
    let mean = values.reduce(0, +) / 100_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    #expect(abs(mean - 0.5) < 0.004, "four standard errors")
    #expect(abs(variance - 1.0 / 12) < 0.001)
  }

  @Test("draws indices in proportion to their weights, and never one of weight zero")
  func weights() {
    var stream = RandomStream(seed: 5, "test")
    var counts = [0, 0, 0, 0]
    for _ in 0..<40_000 { counts[stream.index(weightedBy: [1, 0, 3, 0])] += 1 }
    #expect(counts[1] == 0 && counts[3] == 0)
    #expect(abs(Double(counts[0]) - 10_000) < 400)
  }
}
