import Datasets
import Documents
import Environments
import Files
import Foundation
import HDF5
import Testing

/// Numbers and names of other tools that ours cannot take as they are: each is refused at its field, or
/// left out with a remark, and never changed in silence.
@Suite("Values of other tools")
struct ForeignValueTests {
  let folder = try! TemporaryFolder()
  let options = Interchange.ImportOptions(creator: "hindsight test")

  /// A D4RL file of two episodes of two steps, with what `fill` adds.
  private func flat(
    actions: [Int64] = [0, 2, 1, 0], terminals: [Int64] = [0, 1, 0, 1],
    _ fill: (borrowing HDF5Group) throws -> Void = { _ in }
  ) throws -> String {
    let file = try HDF5File()
    try file.root.write([1, 2, 3, 4] as [Float], shape: [4, 1], as: "observations")
    try file.root.write(actions, shape: [4], as: "actions")
    try file.root.write([1, 2, 3, 4] as [Double], shape: [4], as: "rewards")
    try file.root.write(terminals, shape: [4], as: "terminals")
    try file.root.write([false, false, false, false], shape: [4], as: "timeouts")
    let infos = try file.root.makeGroup("infos")
    try fill(infos)
    let path = folder("flat.hdf5")
    try DurableFile.write(try file.image(), to: path, replacing: true)
    return path
  }

  @Test("are refused where a sign or a range would be lost")
  func ranges() throws {
    let signed = try flat(terminals: [0, -1, 0, -1])
    #expect(
      text { _ = try Interchange.read(signed, options) }
        == "\(signed) › terminals: found -1 at position 1, expected 0 or 1")
    let wide = try flat(actions: [0, .max, -1, 0])
    #expect(
      text { _ = try Interchange.read(wide, options) }
        == "\(wide) › actions: found choices from -1 to 9223372036854775807, which are too many")
  }

  @Test("do not pass for infos that are computed with")
  func meanings() throws {
    let path = try flat { infos in
      try infos.write([.infinity, .infinity, 1, 1] as [Double], shape: [4], as: "episode_solved")
      try infos.write([1, 2, 1, 2, 3, 4, 3, 4] as [Int64], shape: [4, 2], as: "episode_behaviour")
      try infos.write([1, 1, 1, 1] as [Int64], shape: [4], as: "episode_seed_known")
      try infos.write([5, 5, 7, 7] as [Int64], shape: [4], as: "episode_seed")
    }
    let read = try Interchange.read(path, options)
    for name in ["episode_solved", "episode_behaviour"] {
      #expect(
        read.remarks.texts.contains(
          "infos › \(name): is not one whole number per episode, left out"))
    }
    #expect(read.dataset.infos.map(\.name) == ["episode_seed_known"])
    #expect(read.dataset.episodeSeeds == [5, 7])
    #expect(read.dataset.isSolved == nil)
    let again = try Interchange.write(read.dataset, to: folder("b.hdf5"), format: .d4rl)
    #expect(try Interchange.read(again.path, options).dataset.episodeSeeds == [5, 7])
  }

  @Test("of names that clash are left out of the file that has no place for both")
  func clashes() throws {
    let path = try flat { infos in
      for name in ["a", "a.b"] { try infos.write([1, 2, 3, 4] as [Int64], shape: [4], as: name) }
    }
    let dataset = try Interchange.read(path, options).dataset
    #expect(dataset.infos.map(\.name).filter { $0 != "episode_seed_known" } == ["a", "a.b"])
    let minari = try Interchange.write(dataset, to: folder("m"), format: .minari, id: "ab/c-v0")
    #expect(
      minari.remarks.texts.contains("infos › a: a group of this name holds others; left out"))
    let back = try Interchange.read(minari.path, options).dataset
    #expect(back.infos.map(\.name) == ["a.b", "episode_seed_known"])
  }

  /// A Minari dataset of one step in which `far` counts from a start and `near` from 0.
  private func minari(start: Int64, _ fill: (borrowing HDF5Group) throws -> Void = { _ in }) throws
    -> String
  {
    let data = Folder(folder("raw/data"))
    try data.make()
    func choice(_ start: Int64) -> String {
      #"{"type":"Discrete","dtype":"int64","start":\#(start),"n":8}"#
    }
    let metadata: Document = [
      "total_episodes": 1, "total_steps": 1, "data_format": "hdf5", "dataset_id": "a-v0",
      "minari_version": "0.5.4", "action_space": .string(choice(0)),
      "observation_space": .string(
        #"{"type":"Dict","subspaces":{"far":\#(choice(start)),"near":\#(choice(0))}}"#),
    ]
    let file = try HDF5File()
    let episode = try file.root.makeGroup("episode_0")
    let seen = try episode.makeGroup("observations")
    try seen.write([start + 1, start + 2], shape: [2], as: "far")
    try seen.write([1, 2] as [Int64], shape: [2], as: "near")
    try episode.write([3] as [Int64], shape: [1], as: "actions")
    try episode.write([0.5], shape: [1], as: "rewards")
    try episode.write([true], shape: [1], as: "terminations")
    try episode.write([false], shape: [1], as: "truncations")
    try fill(episode)
    try DurableFile.write(try file.image(), to: data.path(of: "main_data.hdf5"), replacing: true)
    try DurableFile.write(
      metadata.jsonText(), to: data.path(of: "metadata.json"), replacing: true)
    return folder("raw")
  }

  @Test("are not rounded without a word")
  func rounding() throws {
    let far = try Interchange.read(minari(start: 1 << 60), options).dataset
    let exported = try Interchange.write(far, to: folder("a.hdf5"), format: .d4rl)
    #expect(
      exported.remarks.texts.contains(
        "observations: whole numbers beyond 2^53 were rounded, as one vector of float64"))
    let exact = try Interchange.read(minari(start: 1 << 30), options).dataset
    let kept = try Interchange.write(exact, to: folder("b.hdf5"), format: .d4rl)
    #expect(!kept.remarks.texts.contains { $0.contains("rounded") })
    #expect(try Interchange.read(kept.path, options).dataset.observations == exact.observations)
  }

  @Test("of an episode's attributes are taken as they are, or said")
  func attributes() throws {
    let path = try minari(start: 0) { episode in
      try episode.setAttribute("options/large", UInt64.max)
      try episode.setAttribute("options/small", UInt64(7))
      try episode.setAttribute("rewards_sum", 9.5)
    }
    let read = try Interchange.read(path, options)
    #expect(
      read.remarks.texts.contains(
        "attribute options/large of episodes: \(UInt64.max) is too large, left out"))
    #expect(
      read.remarks.texts.contains(
        "attribute rewards_sum of episodes: is not the sum of the rewards in some"))
    #expect(read.dataset.infos.first?.column == .int64([7]))
    let seeded = try minari(start: 0) { try $0.setAttribute("seed", 1.5) }
    #expect(
      text { _ = try Interchange.read(seeded, options) }?
        .hasSuffix("episode_0/seed: found 1.5, expected a whole number from 0") == true)
  }

  @Test("that no space can hold are refused where the space is")
  func spaces() throws {
    for (json, reason) in [
      (
        #"{"type":"Discrete","n":9223372036854775807,"start":1}"#,
        "n: found 9223372036854775807, expected at most 9223372036854775806, as it starts at 1"
      ),
      (
        #"{"type":"Box","dtype":"float32","shape":[1],"low":[2],"high":[1]}"#,
        "low: found 2.0, above the upper bound 1.0, expected low to high"
      ),
    ] {
      let document = try Document(json: json)
      var found = ""
      do {
        _ = try Space(gymnasium: document)
      } catch { found = "\(error.key): found \(error.found), expected \(error.expected)" }
      #expect(found == reason)
    }
    let whole = Space.box(shape: [2], low: -.infinity, high: .infinity, element: .int64)
    let written = whole.gymnasiumDocument
    #expect(written["low"] == [.integer(.min), .integer(.min)])
    #expect(written["high"] == [.integer(.max), .integer(.max)])
    #expect(try Space(gymnasium: written) == whole)
  }

  @Test("with a zero character are refused, not a trap")
  func zeroCharacters() throws {
    var dataset = Sample.dataset()
    dataset.header.environment = "a\0b"
    #expect(
      text { try DatasetFile.write(dataset, to: folder("a.hdf5")) }?
        .contains("found a zero character, expected text") == true)
    let exported = try Interchange.write(dataset, to: folder("f.hdf5"), format: .d4rl)
    #expect(
      text { _ = try Interchange.read(exported.path, options) }
        == "\(exported.path) › environment: found a zero character, expected text without")
  }

  @Test("that were asked for in vain are said")
  func horizons() throws {
    let timed = Interchange.ImportOptions(horizon: 1, creator: "")
    let read = try Interchange.read(flat(), timed)
    #expect(read.dataset.episodeOffsets == [0, 2, 4])
    #expect(
      read.remarks.texts.contains(
        "the file says where episodes were cut: the horizon was not needed"))
    let minari = try Interchange.write(
      Sample.dataset(), to: folder("m"), format: .minari, id: "ab/c-v0")
    #expect(
      text { _ = try Interchange.read(minari.path, timed) }?
        .contains("says itself where episodes end, so a horizon has no use") == true)
  }
}

