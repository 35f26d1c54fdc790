import Agents
import Datasets
import Documents
import Experiments
import Files
import Randomness
import Testing

@Suite("A checkpoint")
struct CheckpointTests {
  private let tiny: TinyExperiment
  private let path: String
  private let bytes: [UInt8]

  init() throws {
    tiny = try TinyExperiment()
    try tiny.train("run", ["training.steps=3", "training.validation.every=0"])
    path = tiny.run("run").checkpointPath(.last)
    bytes = try FileContents.bytes(of: path, atMost: 1 << 24)
  }

  /// The error of reading these bytes as a checkpoint and building its agent.
  private func refusal(of bytes: [UInt8]) throws -> (any Error)? {
    let path = tiny.folder("damaged.safetensors")
    try DurableFile.write(bytes, to: path, replacing: true)
    do {
      _ = try TrainedAgent(Checkpoint(contentsOf: path), registry: .builtIn)
      return nil
    } catch {
      return error
    }
  }

  /// The same for a checkpoint that was changed by someone who knows the format.
  private func refusal(
    keepingDigests: Bool = false, changing change: (inout SafetensorsFile) throws -> Void
  ) throws -> String {
    var file = try SafetensorsFile(contentsOf: path)
    try change(&file)
    if !keepingDigests {
      file.metadata["sha256"] = file.tensorDigest()
      file.metadata["header_sha256"] = file.headerDigest(without: "header_sha256")
    }
    try file.write(to: tiny.folder("changed.safetensors"), replacing: true)
    let changed = try FileContents.bytes(of: tiny.folder("changed.safetensors"), atMost: 1 << 24)
    let error = try #require(try refusal(of: changed))
    #expect(error is CheckpointError || error is FileError)
    return "\(error)".replacing(tiny.folder("damaged.safetensors"), with: "FILE")
  }

