import Agents
import Datasets
import Documents
import Environments
import Randomness

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Dataset write and read, and the sampler.
enum DataBench {
  /// 10,000 random episodes of Key-to-Door: build, write, read, sample.
  static func dataset(rounds: Int) throws -> [Measurement] {
    let world = try KeyToDoor(KeyToDoor.Configuration())
    let header = DatasetHeader(
      environment: "key-to-door", environmentConfiguration: [:],
      observationSpace: world.observationSpace, actionSpace: world.actionSpace,
      behaviourPolicy: ["id": "random"], seed: 0, creator: "bench", configuration: [:])
    let episodes = 10_000
    func collect() throws -> Dataset {
      var builder = DatasetBuilder(header)
      var world = world
      var row = [Float](repeating: 0, count: world.observationSpace.width)
      for episode in 0..<episodes {
        var random = RandomStream(seed: 0, "bench", UInt64(episode))
        world.reset(seed: UInt64(episode))
        builder.beginEpisode(seed: UInt64(episode))
        var isDone = false
        func observe() {
          var span = row.mutableSpan
          world.observe(into: &span)
        }
        while !isDone {
          observe()
          let action = Action.discrete(random.integer(below: 4))
          let outcome = world.step(action)
          builder.append(
            observation: row.span, action: action, outcome: outcome,
            behaviourLogProbability: -1.3862944)
          isDone = outcome.isDone
        }
        observe()
        builder.endEpisode(finalObservation: row.span, isSolved: world.isSolved)
      }
      return builder.takeDataset()
    }
    let data = try collect()
    let path = "/tmp/hindsight-bench-\(getpid()).hdf5"
    defer { unlink(path) }
    func measure(_ name: String, _ body: () throws -> Void) rethrows -> Measurement {
      Measurement(
        bench: "data", config: name, threads: 1,
        seconds: try (0..<rounds).map { _ in try time(body) / Double(episodes) },
        unit: "episode")
    }
    var results = [
      try measure("collect in memory") { _ = try collect() },
      try measure("write") { try DatasetFile.write(data, to: path, replacing: true) },
      try measure("read") { _ = try DatasetReader(path).read() },
    ]
    let summary = DataSummary(of: data, horizon: world.horizon, normalisingObservations: false)
    let sampler = try WindowSampler(
      data, summary: summary, request: WindowRequest(contextLength: 20), seed: 0)
    var batch = SequenceBatch()
    var step = 0
    results.append(
      Measurement(
        bench: "sampler", config: "64 windows of 20", threads: 1,
        seconds: (0..<rounds).map { _ in
          time {
            for _ in 0..<200 {
              sampler.fill(&batch, windows: 64, step: step)
              step += 1
            }
          } / 200
        }, unit: "batch"))
    return results
  }
}

/// This process's memory.
enum Memory {
  /// The most that was ever resident, in units of 10⁶ bytes.
  static var peakMegabytes: Double {
    var usage = rusage()
    #if canImport(Darwin)
    getrusage(RUSAGE_SELF, &usage)
    return Double(usage.ru_maxrss) / 1e6
    #else
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) * 1024 / 1e6
    #endif
  }
}

struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
