public import Datasets
internal import Environments

/// Turns what was seen, done and earned in an episode up to some time into a row of numbers.
///
///     observation   x_t, and t / horizon where time is used
///     history       also x_{t−1}, a_{t−1} … x_{t−k}, a_{t−k}, (Σ_{t' < t} r_t') / scale and
///                   mean_{t' < t} x_t'
///
/// where `x` holds amounts shifted and scaled to the data, and labels and discrete actions as ones
/// among zeros; what lies before the start is zero. The return that a policy still wants is its target
/// less the rewards so far, so the rewards say it. The mean over the past tells whether something was
/// ever seen, which is what many hidden states come down to; the order is lost in it.
public struct HistoryFeatures: Sendable {
  private let dataset: Dataset
  /// `[N + E, observation width]` What was seen before each action of an episode and after its last.
  private let observations: [Float]
  /// `[N + E]` Rewards of the episode until then, divided by the scale.
  private let earned: [Float]
  private let columns: [ExpandedColumn]
  private let bounds: ActionBounds
  /// Numbers of an action: one per discrete action.
  private let actionWidth: Int
  private let horizon: Int
  /// `nil` where only the newest observation is shown.
  private let historyLength: Int?
  private let usesTime: Bool
  /// Numbers of an expanded observation.
  private let observationWidth: Int
  /// Numbers of a row.
  public let width: Int

  /// How one number of an observation is shown.
  private enum ExpandedColumn: Sendable {
    case amount(mean: Float, scale: Float)
    case label(count: Int, first: Int)

    var width: Int { if case .label(let count, _) = self { count } else { 1 } }
  }

  /// - Parameters:
  ///   - data: of the dataset, with observations normalised; its horizon is the world's.
  ///   - showsHistory: whether more than the newest observation is shown.
  public init(
    of dataset: Dataset, data: DataSummary, settings: FeatureSettings, showsHistory: Bool
  ) {
    self.dataset = dataset
    columns = data.observationSpace.columnMeanings.enumerated().map { index, meaning in
      switch meaning {
      case .quantity:
        .amount(mean: data.observationMean[index], scale: data.observationScale[index])
      case .category(let count, let first): .label(count: count, first: first)
      }
    }
    bounds = ActionBounds(data.actionSpace)
    actionWidth = data.actionColumns
    horizon = max(data.horizon, 1)
    historyLength = showsHistory ? settings.historyLength : nil
    usesTime = settings.usesTime
    (observations, earned) = Self.rows(
      of: dataset, rewardScale: data.largestReturnToGo > 0 ? data.largestReturnToGo : 1)
    observationWidth = columns.reduce(0) { $0 + $1.width }
    let past =
      showsHistory
      ? settings.historyLength * (observationWidth + actionWidth) + 1 + observationWidth : 0
    width = observationWidth + past + (usesTime ? 1 : 0)
  }

  private static func rows(
    of dataset: Dataset, rewardScale: Double
  ) -> (observations: [Float], earned: [Float]) {
    var observations: [Float] = []
    var earned: [Float] = []
    for episode in 0..<dataset.episodeCount {
      var sum = 0.0
      for step in dataset.steps(ofEpisode: episode) {
        observations += dataset.observationRow(step)
        earned.append(Float(sum / rewardScale))
        sum += dataset.rewards[step]
      }
      observations += dataset.finalObservationRow(episode)
      earned.append(Float(sum / rewardScale))
    }
    return (observations, earned)
  }

  /// Appends the row of an episode at a time from 0 to its length.
  public func append(episode: Int, time: Int, to rows: inout [Float]) {
    let steps = dataset.steps(ofEpisode: episode)
    precondition(0...steps.count ~= time, "time \(time) in an episode of \(steps.count) steps")
    let first = steps.lowerBound + episode
    appendObservations(first + time..<first + time + 1, to: &rows)
    if let historyLength {
      for back in stride(from: 1, through: historyLength, by: 1) {
        guard back <= time else {
          rows.append(contentsOf: repeatElement(0, count: observationWidth + actionWidth))
          continue
        }
        appendObservations(first + time - back..<first + time - back + 1, to: &rows)
        appendAction(steps.lowerBound + time - back, to: &rows)
      }
      rows.append(earned[first + time])
      appendObservations(first..<first + time, to: &rows)
    }
    if usesTime { rows.append(Float(time) / Float(horizon)) }
  }

  /// Appends the mean of expanded observations; zeros for none.
  private func appendObservations(_ range: Range<Int>, to rows: inout [Float]) {
    let start = rows.count
    rows.append(contentsOf: repeatElement(0, count: observationWidth))
    let share = 1 / Float(max(range.count, 1))
    for row in range {
      var (source, place) = (row * columns.count, start)
      for column in columns {
        switch column {
        case .amount(let mean, let scale):
          rows[place] += share * (observations[source] - mean) / scale
        case .label(let count, let first):
          let label = Int(observations[source]) - first
          if 0..<count ~= label { rows[place + label] += share }
        }
        source += 1
        place += column.width
      }
    }
  }

  private func appendAction(_ step: Int, to rows: inout [Float]) {
    switch dataset.action(at: step) {
    case (_, let index?): rows += (0..<actionWidth).map { $0 == index ? 1 : 0 }
    case (.continuous(let numbers), nil): rows += bounds.units(of: numbers)
    case (.discrete, nil): preconditionFailure("a discrete action without an index")
    }
  }
}