/// Exports for Minari that meet in one place.
@Suite("The folder in which a Minari dataset comes into being")
struct MinariStagingTests {
  let folder = try! TemporaryFolder()

  private func export() throws -> String {
    try Interchange.write(Sample.dataset(), to: folder("m"), format: .minari, id: "ab/c-v0").path
  }

  @Test("is locked, swept, and gone afterwards")
  func isLocked() throws {
    let staging = Folder(folder("m/.hindsight-ab.c-v0"))
    do {
      let lock = try FileLock.claim(staging)
      #expect(text { _ = try export() }?.contains("is using it") == true)
      _ = consume lock
    }
    try Folder(staging.path(of: "data")).make()
    let left = staging.path(of: "data/.tmp-main_data.hdf5-1-0")
    try DurableFile.write("x", to: left, replacing: true)
    let path = try export()
    #expect(try Folder(path).names() == ["data"])
    #expect(try Folder(path + "/data").names() == ["main_data.hdf5", "metadata.json"])
    #expect(try Folder(folder("m")).names() == ["ab"])
  }

  @Test("is not followed where it is a link")
  func isNoLink() throws {
    try Folder(folder("outside")).make()
    try Folder(folder("m")).make()
    try FileManager.default.createSymbolicLink(
      atPath: folder("m/.hindsight-ab.c-v0"), withDestinationPath: folder("outside"))
    #expect(text { _ = try export() }?.contains("a link is there; remove it") == true)
    #expect(try Folder(folder("outside")).names() == [])
  }
}
