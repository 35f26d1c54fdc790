import Datasets
import Environments
import Testing

@Suite("The window sampler")
struct WindowSamplerTests {
  private func sampler(
    _ dataset: Dataset, context: Int = 4, seed: UInt64 = 3, normalising: Bool = false,
    needsBehaviour: Bool = false, _ change: (inout SamplingSettings) -> Void = { _ in }
  ) throws -> WindowSampler {
    var settings = SamplingSettings()
    change(&settings)
    return try WindowSampler(
      dataset,
      summary: DataSummary(of: dataset, horizon: 99, normalisingObservations: normalising),
      request: WindowRequest(contextLength: context, needsBehaviour: needsBehaviour),
      settings: settings, seed: seed)
  }

  /// How often each episode, and each start, came up in `windows` draws.
  private func frequencies(
    _ sampler: WindowSampler, windows: Int = 30_000
  ) -> (episodes: [Int: Double], starts: [Int: Double]) {
    var batch = SequenceBatch()
    sampler.fill(&batch, windows: windows, step: 0)
    var episodes: [Int: Double] = [:]
    var starts: [Int: Double] = [:]
    for window in 0..<windows {
      episodes[batch.episodes[window], default: 0] += 1 / Double(windows)
      starts[Int(batch.timesteps[Int(batch.offsets[window])]), default: 0] += 1 / Double(windows)
    }
    return (episodes, starts)
  }

  /// Equal within five standard deviations of 30,000 draws, 0.0145 at the most.
  private func isNear(_ found: [Int: Double], _ expected: [Int: Double]) -> Bool {
    Set(found.keys).union(expected.keys).allSatisfy {
      abs(found[$0, default: 0] - expected[$0, default: 0]) < 0.0145
    }
  }