  @Test("comes back as it was written")
  func roundTrip() throws {
    let checkpoint = try Checkpoint(contentsOf: path)
    #expect(checkpoint.step == 3)
    #expect(checkpoint.progress.bestScore == -.infinity)
    #expect(
      checkpoint.configuration
        == (try tiny.experiment([
          "training.steps=3",
          "training.validation.every=0",
        ]).loaded.document))
    #expect(checkpoint.data.episodeCount == 60)
    try checkpoint.write(to: tiny.folder("copy.safetensors"))
    #expect(try FileContents.bytes(of: tiny.folder("copy.safetensors"), atMost: 1 << 24) == bytes)
    #expect(try refusal(of: bytes) == nil)
  }

  @Test("is refused with one bit flipped, wherever it is")
  func flippedBits() throws {
    var random = RandomStream(seed: 1, "flips")
    let header = 8 + Int(bytes.span.bytes.unsafeLoad(as: UInt64.self))
    #expect(header < bytes.count / 2)
    var places = (0..<64).map { (byte: $0 / 8, bit: $0 % 8) }
    for _ in 0..<100 {
      places.append((random.integer(below: header), random.integer(below: 8)))
      places.append((random.integer(below: bytes.count), random.integer(below: 8)))
    }
    for (byte, bit) in places {
      var damaged = bytes
      damaged[byte] ^= 1 << UInt8(bit)
      let error = try refusal(of: damaged)
      #expect(error is CheckpointError || error is FileError, "bit \(bit) of byte \(byte)")
      #expect("\(error.map { "\($0)" } ?? "")".contains("damaged.safetensors"))
    }
  }

  @Test("is refused when it was cut off, or grew, or is empty")
  func cutOff() throws {
    var random = RandomStream(seed: 2, "cuts")
    for _ in 0..<50 {
      let error = try refusal(of: Array(bytes.prefix(random.integer(below: bytes.count))))
      #expect((error as? FileError)?.category == .damaged)
    }
    #expect((try refusal(of: bytes + [0]) as? FileError)?.category == .damaged)
    #expect("\(String(describing: try refusal(of: [])))".contains("found 0 bytes"))
    #expect((try refusal(of: Array("hello, world".utf8)) as? FileError)?.category == .damaged)
  }

  @Test("is refused when others made it")
  func foreign() throws {
    var file = SafetensorsFile(metadata: ["format": "pt"])
    file.set("weight", [Float(1), 2], shape: [2])
    try file.write(to: tiny.folder("foreign.safetensors"), replacing: false)
    #expect(
      message { _ = try Checkpoint(contentsOf: tiny.folder("foreign.safetensors")) }
        == "\(tiny.folder("foreign.safetensors")) › metadata format: found \"pt\", expected "
        + "hindsight-checkpoint")
    file.metadata = [:]
    try file.write(to: tiny.folder("foreign.safetensors"), replacing: true)
    #expect(
      message { _ = try Checkpoint(contentsOf: tiny.folder("foreign.safetensors")) }?.hasSuffix(
        "› metadata format: missing; is this a checkpoint that `hindsight train` wrote?") == true)
  }

  @Test("is refused when a newer program wrote it")
  func newer() throws {
    #expect(
      try refusal { $0.metadata["schema_version"] = "2" }
        == "FILE › metadata schema_version: found 2; this program reads up to 1: it needs a newer "
        + "hindsight")
    #expect(
      try refusal { $0.metadata["schema_version"] = "0" }.contains("schema_version: found 0"))
    #expect(
      try refusal { $0.metadata["schema_version"] = "one" }
        == "FILE › metadata schema_version: found \"one\", expected a number")
  }

  @Test(
    "is refused when a text is missing",
    arguments: [
      "format", "schema_version", "step", "updates", "skipped_in_a_row", "best_score", "best_step",
      "owes_validation", "configuration", "data", "dataset", "sha256", "header_sha256",
    ])
  func missingText(key: String) throws {
    let text = try refusal(keepingDigests: key.hasSuffix("sha256")) {
      $0.metadata[key] = nil
      if key == "sha256" {
        $0.metadata["header_sha256"] = $0.headerDigest(without: "header_sha256")
      }
    }
    #expect(
      text == "FILE › metadata \(key): missing; is this a checkpoint that `hindsight train` wrote?")
  }

  @Test("is refused when a tensor or a text is another than was saved")
  func swapped() throws {
    #expect(
      try refusal(keepingDigests: true) { $0.metadata["step"] = "2" }
        == "FILE › header: not what was saved: damaged file")
    #expect(
      try refusal(keepingDigests: true) { file in
        let name = try #require(file.names.first)
        let (shape, values) = try file.floats(name)
        file.set(name, values.map { $0 + 1 }, shape: shape)
      } == "FILE › metadata sha256: the tensors are not those that were saved: damaged file")
  }

  @Test("is refused when its weights are of another shape, too few, too many or not finite")
  func weights() throws {
    let name = "average/head.action.weight"
    #expect(
      try refusal { file in
        file.metadata["configuration"] = file.metadata["configuration"]?.replacing(
          "\"width\":16", with: "\"width\":8")
      }.contains("the configured agent has ["))
    #expect(
      try refusal { file in
        let (shape, values) = try file.floats(name)
        file.set(name, values, shape: [shape[1], shape[0]])
      }.hasPrefix("FILE › \(name): found shape ["))
    #expect(
      try refusal { file in
        file.set("average/more", [Float(1)], shape: [1, 1])
      } == "FILE › average/more: not a parameter of the configured agent")
    #expect(
      try refusal { file in
        var (shape, values) = try file.floats(name)
        values[3] = .nan
        file.set(name, values, shape: shape)
      } == "FILE › \(name): holds a number that is not finite")
    #expect(
      try refusal { file in
        let (shape, values) = try file.floats(name)
        file.set(name, values.map { Int32($0) }, shape: shape)
      }.contains("\(name)\" › dtype: found I32, expected F32"))
  }

  @Test("is refused when its configuration names what this program does not know")
  func unknownAgent() throws {
    let text = try refusal { file in
      file.metadata["configuration"] = file.metadata["configuration"]?.replacing(
        "\"decision-transformer\"", with: "\"decision-transformers\"")
    }
    #expect(
      text == "FILE › configuration: agent.id: found \"decision-transformers\", expected one of "
        + AgentRegistry.builtIn.ids.joined(separator: ", ") + "; did you mean decision-transformer?"
    )
    #expect(try refusal { $0.metadata["configuration"] = "{" }.hasPrefix("FILE › metadata: "))
    #expect(try refusal { $0.metadata["data"] = "{}" }.hasPrefix("FILE › "))
    #expect(
      try refusal { $0.metadata["updates"] = "4" }
        == "FILE › metadata step: 4 updates in 3 steps")
  }
}
