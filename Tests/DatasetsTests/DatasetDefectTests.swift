import Datasets
import Environments
import Files
import Foundation
import HDF5
import Testing

/// Every way in which a file can be wrong, and what is said of it.
@Suite("A dataset's file that is wrong")
struct DatasetDefectTests {
  let folder = try! TemporaryFolder()
  var path: String { folder("x.hdf5") }

  /// A file of two episodes of two steps, written by hand so that it can be spoiled.
  struct Raw {
    var schemaVersion: Int64? = 1
    var actionSpace = #"{"type":"Discrete","dtype":"int64","start":0,"n":2}"#
    var observationSpace =
      #"{"type":"Box","dtype":"float32","shape":[2],"low":[0,0],"high":[1,1]}"#
    var leftOut: Set<String> = []
    var observations: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
    var observationShape = [4, 2]
    var actions: [Int64] = [0, 1, 1, 0]
    var rewards: [Double] = [1, 2, 3, 4]
    var floatRewards: [Float]?
    var terminals = [false, true, false, false]
    var timeouts = [false, false, false, true]
    var timesteps: [Int32] = [0, 1, 0, 1]
    var finals: [Float] = [0, 0, 9, 9, 0, 0, 9, 9]
    var logProbabilities: [Float] = [-1, -1, -1, -1]

    func write(to path: String) throws {
      let file = try HDF5File()
      func put<Value: HDF5Value>(_ name: String, _ values: [Value], _ shape: [Int]) throws {
        if !leftOut.contains(name) { try file.root.write(values, shape: shape, as: name) }
      }
      if let schemaVersion { try file.root.setAttribute("schema_version", schemaVersion) }
      for (name, value) in [
        ("environment", "corridor"), ("environment_configuration", "{}"),
        ("observation_space", observationSpace), ("action_space", actionSpace),
        ("behaviour_policy", "{}"), ("creator", "hindsight 9.9.9"), ("configuration", "{}"),
      ] where !leftOut.contains(name) { try file.root.setAttribute(name, value) }
      try file.root.setAttribute("seed", UInt64(3))
      try put("observations", observations, observationShape)
      try put("actions", actions, [actions.count])
      if let floatRewards {
        try put("rewards", floatRewards, [floatRewards.count])
      } else {
        try put("rewards", rewards, [rewards.count])
      }
      for (name, flags) in [("terminals", terminals), ("timeouts", timeouts)]
      where !leftOut.contains(name) {
        try file.root.write(flags, shape: [flags.count], as: name)
      }
      try put("timesteps", timesteps, [timesteps.count])
      try put("final_observations", finals, [finals.count / 2, 2])
      try put("episode_seeds", [1, 1, 2, 2] as [UInt64], [4])
      try put("behaviour_log_probabilities", logProbabilities, [logProbabilities.count])
      try DurableFile.write(try file.image(), to: path, replacing: true)
    }
  }

  @Test("is read while it is not wrong")
  func sound() throws {
    try Raw().write(to: path)
    #expect(try DatasetReader(path).read().episodeCount == 2)
  }