  @Test("copies every column of a window from the right steps")
  func copies() throws {
    let header = Sample.header(observations: Sample.pictured)
    let dataset = Sample.dataset(header, episodes: 30, lengths: 1...12)
    let sampler = try sampler(dataset, needsBehaviour: true)
    var batch = SequenceBatch()
    for step in 0..<20 {
      sampler.fill(&batch, windows: 17, step: step)
      #expect(batch.windowCount == 17 && batch.totalWindows == 17)
      #expect(batch.totalSteps == batch.stepCount)
      for window in 0..<17 {
        let episode = dataset[episode: batch.episodes[window]]
        let rows = batch.steps(ofWindow: window)
        let start = Int(batch.timesteps[rows.lowerBound])
        #expect(rows.count == min(4, episode.length))
        var returnToGo = episode.rewards[start...].reduce(0, +)
        for (index, row) in rows.enumerated() {
          let time = start + index
          #expect(batch.timesteps[row] == Int32(time))
          #expect(observation(batch.observations, row) == observation(of: episode, at: time))
          #expect(
            Int(batch.discreteActions[row]) == episode.actions[0].integer(at: time) - 1)
          #expect(batch.rewards[row] == Float(episode.rewards[time]))
          #expect(batch.returnsToGo[row] == Float(returnToGo))
          returnToGo -= episode.rewards[time]
          let isLast = time == episode.length - 1
          #expect(batch.isTerminated[row] == (isLast && episode.isTerminated))
          #expect(batch.isTruncated[row] == (isLast && episode.isTruncated))
          #expect(
            batch.behaviourLogProbabilities[row] == episode.behaviourLogProbabilities[time])
        }
        #expect(
          observation(batch.successors, window)
            == observation(of: episode, at: start + rows.count))
      }
      #expect(batch.continuousActions.isEmpty)
    }
  }

  /// Row `row` of 19 numbers.
  private func observation(_ rows: [Float], _ row: Int) -> [Float] {
    Array(rows[row * 19..<(row + 1) * 19])
  }
  private func observation(of episode: Episode, at time: Int) -> [Float] {
    [episode.observations[0].float(at: time)]
      + (0..<18).map { episode.observations[1].float(at: time * 18 + $0) }
  }

  @Test("copies actions of a box, and leaves columns out that nobody asked for")
  func continuous() throws {
    let header = Sample.header(actions: .box(shape: [3], low: 0, high: 1))
    let dataset = Sample.dataset(header)
    var batch = SequenceBatch()
    try sampler(dataset).fill(&batch, episodes: [4, 7], starts: [0, 0])
    #expect(batch.episodes == [4, 7])
    #expect(batch.continuousActions.count == batch.stepCount * 3)
    let second = Int(batch.offsets[1])
    #expect(
      batch.continuousActions[second * 3 + 2] == dataset[episode: 7].actions[0].float(at: 2))
    #expect(batch.discreteActions.isEmpty && batch.behaviourLogProbabilities.isEmpty)
  }

  @Test("makes the same batch for a step whatever came before, and others for other steps")
  func isStateless() throws {
    let dataset = Sample.dataset(episodes: 200, lengths: 5...40)
    let sampler = try sampler(dataset)
    var used = SequenceBatch()
    for step in 0..<5 { sampler.fill(&used, windows: 64 - step, step: step) }
    sampler.fill(&used, windows: 32, step: 9)
    var fresh = SequenceBatch()
    sampler.fill(&fresh, windows: 32, step: 9)
    #expect(fresh == used)
    sampler.fill(&used, windows: 32, step: 10)
    #expect(fresh.episodes != used.episodes)
    var other = SequenceBatch()
    try self.sampler(dataset, seed: 4).fill(&other, windows: 32, step: 9)
    #expect(fresh.episodes != other.episodes, "the seed has no effect")
  }

  @Test("draws episodes in proportion to their length")
  func lengthWeighted() throws {
    let dataset = Sample.dataset(returns: [0, 0, 0, 0], lengths: [1, 2, 3, 14])
    let found = frequencies(try sampler(dataset))
    #expect(isNear(found.episodes, [0: 0.05, 1: 0.1, 2: 0.15, 3: 0.7]))
  }

  @Test("draws episodes alike")
  func uniform() throws {
    let dataset = Sample.dataset(returns: [0, 0, 0, 0], lengths: [1, 2, 3, 14])
    let found = frequencies(try sampler(dataset) { $0.episodes = .uniform })
    #expect(isNear(found.episodes, [0: 0.25, 1: 0.25, 2: 0.25, 3: 0.25]))
  }

  @Test("draws each of a few returns alike")
  func balancedOverValues() throws {
    // One success among ten: half of the windows show it.
    let dataset = Sample.dataset(returns: [0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
    let found = frequencies(try sampler(dataset) { $0.episodes = .balancedByReturn })
    var expected = [4: 0.5]
    for episode in 0..<10 where episode != 4 { expected[episode] = 0.5 / 9 }
    #expect(isNear(found.episodes, expected))
  }

  @Test("draws bins of returns alike, and leaves empty ones out")
  func balancedOverBins() throws {
    // Four bins over 0...8: 0, 1 and 1.9 share the first, 2 and 3 the second, the third is empty.
    let dataset = Sample.dataset(returns: [0, 1, 1.9, 2, 3, 6, 8])
    let sampler = try sampler(dataset) {
      $0.episodes = .balancedByReturn
      $0.returnBins = 4
    }
    let found = frequencies(sampler)
    var expected: [Int: Double] = [:]
    for episode in 0..<3 { expected[episode] = 1.0 / 9 }
    for episode in 3..<7 { expected[episode] = 1.0 / 6 }
    #expect(isNear(found.episodes, expected))
  }

  @Test("starts windows so that they are full, all positions alike")
  func fullWindows() throws {
    let dataset = Sample.dataset(returns: [0], lengths: [6])
    let found = frequencies(try sampler(dataset, context: 4))
    let third = 1.0 / 3
    #expect(isNear(found.starts, [0: third, 1: third, 2: third]))
    let whole = frequencies(try sampler(dataset, context: 6))
    #expect(whole.starts == [0: whole.starts[0]!])
  }

  @Test("starts windows anywhere and cuts them off at the episode's end")
  func windowsAnywhere() throws {
    let dataset = Sample.dataset(returns: [0], lengths: [4])
    let sampler = try sampler(dataset, context: 3) { $0.windows = .anywhere }
    #expect(isNear(frequencies(sampler).starts, [0: 0.25, 1: 0.25, 2: 0.25, 3: 0.25]))
    var batch = SequenceBatch()
    sampler.fill(&batch, episodes: [0, 0, 0], starts: [0, 2, 3])
    #expect(batch.offsets == [0, 3, 5, 6])
    #expect(batch.successors == [0, 3, 0, 4, 0, 4])
  }

  @Test("normalises observations and successors")
  func normalises() throws {
    let dataset = Sample.dataset(returns: [0, 1], lengths: [2, 2])
    let sampler = try sampler(dataset, normalising: true)
    var batch = SequenceBatch()
    sampler.fill(&batch, episodes: [1], starts: [0])
    // Episodes 0 and 1 and times 0 and 1: mean 0.5, deviation 0.5.
    let unit = Float(0.5) / Float(0.5 + 1e-6)
    #expect(batch.observations == [unit, -unit, unit, unit])
    #expect(batch.successors == [unit, Float(1.5) / Float(0.5 + 1e-6)])
  }

  @Test("leaves unfinished episodes out, and says what is missing")
  func refusals() throws {
    let unfinished = Sample.dataset(episodes: 3, isUnfinished: true)
    #expect(frequencies(try sampler(unfinished), windows: 500).episodes[2] == nil)
    #expect(
      text { _ = try sampler(unfinished.keeping(episodes: [2])) }
        == "the dataset › timesteps: found no finished episode, expected at least one")
    var builder = DatasetBuilder(Sample.header())
    var episode = Sample.episode(0)
    episode.behaviourLogProbabilities = []
    builder.append(episode)
    let without = builder.takeDataset()
    #expect(
      text { _ = try sampler(without, needsBehaviour: true) }
        == "the dataset › behaviour_log_probabilities: found none, "
        + "expected those of the policy that made the data")
  }
}

