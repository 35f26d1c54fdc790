import Agents
import Datasets
import Experiments
import Files
import Foundation
import Synchronization
import Testing

/// A folder of a test's own, removed with everything in it when the test lets go of it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    // In memory where that is possible: syncing is not what is tested here, and takes most of the time.
    let place = FileStatus.kind(of: "/dev/shm") == .folder ? "/dev/shm/" : NSTemporaryDirectory()
    path = place + "hindsight-" + UUID().uuidString
    try Folder(path).make()
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func callAsFunction(_ name: String) -> String { Folder(path).path(of: name) }
}

/// An experiment that takes a fraction of a second: a corridor and a transformer of width 16.
struct TinyExperiment {
  let folder: TemporaryFolder
  let registry: Registry

  private static let yaml = """
    environment: corridor
    dataset: {episodes: 60}
    agent: {contextLength: 8, backbone: {width: 16, layers: 1, heads: 2}}
    training:
      steps: 40
      batchSize: 16
      logEvery: 3
      checkpointEvery: 15
      optimization: {warmUpSteps: 5, averageDecay: 0.9}
      validation: {every: 10, episodes: 20, targetReturns: [0, 1]}
    evaluation: {targetReturns: [0, 1], episodes: 30}
    """

  init(registry: Registry = .builtIn) throws {
    folder = try TemporaryFolder()
    self.registry = registry
    try DurableFile.write(Self.yaml, to: folder("tiny.yaml"), replacing: false)
  }

  /// - Parameter changes: as for `--set`.
  func experiment(_ changes: [String] = []) throws -> Experiment {
    try Experiment(path: folder("tiny.yaml"), overrides: changes, registry: registry)
  }

  @discardableResult
  func collect(
    to name: String = "data.hdf5", _ changes: [String] = [], threads: Int = 1,
    stop: StopRequest = StopRequest(),
    onProgress: @escaping (CollectionProgress) -> Void = { _ in }
  ) throws -> CollectionReport {
    try Collector(
      experiment(changes).loaded, registry: registry, threads: threads, stop: stop,
      onProgress: onProgress
    ).collect(to: folder(name))
  }

  /// Trains in the folder `name`, collecting the data first where there are none.
  ///
  /// - Parameter step: after which a signal asks to stop; 0 for before the first.
  @discardableResult
  func train(
    _ name: String, _ changes: [String] = [], on data: String = "data.hdf5", threads: Int = 1,
    stoppingAt step: Int? = nil, stop: StopRequest = StopRequest()
  ) throws -> TrainingReport {
    if !DatasetReader.isPresent(at: folder(data)) { try collect(to: data, changes) }
    let trainer = Trainer(
      try experiment(changes).loaded, registry: registry, folder: run(name), threads: threads,
      stop: stop, onProgress: { if $0.step == step { stop.request(signal: 2) } })
    if step == 0 { stop.request(signal: 2) }
    return try trainer.run(
      on: experiment(changes).readDataset(at: folder(data)), from: folder(data))
  }

  /// Goes on with the run `name`, as `hindsight train --resume` does.
  @discardableResult
  func resume(
    _ name: String, on data: String = "data.hdf5", threads: Int = 1,
    stoppingAt step: Int? = nil, stop: StopRequest = StopRequest()
  ) throws -> TrainingReport {
    let experiment = try Experiment(of: run(name), registry: registry)
    let trainer = Trainer(
      experiment.loaded, registry: registry, folder: run(name), threads: threads, stop: stop,
      onProgress: { if $0.step == step { stop.request(signal: 2) } })
    if step == 0 { stop.request(signal: 2) }
    return try trainer.resume(on: experiment.readDataset(at: folder(data)), from: folder(data))
  }

  func run(_ name: String) -> RunFolder { RunFolder(folder(name)) }

  /// Everything of a run that must not depend on when and how it was interrupted.
  func result(of name: String) throws -> [String: [UInt8]] {
    let run = run(name)
    let paths = [
      run.configurationPath, run.metricsPath, run.validationPath, run.checkpointPath(.last),
      run.checkpointPath(.best),
    ]
    var result: [String: [UInt8]] = [:]
    for path in paths {
      result[String(path.split(separator: "/").last ?? "")] = try FileContents.bytes(
        of: path, atMost: 1 << 24)
    }
    return result
  }
}

/// Checks that two runs, or two other sets of files, are equal byte by byte.
func expectEqual(
  _ found: [String: [UInt8]], _ expected: [String: [UInt8]], _ comment: String = "",
  at place: SourceLocation = #_sourceLocation
) {
  #expect(found.keys.sorted() == expected.keys.sorted(), "\(comment)", sourceLocation: place)
  for (name, bytes) in expected {
    #expect(found[name] == bytes, "\(name) differs \(comment)", sourceLocation: place)
  }
}

/// The bytes of a file, or of all files of a folder by name.
func contents(of path: String) throws -> [String: [UInt8]] {
  guard FileStatus.kind(of: path) == .folder else {
    return ["": try FileContents.bytes(of: path, atMost: 1 << 28)]
  }
  var result: [String: [UInt8]] = [:]
  for name in try Folder(path).names() {
    result[name] = try FileContents.bytes(of: Folder(path).path(of: name), atMost: 1 << 28)
  }
  return result
}

/// The message of the error that `body` must throw.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}

extension Tag {
  /// Trains until something was learned; takes seconds.
  @Tag static var learning: Tag
}
