import Datasets
import Documents
import Environments
import Files
import HDF5
import Testing

@Suite("Interchange with other tools")
struct InterchangeTests {
  let folder = try! TemporaryFolder()
  let options = Interchange.ImportOptions(creator: "hindsight test")

  /// What must come back: everything but who wrote it and how it came about.
  private func withoutOrigin(_ dataset: Dataset) -> Dataset {
    var result = dataset
    result.header.creator = ""
    result.header.lineage = .null
    return result
  }

  static let headers = [
    Sample.header(),
    Sample.header(observations: Sample.pictured),
    Sample.header(observations: .tuple([.discrete(count: 4), Sample.pictured])),
    Sample.header(observations: .discrete(count: 4), seed: 0),
    Sample.header(observations: .multiDiscrete(counts: [4, 5, 6])),
    Sample.header(
      observations: .box(shape: [2, 2], low: -.infinity, high: .infinity, element: .float64),
      actions: .box(shape: [3], low: 0, high: 1)),
  ]

  @Test("gives the dataset back through Minari and D4RL", arguments: headers)
  func roundTrip(header: DatasetHeader) throws {
    for (index, dataset) in [
      Sample.dataset(header), Sample.dataset(header, isUnfinished: true),
      Sample.dataset(header, episodes: 1, lengths: 1...1),
    ].enumerated() {
      for format in [InterchangeFormat.minari, .d4rl] {
        let exported = try Interchange.write(
          dataset, to: folder("\(format.rawValue)\(index)"), format: format, id: "ab/c\(index)-v1")
        let back = try Interchange.read(exported.path, options)
        #expect(back.format == format)
        #expect(withoutOrigin(back.dataset) == withoutOrigin(dataset))
        #expect(back.dataset.header.lineage["operation"] == "import")
      }
    }
  }

