public import Agents
public import Datasets
public import Documents

/// Everything an experiment is made of: one YAML file, of which only what differs from these
/// defaults need be written.
public struct ExperimentSettings: Settings {
  /// Names every random stream of collection, training and validation.
  public var seed = 0
  public var environment = Component("environment", id: "key-to-door/dt-paper")
  public var dataset = DatasetSettings()
  public var agent = Component("agent", id: "decision-transformer")
  public var training = TrainingSettings()
  public var evaluation = EvaluationSettings()

  public init() {}
}

/// Where the episodes are, how they are made, and which of them are learned from.
public struct DatasetSettings: Settings {
  /// The dataset's file or folder; empty for `datasets/<experiment>.hdf5`.
  public var path = ""
  /// Episodes to collect.
  public var episodes = 1000
  public var behaviour = Component("behaviour", id: "random")
  /// Steps per part while collecting; a part is durable as soon as it is full.
  public var partSteps = 1_000_000
  /// Learn only from this share of the episodes, those of the highest returns (%BC).
  public var keepTopFraction = 1.0
  /// Learn only from episodes whose task was accomplished.
  public var keepSolved = false
  /// Mebibytes that the dataset may take in memory while training; a larger one is read from its
  /// files batch by batch, with the same result.
  public var memory = 1024

  public init() {}

  func check() throws(ConfigurationError) {
    try require(episodes >= 1, "episodes", episodes, "a whole number from 1")
    try require(
      1...100_000_000 ~= partSteps, "partSteps", partSteps, "a whole number from 1 to 100000000")
    try require(
      keepTopFraction > 0 && keepTopFraction <= 1, "keepTopFraction", keepTopFraction,
      "a number above 0, at most 1")
    try require(
      0...(1 << 30) ~= memory, "memory", memory, "a whole number of mebibytes from 0 to 1073741824")
  }
}

/// How the agent is trained.
public struct TrainingSettings: Settings {
  /// Updates to make.
  public var steps = 1000
  /// Windows per update.
  public var batchSize = 64
  public var sampling = SamplingSettings()
  public var optimization = OptimizationSettings()
  /// Shift and scale observations to zero mean and unit variance over the data.
  public var normalisesObservations = false
  /// Pieces a batch is cut into. It changes the bits of the result; threads do not.
  public var shards = 8
  /// Updates between two rows of `metrics.csv`.
  public var logEvery = 10
  /// Updates between two checkpoints.
  public var checkpointEvery = 100
  public var validation = ValidationSettings()
  /// Write TensorBoard's event files into the run folder as well.
  public var tensorboard = false

  public init() {}

  func check() throws(ConfigurationError) {
    try require(steps >= 1, "steps", steps, "a whole number from 1")
    try require(1...1_000_000 ~= batchSize, "batchSize", batchSize, "1 to 1000000 windows")
    try require(1...1024 ~= shards, "shards", shards, "a whole number from 1 to 1024")
    try require(logEvery >= 1, "logEvery", logEvery, "a whole number from 1")
    try require(checkpointEvery >= 1, "checkpointEvery", checkpointEvery, "a whole number from 1")
    do { try sampling.check() } catch { throw error.within("sampling") }
    do { try optimization.check() } catch { throw error.within("optimization") }
    do { try validation.check() } catch { throw error.within("validation") }
  }
}

/// Rollouts during training that choose the `best` checkpoint. Their seeds are their own: no
/// reported episode is ever one of them.
public struct ValidationSettings: Settings {
  /// Updates between two validations; 0 for none.
  public var every = 100
  /// Episodes per target return.
  public var episodes = 100
  /// Returns to ask for: numbers, `max`, quantiles of the data's returns such as `q0.9`, or `sampled`
  /// where the agent draws them; empty for the largest return in the data.
  public var targetReturns: [TargetReturn] = []

  public init() {}

  func check() throws(ConfigurationError) {
    try require(every >= 0, "every", every, "a whole number from 0")
    try requireEpisodes(episodes)
    try requireTargets(targetReturns)
  }
}

/// How the trained policy is tried out.
public struct EvaluationSettings: Settings {
  /// Returns to ask for, as in validation; an agent that takes none is tried once.
  public var targetReturns: [TargetReturn] = []
  /// Episodes per target return and selection.
  public var episodes = 100
  public var selections = [Selection.Rule.greedy, .sampled]
  /// Divides logits before sampling.
  public var temperature = 1.0
  /// Episodes played at once.
  public var lanes = 64
  /// Names the episodes: number `i` under one seed is the same for every agent and target.
  public var seed = 0
  public var checkpoint = CheckpointChoice.best

  public init() {}

  func check() throws(ConfigurationError) {
    try requireEpisodes(episodes)
    try requireTargets(targetReturns)
    try require(
      !selections.isEmpty && Set(selections).count == selections.count, "selections",
      selections.isEmpty ? "none" : selections.map(\.rawValue).joined(separator: ", "),
      "greedy, sampled or both, each once")
    try require(
      temperature > 0 && temperature <= 1e6, "temperature", temperature,
      "a number above 0, at most 1000000")
    try require(1...65_536 ~= lanes, "lanes", lanes, "a whole number from 1 to 65536")
    try require(seed >= 0, "seed", seed, "a whole number from 0")
  }
}

/// Which of a run's checkpoints is meant.
public enum CheckpointChoice: String, Sendable, Codable, CaseIterable {
  /// The best in validation, or the last where there was no validation.
  case best
  case last
}

extension ExperimentSettings {
  /// Checks everything that can be checked without data.
  public func check() throws(ConfigurationError) {
    try require(seed >= 0, "seed", seed, "a whole number from 0")
    do { try dataset.check() } catch { throw error.within("dataset") }
    do { try training.check() } catch { throw error.within("training") }
    do { try evaluation.check() } catch { throw error.within("evaluation") }
  }
}

/// Episodes that are played for one target: as many as one report can hold.
private func requireEpisodes(_ episodes: Int) throws(ConfigurationError) {
  try require(
    1...10_000_000 ~= episodes, "episodes", episodes, "a whole number from 1 to 10000000")
}

/// Target returns, which single precision must be able to hold after scaling.
func requireTargets(_ targets: [TargetReturn]) throws(ConfigurationError) {
  for (index, target) in targets.enumerated() {
    guard case .value(let target) = target else { continue }
    try require(
      abs(target) <= 1e30, "targetReturns[\(index)]", target, "a number from -1e30 to 1e30")
  }
}