@Suite("A batch's shards")
struct ShardTests {
  private func batch(windows: Int, lengths: ClosedRange<Int> = 1...40) throws -> SequenceBatch {
    let dataset = Sample.dataset(episodes: 50, lengths: lengths)
    let sampler = try WindowSampler(
      dataset, summary: DataSummary(of: dataset, horizon: 40, normalisingObservations: false),
      request: WindowRequest(contextLength: 20, needsBehaviour: true), seed: 1)
    var batch = SequenceBatch()
    sampler.fill(&batch, windows: windows, step: 0)
    return batch
  }

  @Test(
    "cover every window once, in order, with all columns",
    arguments: [1, 2, 5, 64], [1, 2, 3, 8, 11])
  func cover(windows: Int, count: Int) throws {
    let batch = try batch(windows: windows)
    let shards = batch.shards(count)
    #expect(shards.count == count)
    func joined<T>(_ column: (SequenceBatch) -> [T]) -> [T] { shards.flatMap(column) }
    #expect(joined(\.observations) == batch.observations)
    #expect(joined(\.discreteActions) == batch.discreteActions)
    #expect(joined(\.rewards) == batch.rewards)
    #expect(joined(\.returnsToGo) == batch.returnsToGo)
    #expect(joined(\.timesteps) == batch.timesteps)
    #expect(joined(\.isTerminated) == batch.isTerminated)
    #expect(joined(\.isTruncated) == batch.isTruncated)
    #expect(joined(\.successors) == batch.successors)
    #expect(joined(\.behaviourLogProbabilities) == batch.behaviourLogProbabilities)
    #expect(joined(\.episodes) == batch.episodes)
    var lengths: [Int32] = []
    for shard in shards {
      #expect(shard.offsets[0] == 0)
      #expect(shard.totalSteps == batch.stepCount && shard.totalWindows == windows)
      lengths += zip(shard.offsets.dropFirst(), shard.offsets).map(-)
    }
    #expect(lengths == zip(batch.offsets.dropFirst(), batch.offsets).map(-))
  }

