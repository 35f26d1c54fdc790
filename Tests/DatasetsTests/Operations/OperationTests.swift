import Datasets
import Documents
import Environments
import Files
import Testing

@Suite("Work on datasets")
struct OperationTests {
  let folder = try! TemporaryFolder()

  private func source(_ dataset: Dataset, _ name: String) throws -> DerivedDataset.Source {
    let path = folder(name)
    try DatasetFile.write(dataset, to: path, replacing: true)
    return try DerivedDataset.Source(path)
  }

  @Test("merges episodes in their order and remembers who acted")
  func merges() throws {
    let first = Sample.dataset()
    var header = Sample.header()
    header.behaviourPolicy = ["id": "expert"]
    let second = Sample.dataset(header, episodes: 4, seed: 1)
    let merged = try DerivedDataset.merge(
      [source(first, "a.hdf5"), source(second, "b.hdf5")], creator: "x")
    let data = merged.dataset
    #expect(data.episodeCount == 14)
    #expect(data.rewards == first.rewards + second.rewards)
    #expect(data.behaviourPolicies == [first.header.behaviourPolicy, header.behaviourPolicy])
    #expect(data.behaviourNumbers == Array(repeating: 0, count: 10) + [1, 1, 1, 1])
    // A merged dataset is merged again by what its policies are, not by their numbers.
    let again = try DerivedDataset.merge(
      [source(second, "b.hdf5"), source(data, "c.hdf5")], creator: "x"
    ).dataset
    #expect(again.behaviourPolicies == [header.behaviourPolicy, first.header.behaviourPolicy])
    #expect(again.behaviourNumbers.prefix(5) == [0, 0, 0, 0, 1])
    var filter = EpisodeFilter()
    filter.behaviour = "expert"
    #expect(try filter.episodes(of: again, named: "x") == [0, 1, 2, 3, 14, 15, 16, 17])
    filter.behaviour = "nobody"
    #expect(
      text { _ = try filter.episodes(of: again, named: "x") }?.contains("is called \"nobody\"")
        == true)
  }

  @Test("knows which policy of a mixture acted, also after merging")
  func mixture() throws {
    let parts: [Document] = [["id": "random"], ["id": "expert", "epsilon": 0.1]]
    var header = Sample.header(actions: .discrete(count: 2))
    header.behaviourPolicy = ["id": "mixture", "behaviours": .array(parts), "weights": [1, 2]]
    var builder = DatasetBuilder(header)
    let seen = [Float](repeating: 0, count: header.observationSpace.width)
    for component in [1, 0, 1] {
      builder.beginEpisode(seed: 1)
      builder.append(
        observation: seen.span, action: .discrete(0),
        outcome: Outcome(reward: 1, isTerminated: true, isTruncated: false),
        behaviourLogProbability: -1)
      builder.endEpisode(finalObservation: seen.span, isSolved: true, component: component)
    }
    let data = builder.takeDataset()
    #expect(data.behaviourPolicies == parts)
    #expect(data.behaviourNumbers == [1, 0, 1])
    var filter = EpisodeFilter()
    filter.behaviour = "expert"
    #expect(try filter.episodes(of: data, named: "x") == [0, 2])
    let twice = try DerivedDataset.merge(
      [source(data, "a.hdf5"), source(data, "b.hdf5")], creator: "x"
    ).dataset
    #expect(twice.behaviourPolicies == parts)
    #expect(try filter.episodes(of: twice, named: "x") == [0, 2, 3, 5])
  }

  @Test("merges one world only, and nothing after an unfinished episode")
  func refusesToMerge() throws {
    var header = Sample.header()
    header.environmentConfiguration = ["length": 9]
    let (a, b) = (
      try source(Sample.dataset(), "a.hdf5"), try source(Sample.dataset(header), "b.hdf5")
    )
    #expect(
      text { _ = try DerivedDataset.merge([a, b], creator: "x") }
        == "\(b.name) › environment_configuration: found another one, expected the same as in the "
        + "first dataset")
    let open = try source(Sample.dataset(isUnfinished: true), "c.hdf5")
    #expect(
      text { _ = try DerivedDataset.merge([open, a], creator: "x") }?.contains("--finished") == true
    )
    #expect(try DerivedDataset.merge([a, open], creator: "x").dataset.episodeCount == 20)
  }

  @Test("filters by everything at once, and takes the top of what is left")
  func filters() throws {
    let data = Sample.dataset(returns: [3, 1, 2, 5, 4], lengths: [1, 2, 3, 4, 5])
    var filter = EpisodeFilter()
    filter.returns = 2...4
    #expect(try filter.episodes(of: data, named: "x") == [0, 2, 4])
    filter.lengths = 2...5
    #expect(try filter.episodes(of: data, named: "x") == [2, 4])
    filter.top = 0.5
    #expect(try filter.episodes(of: data, named: "x") == [4])
    filter = EpisodeFilter()
    filter.seeds = [1, 3, 77]
    #expect(try filter.episodes(of: data, named: "x") == [1, 3])
    filter.isSolved = false
    #expect(try filter.episodes(of: data, named: "x") == [])
  }

  @Test("draws without replacement, the same for the same seed")
  func draws() {
    let data = Sample.dataset(episodes: 50)
    let (drawn, others) = data.drawEpisodes(20, seed: 3)
    #expect(drawn.count == 20 && Set(drawn + others) == Set(0..<50) && others.count == 30)
    #expect(drawn == drawn.sorted())
    #expect(data.drawEpisodes(20, seed: 3).drawn == drawn)
    #expect(data.drawEpisodes(20, seed: 4).drawn != drawn)
  }

  @Test("delays rewards to the end without changing a return")
  func delays() throws {
    let data = Sample.dataset(episodes: 30, lengths: 1...20)
    let delayed = data.delayingRewards()
    #expect(delayed.episodeReturns == data.episodeReturns)
    for episode in 0..<30 {
      let steps = delayed.steps(ofEpisode: episode)
      #expect(delayed.rewards[steps].dropLast().allSatisfy { $0 == 0 })
      #expect(delayed.returnsToGo[steps].allSatisfy { $0 == data.episodeReturns[episode] })
    }
    #expect(delayed.checkReturns(against: data, scale: 1).changedReturns == 0)
    #expect(data.scalingRewards(by: 3).checkReturns(against: data, scale: 2).changedReturns > 20)
  }

  @Test("says in the header where the data came from, with the same bytes each time")
  func lineage() throws {
    let made = try source(Sample.dataset(), "a.hdf5")
    let hash = try FileHash.sha256(of: folder("a.hdf5"))
    let result = DerivedDataset.select(
      [1, 2], of: made, operation: "filter", settings: ["top": 0.2], creator: "x")
    #expect(
      result.dataset.header.lineage == [
        "operation": "filter", "settings": ["top": 0.2],
        "inputs": [
          ["sha256": .string(hash), "episodes": 10, "steps": .integer(made.dataset.stepCount)]
        ],
      ])
    let path = try DatasetOutput.write(result.dataset, to: folder("deep/er/b"))
    #expect(path == folder("deep/er/b.hdf5"))
    #expect(try DatasetReader(path).read() == result.dataset)
    _ = try DatasetOutput.write(result.dataset, to: folder("c.hdf5"))
    #expect(try FileHash.sha256(of: path) == FileHash.sha256(of: folder("c.hdf5")))
    #expect(
      text { _ = try DatasetOutput.write(result.dataset, to: folder("c")) }
        == "cannot create \(folder("c.hdf5")): it exists already; choose another --output, or remove it"
    )
  }

  @Test("compares datasets field by field and episode by episode")
  func differences() {
    let data = Sample.dataset()
    #expect(DatasetDifference(between: data, and: data).isEmpty)
    let other = DatasetDifference(between: data, and: data.keeping(episodes: [9, 3, 4]))
    #expect(other.commonEpisodes == 3 && other.onlyInFirst == 7 && other.onlyInSecond == 0)
    #expect(other.entries.map(\.field) == ["episodes", "steps", "timesteps"])
    let scaled = DatasetDifference(between: data, and: data.scalingRewards(by: 2))
    #expect(scaled.entries.map(\.field) == ["rewards"])
    #expect(scaled.entries[0].text.contains("numbers differ, the first at step"))
  }

  // MARK: Stitching and duplicates

  /// Episodes that walk along whole numbers; the reward is given with each step.
  private func walks(_ walks: [[(place: Float, reward: Double)]], end: [Float]) -> Dataset {
    var builder = DatasetBuilder(
      Sample.header(
        observations: .box(shape: [1], low: 0, high: .infinity), actions: .discrete(count: 1)))
    for (number, walk) in walks.enumerated() {
      builder.beginEpisode(seed: UInt64(number))
      for (index, step) in walk.enumerated() {
        let seen = [step.place]
        builder.append(
          observation: seen.span, action: .discrete(0),
          outcome: Outcome(
            reward: step.reward, isTerminated: index == walk.count - 1, isTruncated: false),
          behaviourLogProbability: 0)
      }
      let last = [end[number]]
      builder.endEpisode(finalObservation: last.span, isSolved: false)
    }
    return builder.takeDataset()
  }

  @Test("finds the best way through episodes that cross")
  func stitches() throws {
    // Two episodes cross at 5: the first begins well, the second ends well.
    let data = walks(
      [[(0, 3), (5, 0), (6, 0)], [(1, 0), (5, 1), (7, 10)]], end: [8, 9])
    let stitching = try #require(Stitching(of: data))
    #expect(stitching.observations == 7)
    #expect(stitching.sharedObservations == 1)
    #expect(stitching.sharedSteps == 2)
    #expect(stitching.bestReturn == 11)
    #expect(stitching.bestStitchedReturn == 14)
    #expect(stitching.starts == 2 && stitching.improvedStarts == 1)
    // A circle is gone round as long as the longest episode lasts.
    let circle = walks([[(0, 1), (1, 1)], [(1, 1), (0, 1), (2, 0)]], end: [0, 3])
    #expect(try #require(Stitching(of: circle)).bestStitchedReturn == 3)
    #expect(Stitching(of: Dataset(Sample.header())) == nil)
  }

  @Test("counts episodes that equal an earlier one, whatever their seed")
  func duplicates() throws {
    let data = walks(
      [[(0, 1)], [(0, 1)], [(0, 2)], [(0, 1)], [(4, 1), (5, 1)]], end: [1, 1, 1, 1, 1])
    #expect(data.duplicates == (episodes: 2, groups: 1))
    #expect(Sample.dataset().duplicates == (episodes: 0, groups: 0))
  }
}
