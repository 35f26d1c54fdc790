import Datasets
import Environments
import Files
import Foundation
import Testing

@Suite("A dataset collected in parts")
struct PartedDatasetTests {
  let folder = try! TemporaryFolder()
  var path: String { folder("x.hdf5") }
  let header = Sample.header()

  /// Appends episodes up to number `end`.
  private func collect(
    _ writer: inout PartedDatasetWriter, upTo end: Int
  ) throws {
    while writer.nextEpisode < end {
      try writer.append(Sample.episode(writer.nextEpisode, header))
    }
  }

  @Test("is one file when one part is enough")
  func onePart() throws {
    var writer = try PartedDatasetWriter(path: path, header: header)
    try collect(&writer, upTo: 10)
    #expect(
      text { _ = try DatasetReader(path) }
        == "\(path): the collection is unfinished, so far it is in \(folder(".x.partial")); "
        + "the same hindsight collect goes on with it")
    #expect(try writer.finish() == path)
    #expect(try folder.folder.names() == ["x.hdf5"])
    #expect(try DatasetReader(path).read() == Sample.dataset(header))
    try DatasetFile.write(Sample.dataset(header), to: folder("y.hdf5"))
    #expect(
      try FileContents.bytes(of: path, atMost: 1 << 20)
        == FileContents.bytes(of: folder("y.hdf5"), atMost: 1 << 20))
  }

  @Test("is a folder when it takes several, and is read by the file's name as well")
  func severalParts() throws {
    var writer = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 12)
    try collect(&writer, upTo: 10)
    #expect(try writer.finish() == folder("x"))
    let names = try Folder(folder("x")).names()
    #expect(names.count > 3)
    #expect(names == ["index.json"] + (0..<names.count - 1).map { "part-0000\($0).hdf5" })
    #expect(try folder.folder.names() == ["x"])
    let whole = Sample.dataset(header)
    for name in [path, folder("x"), folder("x/")] {
      let reader = try DatasetReader(name)
      #expect(reader.episodeLengths == whole.episodeLengths)
      #expect(try reader.read() == whole)
      for episodes in [0..<1, 2..<8, 9..<10, 3..<3] {
        #expect(try reader.read(episodes: episodes) == whole.keeping(episodes: episodes))
      }
    }
  }

  @Test("and interrupted anywhere goes on after its last durable part, to the same bytes")
  func resumes() throws {
    var writer = try PartedDatasetWriter(
      path: folder("whole.hdf5"), header: header, stepsPerPart: 12)
    try collect(&writer, upTo: 10)
    _ = try writer.finish()
    let names = try Folder(folder("whole")).names()

    for interruption in 0...10 {
      let path = folder("x\(interruption).hdf5")
      do {
        var first = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 12)
        try collect(&first, upTo: interruption)
      }
      // What a killed process may leave.
      let partial = folder(".x\(interruption).partial")
      try DurableFile.write("half", to: partial + "/.tmp-part-9-9", replacing: false)
      var second = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 12)
      #expect(second.nextEpisode <= interruption)
      #expect(second.durableSteps == second.stepCount)
      if interruption >= 6 { #expect(second.nextEpisode > 0, "nothing was durable") }
      try collect(&second, upTo: 10)
      let folderPath = try second.finish()
      #expect(try Folder(folderPath).names() == names)
      for name in names {
        #expect(
          try FileContents.bytes(of: folderPath + "/" + name, atMost: 1 << 20)
            == FileContents.bytes(of: folder("whole/" + name), atMost: 1 << 20))
      }
    }
  }

  @Test("is recorded step by step as well")
  func stepByStep() throws {
    var writer = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 2)
    for episode in 0..<3 {
      writer.beginEpisode(seed: UInt64(episode))
      let row: [Float] = [0.5, 1]
      writer.append(
        observation: row.span, action: .discrete(2),
        outcome: Outcome(reward: 1, isTerminated: true, isTruncated: false),
        behaviourLogProbability: -1)
      try writer.endEpisode(finalObservation: row.span, isSolved: true)
    }
    #expect(writer.durableSteps == 2)
    #expect(writer.nextEpisode == 3)
    _ = try writer.finish()
    #expect(try DatasetReader(path).read().episodeSeeds == [0, 1, 2])
  }

  @Test("without any episode is an empty dataset")
  func empty() throws {
    let writer = try PartedDatasetWriter(path: path, header: header)
    _ = try writer.finish()
    #expect(try DatasetReader(path).episodeCount == 0)
  }

  @Test("is refused where the target exists, another collects, or another was interrupted")
  func refusals() throws {
    do {
      var writer = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 3)
      let locked = text { _ = try PartedDatasetWriter(path: path, header: header) }
      #expect(
        locked?.hasPrefix("cannot lock \(folder(".x.partial")): process \(getpid()) on ") == true)
      try collect(&writer, upTo: 5)
    }
    var other = header
    other.seed = 7
    #expect(
      text { _ = try PartedDatasetWriter(path: path, header: other, stepsPerPart: 3) }
        == "\(folder(".x.partial")): it holds an unfinished collection with another seed; "
        + "finish that one, or remove the folder")
    #expect(
      text { _ = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 4) }
        == "\(folder(".x.partial")): it holds an unfinished collection in parts of 3 steps, "
        + "not 4; finish that one, or remove the folder")
    let writer = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 3)
    _ = try writer.finish()
    #expect(
      text { _ = try PartedDatasetWriter(path: path, header: header) }
        == "cannot create \(folder("x")): it exists already; choose another path, or remove it")
    #expect(try folder.folder.names() == ["x"])
  }

  @Test("is refused where a part is missing, exchanged, or the index is wrong")
  func damage() throws {
    var writer = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 12)
    try collect(&writer, upTo: 10)
    _ = try writer.finish()
    let index = folder("x/index.json")
    let text0 = try FileContents.text(of: index, atMost: 1 << 20)

    try DurableFile.write(
      text0.replacing("part-00001", with: "../secret"), to: index, replacing: true)
    #expect(
      text { _ = try DatasetReader(path) }?.contains(
        "› parts › 1: found {\"file\":\"../secret.hdf5\"") == true)
    try DurableFile.write("{", to: index, replacing: true)
    #expect(
      text { _ = try DatasetReader(path) }?.hasPrefix("\(index): found text that is not JSON")
        == true)
    try DurableFile.write(text0, to: index, replacing: true)

    try Folder.move(folder("x/part-00001.hdf5"), to: folder("kept"), replacing: false)
    #expect(
      text { _ = try DatasetReader(path) }
        == "cannot read \(folder("x/part-00001.hdf5")): no such file or directory")
    try DatasetFile.write(
      Sample.dataset(header, episodes: 1), to: folder("x/part-00001.hdf5"))
    #expect(
      text { _ = try DatasetReader(path) }?.contains("as index.json says") == true)
    var other = header
    other.creator = "someone else"
    try DatasetFile.write(
      Sample.dataset(other), to: folder("x/part-00001.hdf5"), replacing: true)
    #expect(
      text { _ = try DatasetReader(path) }
        == "\(folder("x/part-00001.hdf5")) › creator: found another value than in "
        + "part-00000.hdf5, expected the same in all parts")
  }
}