  @Test("keeps what d3rlpy has a place for, and says what it has none for")
  func d3rlpy() throws {
    let dataset = Sample.dataset(Sample.header(observations: Sample.pictured))
    let exported = try Interchange.write(dataset, to: folder("a.h5"), format: .d3rlpy)
    #expect(
      exported.remarks.texts.contains("final_observations: d3rlpy has no place for them, left out"))
    #expect(
      exported.remarks.texts.contains(
        "infos › episode_solved: d3rlpy has no place for it, left out"))
    let back = try Interchange.read(exported.path, options)
    #expect(back.format == .d3rlpy)
    #expect(back.dataset.observations == dataset.observations)
    #expect(back.dataset.actions == dataset.actions)
    #expect(back.dataset.rewards == dataset.rewards)
    #expect(back.dataset.isTerminated == dataset.isTerminated)
    #expect(back.dataset.episodeOffsets == dataset.episodeOffsets)
    let choices = Sample.dataset(
      Sample.header(actions: .discrete(count: 3, start: -1)))
    #expect(
      text { _ = try Interchange.write(choices, to: folder("b.h5"), format: .d3rlpy) }
        == "\(folder("b.h5")): d3rlpy acts by one choice counting from 0 or by a vector of numbers, "
        + "and these actions are neither")
  }

  @Test("gives the same bytes for the same data")
  func isDeterministic() throws {
    let dataset = Sample.dataset()
    for format in [InterchangeFormat.minari, .d4rl, .d3rlpy] {
      var hashes: Set<String> = []
      for copy in ["a", "b"] {
        let exported = try Interchange.write(
          dataset, to: folder("\(copy)-\(format.rawValue)"), format: format)
        let file = format == .minari ? exported.path + "/data/main_data.hdf5" : exported.path
        hashes.insert(try FileHash.sha256(of: file))
      }
      #expect(hashes.count == 1, "\(format)")
    }
  }

  @Test("replaces nothing, and goes below no dataset")
  func targets() throws {
    let dataset = Sample.dataset()
    let root = folder("root")
    for format in [InterchangeFormat.minari, .d4rl, .d3rlpy] {
      _ = try Interchange.write(dataset, to: "\(root)\(format)", format: format, id: "a-v0")
      #expect(
        text {
          _ = try Interchange.write(dataset, to: "\(root)\(format)", format: format, id: "a-v0")
        }?
        .contains("exists") == true)
    }
    #expect(
      text {
        _ = try Interchange.write(dataset, to: "\(root)minari", format: .minari, id: "a-v0/b-v0")
      }?
      .contains("is a dataset, which Minari does not look below") == true)
  }

  @Test("takes ids of Minari's grammar and no others")
  func ids() {
    for id in ["a-v0", "D4RL/door/human-v2", "ab/c_d-v10", "-v0-v0", "a/b/c-v1"] {
      #expect(MinariID(id) != nil, "\(id)")
    }
    for id in [
      "", "a", "a-v", "-v0", "a/x-v0", "../a-v0", "ab/../c-v0", "/ab/c-v0", "ab//c-v0", "a.b-v0",
      "é/ab/c-v0", "ab/c-v0/", "a b-v0", "ab/c-v0\u{0}", "ab/c-v٣",
      String(repeating: "a", count: 260) + "-v0",
    ] {
      #expect(MinariID(id) == nil, "\(id)")
    }
  }

  // MARK: Files of others

  /// A D4RL file without anything that is not needed.
  private func writeFlat(
    to path: String, timeouts: [Bool]? = nil, next: [Float]? = nil,
    rewards: [Double] = [1, 2, 3, 4]
  ) throws {
    let file = try HDF5File()
    try file.root.write([1, 2, 3, 4] as [Float], shape: [4, 1], as: "observations")
    try file.root.write([0, 2, 1, 0] as [Int64], shape: [4], as: "actions")
    try file.root.write(rewards, shape: [4, 1], as: "rewards")
    try file.root.write([false, true, false, false], shape: [4], as: "terminals")
    if let timeouts { try file.root.write(timeouts, shape: [4], as: "timeouts") }
    if let next { try file.root.write(next, shape: [4, 1], as: "next_observations") }
    try DurableFile.write(try file.image(), to: path, replacing: true)
  }

  @Test("reads flat files with and without timeouts and next observations")
  func flat() throws {
    let path = folder("flat.hdf5")
    try writeFlat(to: path, timeouts: [false, false, false, true], next: [2, 7, 4, 9])
    var data = try Interchange.read(path, options).dataset
    #expect(data.episodeOffsets == [0, 2, 4])
    #expect(data.finalObservations == [.float32([7, 9])])
    #expect(data.header.actionSpace == .discrete(count: 3))
    #expect(data.isTruncated == [false, false, false, true])

    try writeFlat(to: path, next: [2, 7, 8, 9])
    var read = try Interchange.read(path, options)
    #expect(read.dataset.episodeOffsets == [0, 2, 3, 4])
    #expect(read.dataset.isTruncated == [false, false, true, false])
    #expect(read.remarks.texts.contains { $0.contains("1 episodes were cut where") })

    try writeFlat(to: path)
    read = try Interchange.read(path, options)
    #expect(read.dataset.episodeOffsets == [0, 2, 4])
    #expect(!read.dataset.isFinished(episode: 1))
    #expect(read.dataset.finalObservations == [.float32([2, 4])])
    #expect(read.remarks.texts.contains { $0.hasPrefix("there are no next_observations") })

    data = try Interchange.read(
      path, Interchange.ImportOptions(horizon: 1, creator: "")
    ).dataset
    #expect(data.episodeOffsets == [0, 1, 2, 3, 4])
  }

  @Test("refuses what it cannot read, with the reason")
  func refusals() throws {
    let path = folder("flat.hdf5")
    try writeFlat(to: path, rewards: [1, 2, .nan, 4])
    #expect(
      text { _ = try Interchange.read(path, options) }
        == "\(path) › rewards: found nan at step 2, expected finite numbers")
    try DatasetFile.write(Sample.dataset(), to: folder("ours.hdf5"))
    #expect(
      text { _ = try Interchange.read(folder("ours.hdf5"), options) }?
        .contains("a dataset of hindsight already") == true)
    #expect(
      text { _ = try Interchange.read(folder("a.pkl"), options) }?
        .contains("a pickle can run any code") == true)
    try DurableFile.write("text", to: folder("a.hdf5"), replacing: true)
    #expect(
      text { _ = try Interchange.read(folder("a.hdf5"), options) }
        == "\(folder("a.hdf5")): found a file that is not HDF5, expected an HDF5 dataset")
  }

  /// Metadata of a Minari dataset whose one observation has the given space.
  private func writeMinari(_ space: String, more: Document.Fields = [:]) throws -> String {
    let place = folder("m/data")
    try Folder(place).make()
    var fields: Document.Fields = [
      "total_episodes": 0, "total_steps": 0, "data_format": "hdf5", "dataset_id": "a-v0",
      "minari_version": "0.5.4", "observation_space": .string(space),
      "action_space": #"{"type":"Discrete","dtype":"int64","start":0,"n":2}"#,
    ]
    for (key, value) in more { fields[key] = value }
    try DurableFile.write(
      Document.object(fields).jsonText(), to: place + "/metadata.json", replacing: true)
    let file = try HDF5File()
    try DurableFile.write(try file.image(), to: place + "/main_data.hdf5", replacing: true)
    return folder("m")
  }

  @Test("refuses pictures in JPEG and texts, and leaves texts out when asked to")
  func minariSpaces() throws {
    let row = "[" + Array(repeating: "0", count: 32).joined(separator: ",") + "]"
    let low = "[" + Array(repeating: row, count: 32).joined(separator: ",") + "]"
    let high = low.replacing("0", with: "255")
    let picture = #"{"type":"Box","dtype":"uint8","shape":[32,32],"low":\#(low),"high":\#(high)}"#
    let path = try writeMinari(picture)
    #expect(
      text { _ = try Interchange.read(path, options) }?.contains(
        "observation_space holds pictures in JPEG, which are not what was observed any more")
        == true)
    _ = try writeMinari(picture, more: ["jpeg_encoding": false])
    #expect(try Interchange.read(path, options).dataset.episodeCount == 0)

    let mission = #"{"type":"Text","max_length":9,"min_length":1,"charset":"ab"}"#
    let number = #"{"type":"Discrete","dtype":"int64","start":0,"n":4}"#
    _ = try writeMinari(
      #"{"type":"Dict","subspaces":{"direction":\#(number),"mission":\#(mission)}}"#)
    #expect(
      text { _ = try Interchange.read(path, options) }
        == "\(path)/data/metadata.json › observation_space › subspaces.mission.type: found "
        + "\"Text\", expected Discrete, MultiDiscrete, Box, Dict or Tuple; "
        + "--without mission leaves it out")
    let without = Interchange.ImportOptions(without: ["mission"], creator: "")
    let read = try Interchange.read(path, without)
    #expect(read.dataset.header.observationSpace.leaves.map(\.path) == ["direction"])
    #expect(read.remarks.texts == ["observations › mission: left out, as was asked for"])
    #expect(
      text {
        _ = try Interchange.read(
          path, Interchange.ImportOptions(without: ["mission", "x"], creator: ""))
      }?.contains("there is no observation \"x\" to leave out") == true)
  }
}
