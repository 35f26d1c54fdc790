import Datasets
import Environments
import Files
import Testing

@Suite("A dataset that stays in its files")
struct FileWindowSamplerTests {
  let folder = try! TemporaryFolder()

  /// A dataset of pictures, in parts or in one file.
  private func write(
    parts stepsPerPart: Int, isUnfinished: Bool = false
  ) throws -> (whole: Dataset, reader: DatasetReader) {
    let header = Sample.header(observations: Sample.pictured)
    let whole = Sample.dataset(
      header, episodes: 60, lengths: 1...30, isUnfinished: isUnfinished)
    let path = folder("x\(stepsPerPart).hdf5")
    guard stepsPerPart > 0 else {
      try DatasetFile.write(whole, to: path)
      return (whole, try DatasetReader(path))
    }
    var writer = try PartedDatasetWriter(path: path, header: header, stepsPerPart: stepsPerPart)
    for episode in 0..<whole.episodeCount { try writer.append(whole[episode: episode]) }
    _ = try writer.finish()
    return (whole, try DatasetReader(path))
  }

  private func data(
    _ whole: Dataset, _ reader: DatasetReader
  ) throws -> (memory: TrainingData, files: TrainingData) {
    let files = try TrainingData(reader, memoryLimit: 0)
    #expect(files.isInFiles)
    return (TrainingData(whole), files)
  }

  @Test(
    "gives the same batches as one in memory, bit for bit",
    arguments: [0, 50, 400], SamplingSettings.Episodes.allCases)
  func sameBatches(parts: Int, episodes: SamplingSettings.Episodes) throws {
    let (whole, reader) = try write(parts: parts, isUnfinished: parts == 0)
    #expect(parts == 0 || reader.files.count > 1)
    var settings = SamplingSettings()
    settings.episodes = episodes
    for (windows, keep, context, behaviour) in [
      (SamplingSettings.Windows.full, 1, 4, false), (.anywhere, 0.5, 7, true),
      (.full, 0.3, 50, true),
    ] {
      settings.windows = windows
      var (memory, files) = try data(whole, reader)
      (memory, files) = (memory.keepingFinished(), files.keepingFinished())
      if keep < 1 {
        (memory, files) = (memory.keepingTop(fraction: keep), files.keepingTop(fraction: keep))
      }
      #expect(memory.episodes == files.episodes)
      let summary = try memory.summary(horizon: 99, normalisingObservations: true)
      #expect(try files.summary(horizon: 99, normalisingObservations: true) == summary)
      let request = WindowRequest(contextLength: context, needsBehaviour: behaviour)
      let expected = try memory.makeSampler(
        summary: summary, request: request, settings: settings, seed: 5)
      let found = try files.makeSampler(
        summary: summary, request: request, settings: settings, seed: 5)
      let ahead = PrefetchingSampler(found, windows: 16, from: 0, upTo: 20)
      var (a, b, c) = (SequenceBatch(), SequenceBatch(), SequenceBatch())
      for step in 0..<20 {
        try expected.fill(&a, windows: 16, step: step)
        try found.fill(&b, windows: 16, step: step)
        try ahead.fill(&c, windows: 16, step: step)
        #expect(a == b, "step \(step)")
        #expect(a == c, "step \(step), made ahead")
      }
      // Out of turn, as after a resumption from another step.
      try expected.fill(&a, windows: 16, step: 7)
      try ahead.fill(&c, windows: 16, step: 7)
      #expect(a == c)
    }
  }

  @Test("has the same fingerprint, episodes and duplicates", arguments: [0, 100])
  func sameFacts(parts: Int) throws {
    let (whole, reader) = try write(parts: parts)
    let (memory, files) = try data(whole, reader)
    #expect(try files.fingerprint() == whole.fingerprint)
    #expect(try files.keepingTop(fraction: 0.2).fingerprint() == whole.fingerprint)
    #expect(try memory.fingerprint() == whole.fingerprint)
    #expect(files.episodes.returns == whole.episodeReturns)
    #expect(files.episodes.lengths == whole.episodeLengths)
    #expect(files.episodes.isSolved == whole.isSolved)
    #expect(files.episodes.seeds == whole.episodeSeeds)
    #expect(try reader.duplicates() == whole.duplicates)
    #expect(try Stitching(of: reader, files.episodes) == Stitching(of: whole))
  }

  @Test("comes in blocks of whole episodes that make up the whole", arguments: [1, 40, 1 << 20])
  func blocks(steps: Int) throws {
    let (whole, reader) = try write(parts: 120)
    var together = Dataset(whole.header)
    var blocks = 0
    try reader.forEachBlock(steps: steps) { block, first throws(DatasetError) in
      #expect(first == together.episodeCount)
      #expect(block.stepCount <= steps || block.episodeCount == 1)
      try together.append(contentsOf: block)
      blocks += 1
    }
    #expect(together == whole)
    #expect(steps > 1 || blocks == whole.episodeCount)
  }

  @Test("reads the columns it is asked for and no others")
  func columns() throws {
    let (whole, reader) = try write(parts: 150)
    let part = try reader.read(episodes: 3..<50, columns: [.actions, .episodeSeeds])
    let expected = whole.keeping(episodes: 3..<50)
    #expect(part.actions == expected.actions)
    #expect(part.episodeSeeds == expected.episodeSeeds)
    #expect(part.episodeOffsets == expected.episodeOffsets)
    #expect(part.rewards.isEmpty && part.observations[0].count == 0 && part.infos.isEmpty)
  }

  @Test("says which file was damaged while it was in use")
  func damage() throws {
    let (_, reader) = try write(parts: 120)
    let files = try TrainingData(reader, memoryLimit: 0)
    let sampler = try files.makeSampler(
      summary: files.summary(horizon: 99, normalisingObservations: false),
      request: WindowRequest(contextLength: 4), settings: .init(), seed: 0)
    for file in reader.files { try DurableFile.write("gone", to: file, replacing: true) }
    // Begun only now: a file that it had opened before would stay what it was.
    let ahead = PrefetchingSampler(sampler, windows: 64, from: 0, upTo: 9)
    var batch = SequenceBatch()
    let found = text { try sampler.fill(&batch, windows: 64, step: 1) }
    #expect(found?.contains(".hdf5") == true)
    _ = ahead
  }
}
