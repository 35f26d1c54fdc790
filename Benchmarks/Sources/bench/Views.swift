import Datasets
import Documents
import Environments
import Files
import Randomness

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// 10,000 episodes of 30 steps in MiniGrid's empty room of 8×8, seen as views of 7×7×3: what playing
/// them costs, what collecting them to disk costs, reading them, and sampling from them.
struct ViewsBench: EnvironmentVisitor {
  typealias Failure = any Error
  let rounds: Int
  static let environment = "MiniGrid-Empty-8x8-v0"
  private static let episodes = 10_000
  private static let horizon = 30

  static func measure(rounds: Int) throws -> [Measurement] {
    guard let entry = EnvironmentRegistry.builtIn[environment] else {
      throw BenchError("there is no \(environment)")
    }
    return try entry.visit(ViewsBench(rounds: rounds))
  }

  func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws -> [Measurement] {
    let world = try World(
      Component("environment", id: entry.id, settings: ["horizon": .integer(Self.horizon)])
        .decode(as: World.Configuration.self))
    let header = DatasetHeader(
      environment: entry.id, environmentConfiguration: [:],
      observationSpace: world.observationSpace, actionSpace: world.actionSpace,
      behaviourPolicy: ["id": "random"], seed: 0, creator: "bench", configuration: [:])
    let folder = "/tmp/hindsight-bench-\(getpid())"
    try Folder(folder).make()
    defer { rmdir(folder) }
    let path = folder + "/views.hdf5"
    defer { unlink(path) }

    // In turn, so that a machine whose speed drifts favours neither.
    var (playing, collecting, reading, sampling) = ([Double](), [Double](), [Double](), [Double]())
    var playingBytes: [Double] = []
    var checksum: Float = 0
    for round in 0..<rounds {
      playing.append(try time { checksum += try play(world) } / Double(Self.episodes))
      playingBytes.append(
        try time { checksum += try play(world, asBytes: true) } / Double(Self.episodes))
      unlink(path)
      collecting.append(try time { try collect(world, header, to: path) } / Double(Self.episodes))
      var dataset = Dataset(header)
      reading.append(
        try time { dataset = try DatasetReader(path).read() } / Double(Self.episodes))
      let summary = DataSummary(
        of: dataset, horizon: Self.horizon, normalisingObservations: false)
      let sampler = try WindowSampler(
        dataset, summary: summary, request: WindowRequest(contextLength: 20), seed: 0)
      var batch = SequenceBatch()
      sampler.fill(&batch, windows: 64, step: 0)
      sampling.append(
        time {
          for step in 0..<1000 { sampler.fill(&batch, windows: 64, step: 1000 * round + step) }
        } / 1000)
    }
    func row(_ config: String, _ seconds: [Double], _ unit: String) -> Measurement {
      Measurement(bench: "views", config: config, threads: 1, seconds: seconds, unit: unit)
    }
    var collected = row("collect to disk", collecting, "episode")
    func ratio(_ others: [Double]) -> Document {
      .number(zip(collecting, others).map { $0 / $1 }.sorted()[rounds / 2])
    }
    collected.more = [
      "over_playing": ratio(playing), "over_playing_bytes": ratio(playingBytes),
      "bytes_per_episode": .number(
        Double(try FileStatus(of: path).size) / Double(Self.episodes)),
    ]
    var played = row("play", playing, "episode")
    played.more = ["checksum": .number(Double(checksum))]
    return [
      played, row("play, seen as bytes", playingBytes, "episode"), collected,
      row("read", reading, "episode"),
      row("sample 64 windows of 20", sampling, "batch"),
    ]
  }

  /// Random episodes, of which nothing is kept: observations are written as an agent sees them, or
  /// as a dataset holds them.
  private func play<World: Environment>(_ start: World, asBytes: Bool = false) throws -> Float {
    var sum = Checksum()
    try playEpisodes(start, into: &sum, asBytes: asBytes)
    return sum.value
  }

  private func collect<World: Environment>(
    _ start: World, _ header: DatasetHeader, to path: String
  ) throws {
    var writer = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 1_000_000)
    try playEpisodes(start, into: &writer, asBytes: true)
    _ = try writer.finish()
  }

  private func playEpisodes<World: Environment, Sink: EpisodeSink & ~Copyable>(
    _ start: World, into sink: inout Sink, asBytes: Bool
  ) throws {
    var world = start
    var row = [Float](repeating: 0, count: world.observationSpace.width)
    var bytes = [UInt8](repeating: 0, count: world.observationSpace.bytes)
    guard case .discrete(let actions, _) = world.actionSpace else { return }
    for episode in 0..<Self.episodes {
      var seeds = RandomStream(seed: 0, "collection/environment", UInt64(episode))
      var random = RandomStream(seed: 0, "collection/behaviour", UInt64(episode))
      let seed = seeds.next()
      world.reset(seed: seed)
      sink.beginEpisode(seed: seed)
      var isDone = false
      func observe() {
        if asBytes {
          var span = bytes.mutableSpan
          var raw = span.mutableBytes
          precondition(world.observe(intoBytes: &raw), "MiniGrid writes bytes")
        } else {
          var span = row.mutableSpan
          world.observe(into: &span)
        }
      }
      while !isDone {
        observe()
        let action = Action.discrete(random.integer(below: actions))
        let outcome = world.step(action)
        if asBytes {
          sink.append(
            observationBytes: bytes.span.bytes, action: action, outcome: outcome,
            behaviourLogProbability: -1.9459101)
        } else {
          sink.append(
            observation: row.span, action: action, outcome: outcome,
            behaviourLogProbability: -1.9459101)
        }
        isDone = outcome.isDone
      }
      observe()
      if asBytes {
        try sink.endEpisode(
          finalObservationBytes: bytes.span.bytes, isSolved: world.isSolved, component: nil)
      } else {
        try sink.endEpisode(finalObservation: row.span, isSolved: world.isSolved, component: nil)
      }
    }
  }
}

/// What takes the steps that were played.
private protocol EpisodeSink: ~Copyable {
  mutating func beginEpisode(seed: UInt64)
  mutating func append(
    observation: Span<Float>, action: Action, outcome: Outcome, behaviourLogProbability: Double)
  mutating func append(
    observationBytes: RawSpan, action: Action, outcome: Outcome, behaviourLogProbability: Double)
  mutating func endEpisode(
    finalObservation: Span<Float>, isSolved: Bool, component: Int?
  ) throws(DatasetError)
  mutating func endEpisode(
    finalObservationBytes: RawSpan, isSolved: Bool, component: Int?
  ) throws(DatasetError)
}

extension PartedDatasetWriter: EpisodeSink {}

/// Keeps the compiler from leaving out what nobody looks at.
private struct Checksum: EpisodeSink {
  var value: Float = 0
  mutating func beginEpisode(seed: UInt64) {}
  mutating func append(
    observation: Span<Float>, action: Action, outcome: Outcome, behaviourLogProbability: Double
  ) { value += observation[0] }
  mutating func append(
    observationBytes: RawSpan, action: Action, outcome: Outcome, behaviourLogProbability: Double
  ) { value += Float(observationBytes.unsafeLoad(fromByteOffset: 8, as: UInt8.self)) }
  mutating func endEpisode(
    finalObservation: Span<Float>, isSolved: Bool, component: Int?
  ) throws(DatasetError) { value += finalObservation[0] }
  mutating func endEpisode(
    finalObservationBytes: RawSpan, isSolved: Bool, component: Int?
  ) throws(DatasetError) {
    value += Float(finalObservationBytes.unsafeLoad(fromByteOffset: 8, as: UInt8.self))
  }
}
