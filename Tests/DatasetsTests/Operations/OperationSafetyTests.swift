import Datasets
import Documents
import Files
import Foundation
import HDF5
import Testing

/// What operations on datasets must not do: write half a result, a wrong one, or into another's place.
@Suite("Operations on datasets that fail")
struct OperationSafetyTests {
  let folder = try! TemporaryFolder()

  private func portions(_ first: String, _ second: String) -> [EpisodeSelection.Portion] {
    [.init([0, 1], settings: [:], to: first), .init([2], settings: [:], to: second)]
  }

  @Test("write both parts of a split or none")
  func split() throws {
    try DatasetFile.write(Sample.dataset(), to: folder("a.hdf5"))
    let source = try EpisodeSelection(folder("a.hdf5"))
    try DurableFile.write("x", to: folder("taken.hdf5"), replacing: false)
    let before = try folder.folder.names()
    #expect(
      text {
        _ = try source.write(
          portions(folder("one"), folder("taken")), operation: "split", creator: "")
      }?.contains("exists already") == true)
    #expect(try folder.folder.names() == before)
    let written = try source.write(
      portions(folder("one"), folder("two")), operation: "split", creator: "")
    #expect(written.map(\.episodes) == [2, 1])
    #expect(DatasetOutput.isSamePlace(folder("one"), folder("x/../one.hdf5")) == false)
    try Folder(folder("x")).make()
    #expect(DatasetOutput.isSamePlace(folder("one"), folder("x/../one.hdf5")))
    #expect(!DatasetOutput.isSamePlace(folder("one"), folder("x/one")))
  }

  @Test("throw a damaged rest of a killed one away, and spare a collection")
  func rests() throws {
    try DatasetFile.write(Sample.dataset(), to: folder("a.hdf5"))
    let source = try EpisodeSelection(folder("a.hdf5"))
    let portion = EpisodeSelection.Portion([0], settings: [:], to: folder("b"))
    let partial = Folder(folder(".b.partial"))
    try partial.make()
    try DurableFile.write("half", to: partial.path(of: "part-00000.hdf5"), replacing: true)
    #expect(
      text { _ = try source.write([portion], operation: "sample", creator: "") }?
        .contains("holds an unfinished collection") == true)
    #expect(FileStatus.exists(partial.path(of: "part-00000.hdf5")))
    try DurableFile.write("", to: partial.path(of: "DERIVED"), replacing: true)
    #expect(try source.write([portion], operation: "sample", creator: "").map(\.episodes) == [1])
    #expect(try folder.folder.names() == ["a.hdf5", "b.hdf5"])
  }

  @Test("spare a collection that began where they were killed")
  func takesOver() throws {
    try DatasetFile.write(Sample.dataset(), to: folder("a.hdf5"))
    let source = try EpisodeSelection(folder("a.hdf5"))
    let partial = Folder(folder(".c.partial"))
    try partial.make()
    try DurableFile.write("", to: partial.path(of: "DERIVED"), replacing: true)
    do {
      var writer = try PartedDatasetWriter(
        path: folder("c.hdf5"), header: Sample.header(), stepsPerPart: 12)
      while writer.nextEpisode < 6 { try writer.append(Sample.episode(writer.nextEpisode)) }
      try writer.suspend()
    }
    let parts = try partial.names()
    let portion = EpisodeSelection.Portion([0], settings: [:], to: folder("c"))
    #expect(
      text { _ = try source.write([portion], operation: "sample", creator: "") }?
        .contains("holds an unfinished collection") == true)
    #expect(try partial.names() == parts)
  }

  @Test("refuse rewards that would not be numbers")
  func relabel() throws {
    try DatasetFile.write(Sample.dataset(), to: folder("a.hdf5"))
    let source = try DerivedDataset.Source(folder("a.hdf5"))
    let found = text {
      _ = try DerivedDataset.relabel(source, isDelayed: false, scale: .infinity, creator: "")
    }
    #expect(found?.contains("which would become") == true)
  }

  @Test("write nothing through a link")
  func links() throws {
    try Folder(folder("outside")).make()
    try DurableFile.write("mine", to: folder("outside/.tmp-mine"), replacing: false)
    try FileManager.default.createSymbolicLink(
      atPath: folder(".c.partial"), withDestinationPath: folder("outside"))
    #expect(
      text { _ = try PartedDatasetWriter(path: folder("c.hdf5"), header: Sample.header()) }?
        .contains("a link is there; remove it") == true)
    #expect(try Folder(folder("outside")).names() == [".tmp-mine"])
  }

  @Test("a number that is none equals itself")
  func notANumber() throws {
    let file = try HDF5File()
    try file.root.write([1, 2, 3, 4] as [Float], shape: [4, 1], as: "observations")
    try file.root.write([0, 2, 1, 0] as [Int64], shape: [4], as: "actions")
    try file.root.write([1, 2, 3, 4] as [Double], shape: [4], as: "rewards")
    try file.root.write([false, true, false, true], shape: [4], as: "terminals")
    let infos = try file.root.makeGroup("infos")
    try infos.write([.nan, 1, .nan, 2] as [Double], shape: [4], as: "x")
    try infos.write([.nan, .nan, 2, 2] as [Double], shape: [4], as: "episode_x")
    try DurableFile.write(try file.image(), to: folder("flat.hdf5"), replacing: false)
    let dataset = try Interchange.read(
      folder("flat.hdf5"), Interchange.ImportOptions(creator: "")
    ).dataset
    #expect(dataset.infos.map(\.name) == ["episode_seed_known", "episode_x", "x"])
    #expect(DatasetDifference(between: dataset, and: dataset).isEmpty)
    try DatasetFile.write(dataset, to: folder("a.hdf5"))
    #expect(try DatasetValidation(of: folder("a.hdf5")).problems == [])
  }

  @Test("a folder's index must add up, and only its last part may end open")
  func parts() throws {
    var writer = try PartedDatasetWriter(
      path: folder("p"), header: Sample.header(), stepsPerPart: 12)
    while writer.nextEpisode < 10 { try writer.append(Sample.episode(writer.nextEpisode)) }
    let parts = Folder(try writer.finish())
    // A process that was killed at the very end leaves its marks.
    for name in ["LOCK", "progress.json"] {
      try DurableFile.write("x", to: parts.path(of: name), replacing: false)
    }
    #expect(try DatasetValidation(of: parts.path).problems == [])
    #expect(
      text { _ = try PartedDatasetWriter(path: folder("p"), header: Sample.header()) }?
        .contains("exists already") == true)
    #expect(try !parts.names().contains("LOCK"))
    let part = parts.path(of: "part-00000.hdf5")
    let episodes = try DatasetReader(part).episodeCount
    let unfinished = Sample.dataset(episodes: episodes, isUnfinished: true)
    try DatasetFile.write(unfinished, to: part, replacing: true)
    #expect(try DatasetReader(part).read() == unfinished)
    #expect(
      text { _ = try DatasetReader(parts.path).read() }?
        .contains("expected one on each episode's last step") == true)
    #expect(try !DatasetValidation(of: parts.path).isValid)
    let index = parts.path(of: "index.json")
    let content = try FileContents.text(of: index, atMost: 1 << 20)
    try DurableFile.write(
      content.replacing("\"episodes\": 10,", with: "\"episodes\": 999,"), to: index,
      replacing: true)
    #expect(
      text { _ = try DatasetReader(parts.path) }
        == "\(index) › episodes: found 999, expected 10, the sum over the parts")
  }
}
