public import Environments

/// What a network must know of the data it was trained on: enough to act without the dataset.
public struct DataSummary: Sendable, Equatable {
  public var observationSpace: Space
  public var actionSpace: Space
  /// Steps of the longest episode an environment can give.
  public var horizon: Int
  /// Episodes and steps that were kept for training.
  public var episodeCount: Int
  public var stepCount: Int
  /// `[observation width]` Subtracted from observations; all zero when they are not normalised.
  public var observationMean: [Float]
  /// `[observation width]` Divides observations; all one when they are not normalised.
  public var observationScale: [Float]
  /// Smallest, mean and largest return of an episode, in reward units.
  public var minimumReturn: Double
  public var meanReturn: Double
  public var maximumReturn: Double
  /// Largest absolute return-to-go at any step.
  public var largestReturnToGo: Double
  /// Quantiles of episodes' returns, and the returns-to-go of all steps.
  public var returnDistribution: ReturnDistribution

  public init(
    observationSpace: Space, actionSpace: Space, horizon: Int, episodeCount: Int, stepCount: Int,
    observationMean: [Float], observationScale: [Float], minimumReturn: Double, meanReturn: Double,
    maximumReturn: Double, largestReturnToGo: Double,
    returnDistribution: ReturnDistribution = .unknown
  ) {
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.horizon = horizon
    self.episodeCount = episodeCount
    self.stepCount = stepCount
    self.observationMean = observationMean
    self.observationScale = observationScale
    self.minimumReturn = minimumReturn
    self.meanReturn = meanReturn
    self.maximumReturn = maximumReturn
    self.largestReturnToGo = largestReturnToGo
    self.returnDistribution = returnDistribution
  }
}
