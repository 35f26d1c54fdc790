import Datasets
import Environments
import Testing

@Suite("A dataset")
struct DatasetTests {
  @Test("gives back the episodes that were recorded")
  func episodes() {
    let header = Sample.header(observations: Sample.pictured)
    let dataset = Sample.dataset(header)
    #expect(dataset.episodeCount == 10)
    #expect(dataset.episodeLengths.reduce(0, +) == dataset.stepCount)
    for number in 0..<10 {
      let episode = dataset[episode: number]
      #expect(episode == Sample.episode(number, header))
      #expect(episode.length == dataset.episodeLengths[number])
      #expect(episode.return == dataset.episodeReturns[number])
      #expect(episode.observations[1].count == (episode.length + 1) * 18)
      #expect(episode.isTerminated != episode.isTruncated)
      #expect(episode.isSolved == (number % 3 == 0))
    }
  }

  @Test("built from episodes equals the one built from steps")
  func appendsEpisodes() {
    let dataset = Sample.dataset(isUnfinished: true)
    var builder = DatasetBuilder(dataset.header)
    for number in 0..<dataset.episodeCount { builder.append(dataset[episode: number]) }
    #expect(builder.takeDataset() == dataset)
    #expect(builder.episodeCount == 0 && builder.stepCount == 0)
    #expect(!dataset.isFinished(episode: 9))
    #expect((0..<9).allSatisfy { dataset.isFinished(episode: $0) })
  }

  @Test("adds returns-to-go up from the end of each episode")
  func returnsToGo() {
    let dataset = Sample.dataset(returns: [2, -1], lengths: [3, 2])
    #expect(dataset.returnsToGo == [2, 2, 2, -1, -1])
    let random = Sample.dataset(episodes: 50)
    for episode in 0..<50 {
      let steps = random.steps(ofEpisode: episode)
      #expect(random.returnsToGo[steps.lowerBound] == random.episodeReturns[episode])
      for step in steps.dropLast() {
        #expect(
          random.returnsToGo[step] - random.rewards[step] == random.returnsToGo[step + 1])
      }
    }
  }

  @Test("keeps the best episodes in their order, earlier ones first among equals")
  func keepingTop() {
    let dataset = Sample.dataset(returns: [1, 3, 2, 3, 0, 3, 2, 1, 0, 0])
    func kept(_ fraction: Double) -> [UInt64] {
      dataset.keepingTop(fraction: fraction).episodeSeeds
    }
    #expect(kept(0.2) == [1, 3])
    #expect(kept(0.3) == [1, 3, 5])
    #expect(kept(0.4) == [1, 2, 3, 5])
    #expect(kept(0) == [1])
    #expect(kept(0.01) == [1])
    #expect(dataset.keepingTop(fraction: 1) == dataset)
    #expect(dataset.keepingTop(fraction: 0.2).episodeReturns == [3, 3])
  }

  @Test("keeps chosen episodes whole, in the given order")
  func keeping() {
    let dataset = Sample.dataset(Sample.header(observations: Sample.pictured))
    let kept = dataset.keeping(episodes: [7, 2, 7])
    #expect((0..<3).map { kept[episode: $0] } == [7, 2, 7].map { dataset[episode: $0] })
    #expect(kept.isSolved == [false, false, false])
    #expect(dataset.keeping(episodes: 0..<10) == dataset)
  }

  @Test("is joined with another of the same kind")
  func concatenates() throws {
    let whole = Sample.dataset()
    let head = whole.keeping(episodes: 0..<4)
    let tail = whole.keeping(episodes: 4..<10)
    #expect(try head.concatenated(with: tail) == whole)
    #expect(try Dataset(whole.header).concatenated(with: whole) == whole)
    #expect(try whole.concatenated(with: Dataset(whole.header)) == whole)
  }

  @Test("is not joined with another of a different kind, nor after an unfinished episode")
  func refusesToConcatenate() {
    let dataset = Sample.dataset()
    let pictured = Sample.dataset(Sample.header(observations: Sample.pictured))
    #expect(
      text { _ = try dataset.concatenated(with: pictured) }
        == "the second dataset › observation_space: found another space, "
        + "expected the same as in the first")
    let unfinished = Sample.dataset(isUnfinished: true)
    #expect(
      text { _ = try unfinished.concatenated(with: dataset) }
        == "the first dataset › episode 9: found an unfinished episode, "
        + "expected one that ended, before others follow")
  }
}
