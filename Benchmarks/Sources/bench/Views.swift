import Datasets
import Documents
import Environments
import Experiments
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
    var settings = ExperimentSettings()
    settings.environment = Component(
      "environment", id: entry.id, settings: ["horizon": .integer(Self.horizon)])
    settings.dataset.behaviour = Component("behaviour", id: "random")
    settings.dataset.episodes = Self.episodes
    let experiment = try Experiment(name: "views", settings, registry: .builtIn)
    let world = try World(settings.environment.decode(as: World.Configuration.self))
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
      playing.append(time { checksum += play(world) } / Double(Self.episodes))
      playingBytes.append(
        time { checksum += play(world, asBytes: true) } / Double(Self.episodes))
      unlink(path)
      // The command's own work, on one core.
      let collector = Collector(experiment.loaded, registry: .builtIn, threads: 1)
      collecting.append(try time { _ = try collector.collect(to: path) } / Double(Self.episodes))
      var read: Dataset?
      reading.append(try time { read = try DatasetReader(path).read() } / Double(Self.episodes))
      guard let dataset = read else { break }
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
  ///
  /// - Returns: a sum of what was seen, which keeps the compiler from leaving it out.
  private func play<World: Environment>(_ start: World, asBytes: Bool = false) -> Float {
    var world = start
    var sum: Float = 0
    var row = [Float](repeating: 0, count: world.observationSpace.width)
    var bytes = [UInt8](repeating: 0, count: world.observationSpace.bytes)
    guard case .discrete(let actions, _) = world.actionSpace else { return 0 }
    for episode in 0..<Self.episodes {
      var seeds = RandomStream(seed: 0, "collection/environment", UInt64(episode))
      var random = RandomStream(seed: 0, "collection/behaviour", UInt64(episode))
      world.reset(seed: seeds.next())
      var isDone = false
      func observe() {
        if asBytes {
          var span = bytes.mutableSpan
          var raw = span.mutableBytes
          precondition(world.observe(intoBytes: &raw), "MiniGrid writes bytes")
          sum += Float(bytes[8])
        } else {
          var span = row.mutableSpan
          world.observe(into: &span)
          sum += row[0]
        }
      }
      while !isDone {
        observe()
        isDone = world.step(.discrete(random.integer(below: actions))).isDone
      }
      observe()
    }
    return sum
  }
}
