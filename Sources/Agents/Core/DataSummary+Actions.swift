public import Datasets
internal import Environments

extension DataSummary {
  /// Whether actions are chosen from a list rather than made of numbers.
  public var hasDiscreteActions: Bool {
    if case .discrete = actionSpace { true } else { false }
  }

  /// Actions to choose from, or numbers in a continuous action.
  public var actionColumns: Int {
    if case .discrete(let count, _) = actionSpace { count } else { actionSpace.width }
  }
}