  static let defects: [(String, @Sendable (inout Raw) -> Void)] = [
    ("rewards: is missing", { $0.leftOut = ["rewards"] }),
    ("final_observations: is missing", { $0.leftOut = ["final_observations"] }),
    ("creator: is missing, expected text", { $0.leftOut = ["creator"] }),
    ("rewards: found float32, expected float64", { $0.floatRewards = [1, 2, 3, 4] }),
    ("rewards: found shape [3], expected [4]", { $0.rewards = [1, 2, 3] }),
    (
      "observations: found shape [4, 1, 2], expected [4, 2]", { $0.observationShape = [4, 1, 2] }
    ),
    ("timeouts: found shape [2], expected [4]", { $0.timeouts = [true, true] }),
    ("final_observations: found shape [1, 2], expected [4, 2]", { $0.finals = [1, 1] }),
    ("timesteps: found 2 at step 1, expected 0 or 1", { $0.timesteps = [0, 2, 0, 1] }),
    ("timesteps: found -1 at step 3, expected 0 or 1", { $0.timesteps = [0, 1, 0, -1] }),
    ("timesteps: found 1 at step 0, expected 0", { $0.timesteps = [1, 2, 0, 1] }),
    (
      "observations: found shape [4, 2], expected [5, 2]", { $0.timesteps = [0, 1, 0, 1, 2] }
    ),
    (
      "rewards: found nan at step 2, expected finite numbers", { $0.rewards[2] = .nan }
    ),
    (
      "observations: found inf at step 3, expected finite numbers",
      { $0.observations[6] = .infinity }
    ),
    (
      "final_observations: found nan at episode 1, expected finite numbers",
      { $0.finals[7] = .nan }
    ),
    (
      "behaviour_log_probabilities: found -inf at step 0, expected finite numbers",
      { $0.logProbabilities[0] = -.infinity }
    ),
    ("actions: found 2 at step 1, expected 0...1", { $0.actions[1] = 2 }),
    ("actions: found -1 at step 3, expected 0...1", { $0.actions[3] = -1 }),
    (
      "terminals: found an end at step 0, inside an episode, expected ends on last steps only",
      { $0.terminals[0] = true }
    ),
    (
      "timeouts: found an end at step 2, inside an episode, expected ends on last steps only",
      { $0.timeouts[2] = true }
    ),
    (
      "terminals: found no end, nor a timeout, at step 1, expected one on each episode's last step",
      { $0.terminals[1] = false }
    ),
    (
      "schema_version: found layout 2, and this program knows up to 1: "
        + "reading the file needs version ≥ that of its creator, hindsight 9.9.9",
      { $0.schemaVersion = 2 }
    ),
    (
      "schema_version: found 0, expected a version from 1 to 1", { $0.schemaVersion = 0 }
    ),
    (
      "schema_version: is missing: this looks like a D4RL file, "
        + "which hindsight import makes a dataset of", { $0.schemaVersion = nil }
    ),
    (
      "schema_version: is missing, nor timesteps and final_observations: "
        + "this looks like a D4RL file, which hindsight import makes a dataset of",
      {
        $0.schemaVersion = nil
        $0.leftOut = ["timesteps", "final_observations"]
      }
    ),
    (
      "schema_version: is missing, nor timesteps, "
        + "expected a dataset that hindsight collected",
      {
        $0.schemaVersion = nil
        $0.leftOut = ["timesteps", "rewards"]
      }
    ),
    (
      "action_space: found text that is not JSON (1:1: found \"o\", expected a value)",
      { $0.actionSpace = "oops" }
    ),
    (
      "action_space › n: found 0, expected at least 1",
      { $0.actionSpace = #"{"type":"Discrete","start":0,"n":0}"# }
    ),
    (
      "actions: found int64, expected float32",
      {
        $0.actionSpace =
          #"{"type":"Box","dtype":"float32","shape":[],"low":0.0,"high":1.0}"#
      }
    ),
  ]

  @Test(
    "is refused with its name, the field, what was found and what was expected",
    arguments: defects.indices)
  func refuses(index: Int) throws {
    let (expected, spoil) = Self.defects[index]
    var raw = Raw()
    spoil(&raw)
    try raw.write(to: path)
    #expect(text { _ = try DatasetReader(path).read() } == "\(path) › \(expected)")
  }

  @Test("is refused when it is empty, something else, cut off, or not there")
  func wholeFile() throws {
    try DurableFile.write("", to: path, replacing: true)
    #expect(
      text { _ = try DatasetReader(path) }
        == "\(path): found an empty file, expected an HDF5 dataset")
    try DurableFile.write("observations: 3", to: path, replacing: true)
    #expect(
      text { _ = try DatasetReader(path) }
        == "\(path): found a file that is not HDF5, expected an HDF5 dataset")
    try Raw().write(to: path)
    let bytes = try FileContents.bytes(of: path, atMost: 1 << 20)
    try DurableFile.write(Array(bytes.dropLast(100)), to: path, replacing: true)
    let message = text { _ = try DatasetReader(path) }
    #expect(
      message?.hasPrefix(
        "\(path): cannot open the file (unable to open file: truncated file: eof = ") == true)
    #expect(
      text { _ = try DatasetReader(folder("none.hdf5")) }
        == "cannot read \(folder("none.hdf5")): no such file or folder")
    #expect(
      text { _ = try DatasetReader(folder.path) }
        == "\(folder.path): found a folder without index.json, "
        + "expected a dataset that hindsight collected")
  }

  @Test("never brings the program down, whichever byte is changed")
  func mutations() throws {
    try Raw().write(to: path)
    let bytes = try FileContents.bytes(of: path, atMost: 1 << 20)
    var refused = 0
    for index in stride(from: 0, to: bytes.count, by: 19) {
      var changed = bytes
      changed[index] ^= 0x55
      try Data(changed).write(to: URL(filePath: folder("y.hdf5")))
      if text(of: { _ = try DatasetReader(folder("y.hdf5")).read() }) != nil { refused += 1 }
    }
    #expect(refused > 50)
  }

  @Test("is never written: only the last episode may be unfinished")
  func unfinished() throws {
    let dataset = Sample.dataset(isUnfinished: true).keeping(episodes: [9, 1])
    #expect(
      text { try DatasetFile.write(dataset, to: path) }
        == "\(path) › episode 0: found an unfinished episode before others, "
        + "expected only the last one to be unfinished")
  }
}
