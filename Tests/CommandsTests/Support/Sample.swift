import Files
import Foundation

/// A dataset and a finished run that tests look at and never change, made once.
struct Sample {
  /// An experiment of fractions of a second.
  let experiment: String
  let dataset: String
  /// The same experiment with another world.
  let otherDataset: String
  let run: String

  static let shared: Sample = {
    // Removed at the end of the process: statics are never let go of.
    atexit { try? FileManager.default.removeItem(atPath: Sample.folder.path) }
    return try! Sample()
  }()

  // One for the whole process.
  private static let folder = try! TemporaryFolder()

  static let yaml = """
    environment: corridor
    dataset:
      episodes: 60
    agent:
      contextLength: 8
      backbone: {width: 16, layers: 1, heads: 2}
    training:
      steps: 20
      batchSize: 16
      validation: {every: 10, episodes: 10, targetReturns: [0, 1]}
    evaluation: {targetReturns: [0, 1], episodes: 20}

    """

  private init() throws {
    let program = try Program()
    experiment = Self.folder("tiny.yaml")
    dataset = Self.folder("tiny.hdf5")
    otherDataset = Self.folder("other.hdf5")
    run = Self.folder("run")
    try DurableFile.write(Self.yaml, to: experiment, replacing: false)
    for arguments in [
      ["collect", experiment, "--output", dataset],
      [
        "collect", experiment, "--output", otherDataset, "--set", "environment=key-to-door",
        "--set", "dataset.episodes=2",
      ],
      ["train", experiment, "--dataset", dataset, "--output", run],
    ] {
      let outcome = try program.run(arguments)
      precondition(outcome.code == 0, "\(arguments): \(outcome.error)")
    }
  }
}
