import Datasets
import Files
import HDF5
import Testing

@Suite("Validation")
struct ValidationTests {
  let folder = try! TemporaryFolder()
  var path: String { folder("x.hdf5") }

  private func problems(_ spoil: (inout DatasetDefectTests.Raw) -> Void) throws -> [String] {
    var raw = DatasetDefectTests.Raw()
    raw.observationSpace = #"{"type":"Box","dtype":"float32","shape":[2],"low":[0,0],"high":[9,9]}"#
    spoil(&raw)
    try raw.write(to: path)
    return try DatasetValidation(of: path).problems.map { "\($0)" }
  }

  @Test("finds nothing in a sound file, also of several parts")
  func sound() throws {
    #expect(try problems { _ in } == [])
    for dataset in [
      Sample.dataset(Sample.header(observations: Sample.pictured)),
      Sample.dataset(isUnfinished: true),
    ] {
      try DatasetFile.write(dataset, to: path, replacing: true)
      let validation = try DatasetValidation(of: path)
      #expect(validation.problems == [])
      #expect(validation.episodes == 10 && validation.steps == dataset.stepCount)
    }
    var writer = try PartedDatasetWriter(
      path: folder("p"), header: Sample.header(), stepsPerPart: 12)
    while writer.nextEpisode < 10 { try writer.append(Sample.episode(writer.nextEpisode)) }
    let parts = try writer.finish()
    #expect(try DatasetValidation(of: parts).isValid)
    try Folder(parts).removeFile("part-00001.hdf5")
    #expect(
      try DatasetValidation(of: parts).problems.map { "\($0)" } == [
        "\(parts)/part-00001.hdf5: cannot be read: no such file or directory"
      ])
  }

  @Test("reports every problem at once, as file › group › field: message")
  func reportsAll() throws {
    let found = try problems {
      $0.rewards = [1, .nan, 3, .infinity]
      $0.actions = [0, 7, 1, -1]
      $0.observations[3] = 99
      $0.finals[0] = 5
      $0.finals[6] = .nan
      $0.terminals = [true, false, false, false]
      $0.logProbabilities[2] = 0.5
      $0.leftOut = ["creator"]
    }
    #expect(
      found == [
        "\(path) › creator: is missing, expected text",
        "\(path) › observations: found 99.0 at step 1, expected 0.0 to 9.0",
        "\(path) › final_observations: found nan at step 3, expected 0.0 to 9.0",
        "\(path) › final_observations: found 5.0 at step 0, expected 0 before an episode's end",
        "\(path) › actions: found 7.0 at step 1, expected 0.0 to 1.0",
        "\(path) › actions: found -1.0 at step 3, expected 0.0 to 1.0",
        "\(path) › rewards: found nan at step 1, expected finite numbers",
        "\(path) › rewards: found inf at step 3, expected finite numbers",
        "\(path) › terminals: found an end at step 0, inside an episode, expected ends on last "
          + "steps only",
        "\(path) › terminals: found no end, nor a timeout, at step 1, expected one on each "
          + "episode's last step",
        "\(path) › behaviour_log_probabilities: found 0.5 at step 2, expected at most 0, the "
          + "logarithm of a certainty",
      ])
  }

  @Test("looks at one sort of ends though the other is missing")
  func halfOfEnds() throws {
    let found = try problems {
      $0.terminals = [true, true, false, true]
      $0.leftOut = ["timeouts"]
    }
    #expect(
      found == [
        "\(path) › timeouts: is missing",
        "\(path) › terminals: found an end at step 0, inside an episode, expected ends on last "
          + "steps only",
      ])
  }

  @Test("names the first values of a column and counts the rest")
  func isBrief() throws {
    let found = try problems {
      $0.rewards = [.nan, .nan, .nan, .nan]
      $0.timesteps = [0, 1, 0]
    }
    #expect(found.contains("\(path) › rewards: found shape [4], expected [3]"))
    let values = try problems { $0.rewards = [.nan, .nan, .nan, .nan] }
    #expect(values.count == 4 && values[3] == "\(path) › rewards: 1 more of the same sort")
  }

  @Test("finds a changed text by its checksum, and so does every reader")
  func checksum() throws {
    try DatasetFile.write(Sample.dataset(), to: path)
    var bytes = try FileContents.bytes(of: path, atMost: 1 << 20)
    let word = Array("corridor".utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: word) })
    bytes[place] = UInt8(ascii: "m")
    try DurableFile.write(bytes, to: path, replacing: true)
    let found = try DatasetValidation(of: path).problems
    #expect(found.map(\.field) == ["header_sha256"])
    #expect(text { _ = try DatasetReader(path) }?.contains("was changed or damaged") == true)
  }

  @Test("says what is not there, and what is no dataset")
  func others() throws {
    #expect(
      text { _ = try DatasetValidation(of: folder("none")) }
        == "cannot read \(folder("none")): no such file or folder")
    try DurableFile.write("text", to: path, replacing: true)
    #expect(
      try DatasetValidation(of: path).problems.map { "\($0)" } == [
        "\(path): found a file that is not HDF5, expected an HDF5 dataset"
      ])
  }
}
