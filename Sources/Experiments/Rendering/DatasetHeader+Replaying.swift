internal import Datasets
internal import Environments

extension DatasetHeader {
  /// Whether a world can play the dataset's actions, and shows as many numbers as were recorded. What
  /// the numbers are, bounds included, shows when they are played.
  func canBeReplayed(in world: some Environment) -> Bool {
    observationSpace.leaves.map(\.shape) == world.observationSpace.leaves.map(\.shape)
      && world.actionSpace.takesActions(of: actionSpace)
  }
}

extension Space {
  /// Whether every action of another space is one of this.
  fileprivate func takesActions(of other: Space) -> Bool {
    switch (self, other) {
    case (.discrete(let count, let start), .discrete(let choices, let first)):
      return start <= first && first + (choices - 1) <= start + (count - 1)
    case (.multiDiscrete(let counts), .multiDiscrete(let choices)):
      return counts.count == choices.count && zip(choices, counts).allSatisfy(<=)
    case (.box(let box), .box(let more)): return box.shape == more.shape
    default: return self == other
    }
  }
}
