internal import Environments
internal import Files
internal import HDF5

/// Writes a file that d3rlpy's `ReplayBuffer.load` takes, version 2.1: `observations_<i>`,
/// `actions_<i>`, `rewards_<i>` and `terminated_<i>` for each episode.
enum D3rlpyWriter {
  static let columns = ["observations", "actions", "rewards", "terminated"]
  static let version = "2.1"

  static func write(
    _ dataset: Dataset, to path: String, _ remarks: inout Remarks
  ) throws(DatasetError) -> String {
    try requireActions(dataset.header.actionSpace, path)
    note(dataset, &remarks)
    let image: [UInt8]
    do throws(HDF5Error) {
      image = try makeImage(of: dataset)
    } catch {
      throw DatasetError(error, file: path)
    }
    do throws(FileError) {
      try DurableFile.write(image, to: path, replacing: false)
    } catch {
      throw .file(error)
    }
    return path
  }

  /// d3rlpy knows single choices from 0, and vectors.
  private static func requireActions(_ space: Space, _ path: String) throws(DatasetError) {
    switch space {
    case .discrete(_, let start) where start >= 0: return
    case .box(let box) where box.shape.count == 1: return
    default:
      throw .unusable(
        file: path,
        reason: "d3rlpy acts by one choice counting from 0 or by a vector of numbers, and these "
          + "actions are neither")
    }
  }

  private static func note(_ dataset: Dataset, _ remarks: inout Remarks) {
    guard dataset.episodeCount > 0 else {
      remarks.add("d3rlpy cannot make a replay buffer of no episodes")
      return
    }
    remarks.add("final_observations: d3rlpy has no place for them, left out")
    remarks.add("episode_seeds: d3rlpy has no place for them, left out")
    if !dataset.behaviourLogProbabilities.isEmpty {
      remarks.add("behaviour_log_probabilities: d3rlpy has no place for them, left out")
    }
    for info in dataset.infos {
      remarks.add("infos › \(info.name): d3rlpy has no place for it, left out")
    }
    let last = dataset.stepCount - 1
    if zip(dataset.isTerminated, dataset.isTruncated).contains(where: { $0 && $1 }) {
      remarks.add("timeouts: d3rlpy has no place for one beside a terminal, left out there")
    }
    if !dataset.isTerminated[last], !dataset.isTruncated[last] {
      remarks.add("the last episode is unfinished: d3rlpy takes it for one that was cut off")
    }
    let leaves = dataset.header.observationSpace.leaves
    if leaves.contains(where: { $0.shape.count == 3 }) {
      remarks.add(
        "observations: d3rlpy takes rows of three axes for pictures, channels first; --flat makes "
          + "them vectors")
    }
    if leaves.count > 1 {
      remarks.add(
        "observations: several parts are a tuple to d3rlpy, which few of its algorithms take; "
          + "--flat makes them one vector")
    }
    if dataset.header.observationSpace.leaves.contains(where: { $0.shape.isEmpty }) {
      remarks.add("observations: single numbers are written as vectors of one")
    }
  }

  private static func makeImage(of dataset: Dataset) throws(HDF5Error) -> [UInt8] {
    let file = try HDF5File()
    try file.root.setAttribute(DatasetHeader.provenanceName, dataset.header.provenance)
    try file.root.write(texts: columns, as: "columns")
    try file.root.write([dataset.episodeCount], shape: [], as: "num_episodes")
    try file.root.write(texts: [version], as: "version", isSingle: true)
    let seen = dataset.header.observationSpace.leaves
    let acted = dataset.header.actionSpace.leaves[0]
    for number in 0..<dataset.episodeCount {
      let steps = dataset.steps(ofEpisode: number)
      for (index, leaf) in seen.enumerated() {
        let name = seen.count == 1 ? "observations_\(number)" : "observations_\(number)_\(index)"
        try file.root.write(
          dataset.observations[index][
            steps.lowerBound * leaf.width..<steps.upperBound * leaf.width],
          shape: [steps.count] + (leaf.shape.isEmpty ? [1] : leaf.shape), atPath: name)
      }
      try file.root.write(
        dataset.actions[0][steps.lowerBound * acted.width..<steps.upperBound * acted.width],
        shape: [steps.count, acted.width], atPath: "actions_\(number)")
      try file.root.write(
        Array(dataset.rewards[steps]), shape: [steps.count, 1], as: "rewards_\(number)")
      try file.root.write(
        [dataset.isTerminated[steps.upperBound - 1]], shape: [], as: "terminated_\(number)")
    }
    return try file.image()
  }
}
