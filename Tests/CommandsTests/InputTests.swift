import Files
import Foundation
import Randomness
import Testing

@Suite("An input that cannot be used")
struct InputTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  private func train(on dataset: String) throws -> Program.Outcome {
    let outcome = try program(
      "train", sample.experiment, "--dataset", dataset, "--output", "run", "--quiet")
    #expect(!FileStatus.exists(program.folder("run")), "nothing is left behind")
    return outcome
  }

  @Test("is a dataset that is missing, empty, cut off, of another kind or another world")
  func datasets() throws {
    expectRefusal(
      try train(on: "none.hdf5"), 66, saying: "cannot read none.hdf5: no such file or folder")
    expectRefusal(try train(on: ""), 66, saying: "the path is empty")
    expectRefusal(
      try program("train", sample.experiment, "--output", "run"), 66,
      saying: "no such file or folder; `hindsight collect` makes it of the same file")
    let folder = program.folder
    try DurableFile.write([], to: folder("empty.hdf5"), replacing: false)
    expectRefusal(try train(on: "empty.hdf5"), 65, saying: "empty.hdf5: found an empty file")
    try DurableFile.write("id,reward\n", to: folder("text.hdf5"), replacing: false)
    expectRefusal(
      try train(on: "text.hdf5"), 65, saying: "text.hdf5: found a file that is not HDF5")
    try Folder(folder("folder")).make()
    expectRefusal(
      try train(on: "folder"), 65, saying: "folder: found a folder without index.json")
    expectRefusal(
      try train(on: sample.otherDataset), 65,
      saying: "\(sample.otherDataset): the dataset was collected in key-to-door with observations")
    let bytes = try FileContents.bytes(of: sample.dataset, atMost: 1 << 24)
    var random = RandomStream(seed: 5, "cuts")
    for _ in 0..<5 {
      let cut = Array(bytes.prefix(1 + random.integer(below: bytes.count - 1)))
      try DurableFile.write(cut, to: folder("cut.hdf5"), replacing: true)
      expectRefusal(try train(on: "cut.hdf5"), 65, saying: "cut.hdf5: ")
    }
  }

  @Test("is a configuration or a run that is missing, or something else of that name")
  func others() throws {
    expectRefusal(try program("collect", "none.yaml"), 66, saying: "cannot read none.yaml")
    expectRefusal(try program("collect", "."), 66, saying: "cannot read .: it is a folder")
    expectRefusal(try program("inspect", "none.hdf5"), 66, saying: "cannot read none.hdf5")
    expectRefusal(
      try program("evaluate", "none"), 66,
      saying: "cannot open the run folder none: there is no such folder")
    expectRefusal(
      try program("evaluate", sample.experiment), 66, saying: "tiny.yaml: it is not a folder")
    expectRefusal(
      try program("evaluate", "."), 66, saying: "the run has no checkpoint yet")
    expectRefusal(
      try program("train", "--resume", "none"), 66, saying: "there is no such folder")
    expectRefusal(
      try program("train", "--resume", sample.run), 73, saying: "is finished: all 20 steps are done"
    )
  }

  /// The run with its checkpoints replaced.
  private func evaluate(_ bytes: [UInt8]) throws -> Program.Outcome {
    let checkpoints = program.folder("copy/checkpoints")
    try Folder(checkpoints).make()
    for name in ["best", "last"] {
      try DurableFile.write(bytes, to: "\(checkpoints)/\(name).safetensors", replacing: true)
    }
    return try program("evaluate", "copy", "--episodes", "2", "--quiet")
  }

  @Test("is a checkpoint that is damaged, of another shape or newer than the program")
  func checkpoints() throws {
    let path = sample.run + "/checkpoints/best.safetensors"
    let bytes = try FileContents.bytes(of: path, atMost: 1 << 24)
    let name = "copy/checkpoints/best.safetensors"
    #expect(try evaluate(bytes).code == 0)
    expectRefusal(try evaluate([]), 65, saying: name, "found 0 bytes")
    expectRefusal(try evaluate(Array(bytes.dropLast(9))), 65, saying: name)
    expectRefusal(try evaluate(Array("hello".utf8)), 65, saying: name)
    var flipped = bytes
    flipped[bytes.count - 100] ^= 4
    expectRefusal(
      try evaluate(flipped), 65,
      saying: "\(name) › metadata sha256: the tensors are not those that were saved")
    flipped = bytes
    let place = try #require(bytes.firstRange(of: Array("\"step\":\"".utf8))?.upperBound)
    flipped[place] ^= 1
    expectRefusal(try evaluate(flipped), 65, saying: "\(name) › header: not what was saved")

    func changed(_ change: (inout SafetensorsFile) -> Void) throws -> [UInt8] {
      var file = try SafetensorsFile(contentsOf: path)
      change(&file)
      file.metadata["header_sha256"] = file.headerDigest(without: "header_sha256")
      try file.write(to: program.folder("changed"), replacing: true)
      return try FileContents.bytes(of: program.folder("changed"), atMost: 1 << 24)
    }
    let narrow = try changed {
      $0.metadata["configuration"] = $0.metadata["configuration"]?.replacing(
        "\"width\":16", with: "\"width\":8")
    }
    expectRefusal(try evaluate(narrow), 65, saying: name, "found shape", "the configured agent has")
    let newer = try changed { $0.metadata["schema_version"] = "9" }
    expectRefusal(try evaluate(newer), 65, saying: name, "found 9", "it needs a newer hindsight")
  }
}
