public import Datasets
public import Documents
internal import Environments

/// Fitted Q iteration on a table: value iteration in the world that the data describe.
///
///     Q(s, a) ← mean over the data's steps from (s, a) of
///               r + discount · max { Q(s', b) : b was taken in s' } − countPenalty / √n(s, a)
///
/// until no value changes by more than `tolerance`, where n counts the steps. What comes after a
/// terminal step counts nothing; neither does an observation in which nothing was ever done. A state
/// is what is observed, with the timestep where `usesTimesteps`: where observations hide something
/// the table mixes what they hide.
///
/// An action that was never taken in a state is never chosen there, unless `unseenValue` gives it a
/// value. In an observation that is not in the table the action is drawn uniformly.
public struct TabularQ: Fitter {
  public struct Configuration: Settings {
    /// γ
    public var discount = 0.99
    /// Pessimism in the face of few steps; 0 for none.
    public var countPenalty = 0.0
    public var unseen = Unseen.excluded
    /// The value of actions never taken, where `unseen` is `valued`.
    public var unseenValue = 0.0
    public var usesTimesteps = false
    public var tolerance = 1e-9
    public var sweepsAtMost = 100_000

    public init() {}
  }

  /// What becomes of actions that were never taken in a state.
  public enum Unseen: String, Sendable, Codable, CaseIterable {
    case excluded
    case valued
  }

  private let configuration: Configuration
  private let data: DataSummary

  public init(_ configuration: Configuration, data: DataSummary) throws(ConfigurationError) {
    try requireDiscreteActions(data)
    try requireDiscount(configuration.discount)
    let c = configuration
    try require(0...1e30 ~= c.countPenalty, "countPenalty", c.countPenalty, "a number from 0")
    try require(
      abs(c.unseenValue) <= 1e30, "unseenValue", c.unseenValue, "a number from -1e30 to 1e30")
    try require(c.tolerance > 0, "tolerance", c.tolerance, "a number above 0")
    try require(c.sweepsAtMost >= 1, "sweepsAtMost", c.sweepsAtMost, "a whole number from 1")
    self.configuration = configuration
    self.data = data
  }

  private var actions: Int { data.actionColumns }
  private var keyWidth: Int { data.observationSpace.width + (configuration.usesTimesteps ? 1 : 0) }

  public func fit(
    to dataset: Dataset, onSweep: (FitProgress) -> Bool
  ) -> FittedTables? {
    var states = ObservationIndex()
    let model = EmpiricalModel(
      of: dataset, actionCount: actions, usesTimesteps: configuration.usesTimesteps,
      states: &states)
    var q = [Double](repeating: 0, count: states.count * actions)
    let isSeen = model.counts.map { $0 > 0 }
    for index in q.indices where !isSeen[index] { q[index] = configuration.unseenValue }
    var progress = FitProgress(sweep: 0, change: .infinity)
    while progress.change > configuration.tolerance, progress.sweep < configuration.sweepsAtMost {
      let values = (0..<states.count).map { value(of: $0, q, isSeen) }
      progress.change = 0
      for pair in q.indices where isSeen[pair] {
        let count = Double(model.counts[pair])
        var sum = model.rewardSums[pair]
        for next in model.successors(of: pair) {
          sum += configuration.discount * Double(next.count) * values[next.state]
        }
        let new = sum / count - configuration.countPenalty / count.squareRoot()
        progress.change = max(progress.change, abs(new - q[pair]))
        q[pair] = new
      }
      progress.sweep += 1
      guard onSweep(progress) else { return nil }
    }
    let scores = q.indices.map { index in
      isSeen[index] || configuration.unseen == .valued ? Float(q[index]) : Self.excluded
    }
    return FittedTables(
      [
        .init("states", shape: [states.count, keyWidth], values: states.rows),
        .init("values", shape: [states.count, actions], values: scores),
      ], sweeps: progress.sweep)
  }

  /// Stands in the table for an action that is not to be taken.
  static let excluded: Float = -1e30

  /// The value of the best action that counts; 0 where nothing was done.
  private func value(of state: Int, _ q: [Double], _ isSeen: [Bool]) -> Double {
    var best: Double?
    for index in (state * actions)..<((state + 1) * actions)
    where isSeen[index] || configuration.unseen == .valued {
      best = max(best ?? -.infinity, q[index])
    }
    return best ?? 0
  }

  public func makePolicy(
    _ tables: FittedTables, lanes: Int, selection: Selection
  ) throws(FittedTablesError) -> any Policy {
    guard let states = tables["states"], states.shape.count == 2, states.shape[1] == keyWidth else {
      throw FittedTablesError(
        table: "states",
        "found \(tables["states"].map { "shape \($0.shape)" } ?? "none"), "
          + "expected rows of \(keyWidth) numbers")
    }
    guard let values = tables["values"], values.shape == [states.shape[0], actions] else {
      throw FittedTablesError(
        table: "values",
        "found \(tables["values"].map { "shape \($0.shape)" } ?? "none"), "
          + "expected shape \([states.shape[0], actions])")
    }
    var index = ObservationIndex()
    for row in 0..<states.shape[0] {
      _ = index.number(of: states.values[(row * keyWidth)..<((row + 1) * keyWidth)])
    }
    guard index.count == states.shape[0] else {
      throw FittedTablesError(table: "states", "the same state stands in two rows")
    }
    return TabularPolicy(
      states: index, values: values.values, data: data,
      usesTimesteps: configuration.usesTimesteps, lanes: lanes, selection: selection)
  }
}
