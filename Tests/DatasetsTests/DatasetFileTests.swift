import Datasets
import Environments
import Files
import Randomness
import Testing

@Suite("A dataset's file")
struct DatasetFileTests {
  let folder = try! TemporaryFolder()

  static let headers = [
    Sample.header(),
    Sample.header(observations: Sample.pictured),
    Sample.header(observations: .tuple([.discrete(count: 4), Sample.pictured])),
    Sample.header(observations: .discrete(count: 4), seed: 0),
    Sample.header(
      observations: .box(shape: [2, 2], low: -.infinity, high: .infinity, element: .float64),
      actions: .box(shape: [3], low: 0, high: 1)),
  ]

  @Test("gives back the dataset, whatever its spaces", arguments: headers)
  func roundTrip(header: DatasetHeader) throws {
    for dataset in [
      Sample.dataset(header), Sample.dataset(header, isUnfinished: true), Dataset(header),
      Sample.dataset(header, episodes: 1, lengths: 1...1),
    ] {
      let path = folder("a.hdf5")
      try DatasetFile.write(dataset, to: path, replacing: true)
      let reader = try DatasetReader(path)
      #expect(reader.header == header)
      #expect(reader.episodeCount == dataset.episodeCount)
      #expect(reader.stepCount == dataset.stepCount)
      #expect(reader.episodeLengths == dataset.episodeLengths)
      let back = try reader.read()
      #expect(back.rewards == dataset.rewards)
      #expect(back.observations == dataset.observations)
      if dataset.episodeCount > 0 { #expect(back == dataset) }
    }
  }

  @Test("has the same bytes for the same data, others for others")
  func isDeterministic() throws {
    for (name, seed) in [("a", 0), ("b", 0), ("c", 1)] as [(String, UInt64)] {
      try DatasetFile.write(Sample.dataset(seed: seed), to: folder(name))
    }
    func digest(_ name: String) throws -> String {
      let bytes = try FileContents.bytes(of: folder(name), atMost: 1 << 20)
      return SHA256.hexDigest(of: bytes.span.bytes)
    }
    #expect(try digest("a") == digest("b"))
    #expect(try digest("a") != digest("c"))
    try DatasetFile.write(try DatasetReader(folder("a")).read(), to: folder("d"))
    #expect(try digest("d") == digest("a"), "reading and writing changes the bytes")
  }

  @Test("read in slices equals that part of the whole")
  func slices() throws {
    let dataset = Sample.dataset(
      Sample.header(observations: Sample.pictured), episodes: 400, lengths: 1...60)
    try DatasetFile.write(dataset, to: folder("a.hdf5"))
    let reader = try DatasetReader(folder("a.hdf5"))
    for episodes in [0..<0, 0..<1, 5..<9, 399..<400, 17..<310, 400..<400, 0..<400] {
      #expect(try reader.read(episodes: episodes) == dataset.keeping(episodes: episodes))
    }
  }

  @Test("does not replace another unless told to")
  func exists() throws {
    try DatasetFile.write(Sample.dataset(), to: folder("a.hdf5"))
    #expect(
      text { try DatasetFile.write(Sample.dataset(), to: folder("a.hdf5")) }
        == "cannot create \(folder("a.hdf5")): file exists")
  }

  @Test("passes the check against bombs even where everything is zero")
  func compressible() throws {
    let zeros = Sample.dataset(
      returns: [Double](repeating: 0, count: 2000), lengths: [Int](repeating: 100, count: 2000))
    try DatasetFile.write(zeros, to: folder("a.hdf5"))
    #expect(try DatasetReader(folder("a.hdf5")).read() == zeros)
  }

  /// Ten thousand episodes of 30 to 47 steps, 57 small whole numbers each.
  private func manyEpisodes() -> Dataset {
    let space = Space.box(
      shape: [57], low: 0, high: 9, element: .uint8, meaning: .category(count: 10))
    var builder = DatasetBuilder(Sample.header(observations: space, actions: .discrete(count: 4)))
    var random = RandomStream(seed: 0, "speed")
    let rows = (0..<500).map { _ in (0..<57).map { _ in Float(random.integer(below: 10)) } }
    for episode in 0..<10_000 {
      builder.beginEpisode(seed: UInt64(episode))
      let length = 30 + episode % 18
      for step in 0..<length {
        let row = rows[(episode + step) % 500]
        builder.append(
          observation: row.span, action: .discrete(1 + step % 4 % 3),
          outcome: Outcome(
            reward: step % 3 == 0 ? 1 : 0, isTerminated: step == length - 1, isTruncated: false),
          behaviourLogProbability: -1.386)
      }
      let last = rows[episode % 500]
      builder.endEpisode(finalObservation: last.span, isSolved: false)
    }
    return builder.takeDataset()
  }

  @Test("of ten thousand episodes of pictures is read whole and in part as it was written")
  func manyPictures() throws {
    let path = folder("a.hdf5")
    let dataset = manyEpisodes()
    try DatasetFile.write(dataset, to: path)
    #expect(try DatasetReader(path).read() == dataset)
    #expect(
      try DatasetReader(path).read(episodes: 5000..<5100)
        == dataset.keeping(episodes: 5000..<5100))
  }
}