  @Test("differ in steps by less than two of the longest windows")
  func balance() throws {
    let batch = try batch(windows: 64)
    let sizes = batch.shards(8).map(\.stepCount)
    #expect(sizes.max()! - sizes.min()! < 40)
    let even = try self.batch(windows: 16, lengths: 20...20)
    #expect(even.shards(8).map(\.stepCount) == [Int](repeating: 40, count: 8))
  }

  @Test("use their memory again")
  func reuse() throws {
    var shard = SequenceBatch()
    try batch(windows: 64).copyShard(0, of: 2, into: &shard)
    let small = try batch(windows: 3)
    small.copyShard(1, of: 2, into: &shard)
    #expect(shard == small.shards(2)[1])
  }
}

@Suite("A summary of data")
struct DataSummaryTests {
  @Test("counts, and finds the moments of observations and returns")
  func moments() {
    let dataset = Sample.dataset(returns: [2, -3, 1], lengths: [1, 3, 2])
    let summary = DataSummary(of: dataset, horizon: 9, normalisingObservations: true)
    #expect(summary.episodeCount == 3 && summary.stepCount == 6 && summary.horizon == 9)
    #expect(summary.minimumReturn == -3 && summary.maximumReturn == 2 && summary.meanReturn == 0)
    #expect(summary.largestReturnToGo == 3)
    // Episodes 0, 1, 1, 1, 2, 2 and times 0, 0, 1, 2, 0, 1.
    let mean: [Double] = [7.0 / 6, 4.0 / 6]
    let variance: [Double] = [11.0 / 6 - 49.0 / 36, 6.0 / 6 - 16.0 / 36]
    #expect(summary.observationMean == mean.map { Float($0) })
    for index in 0..<2 {
      let expected = variance[index].squareRoot() + 1e-6
      #expect(abs(Double(summary.observationScale[index]) - expected) < 1e-6)
    }
  }

  @Test("leaves constant elements, or all where asked, at their scale")
  func constants() {
    let dataset = Sample.dataset(returns: [1, 1], lengths: [1, 1])
    let summary = DataSummary(of: dataset, horizon: 9, normalisingObservations: true)
    #expect(summary.observationMean == [0.5, 0])
    #expect(summary.observationScale[1] == 1)
    let plain = DataSummary(of: dataset, horizon: 9, normalisingObservations: false)
    #expect(plain.observationMean == [0, 0] && plain.observationScale == [1, 1])
  }

  @Test("comes back from its JSON exactly")
  func json() throws {
    let dataset = Sample.dataset(Sample.header(observations: Sample.pictured))
    let summary = DataSummary(of: dataset, horizon: 9, normalisingObservations: true)
    #expect(try DataSummary(json: summary.jsonText, file: "a checkpoint") == summary)
    let unbounded = Sample.dataset(returns: [0.1, 0.2])
    let other = DataSummary(of: unbounded, horizon: 9, normalisingObservations: true)
    #expect(try DataSummary(json: other.jsonText, file: "a checkpoint") == other)
    #expect(
      text { _ = try DataSummary(json: "{}", file: "a checkpoint") }
        == "a checkpoint › observationSpace › type: found nothing, expected text")
    let short = summary.jsonText.replacing("\"horizon\":9", with: "\"horizon\":-9")
    #expect(
      text { _ = try DataSummary(json: short, file: "a checkpoint") }
        == "a checkpoint › horizon: found a whole number, expected a whole number from 0")
  }
}
