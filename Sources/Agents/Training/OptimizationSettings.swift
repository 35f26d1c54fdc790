public import Documents
internal import TensorCore

/// How parameters are updated: AdamW with warm-up, clipping and a learning-rate schedule.
public struct OptimizationSettings: Settings {
  public var learningRate = 1e-3
  /// Updates over which the rate rises linearly from near zero.
  public var warmUpSteps = 100
  public var schedule = Schedule.constant
  /// The last rate of a cosine schedule as a fraction of `learningRate`.
  public var finalRateFraction = 0.1
  public var beta1 = 0.9
  public var beta2 = 0.999
  public var epsilon = 1e-8
  /// Decoupled decay, a fraction of the learning rate per update.
  public var weightDecay = 1e-4
  public var decayed = Decayed.linear
  /// Gradients are scaled down to this norm where theirs is larger; 0 never clips.
  public var clipNorm = 1.0

  /// Policies act with a moving average of the weights, `a ← d a + (1 − d) w` after every update,
  /// where `d = min(averageDecay, (1 + t) / (10 + t))` after `t` updates; 0 for the weights
  /// themselves (Polyak and Juditsky, 1992).
  public var averageDecay = 0.0

  public init() {}

  public enum Schedule: String, Sendable, Codable, CaseIterable {
    case constant, cosine
  }

  public enum Decayed: String, Sendable, Codable, CaseIterable {
    /// Weights of linear layers only, as minGPT does.
    case linear
    /// Every parameter, biases, gains and embeddings too: PyTorch's default.
    case all
  }

  /// Checks ranges; keys are relative to these settings.
  public func check() throws(ConfigurationError) {
    try require(
      learningRate > 0 && learningRate <= 1e3, "learningRate", learningRate,
      "a number above 0, at most 1000")
    try require(warmUpSteps >= 0, "warmUpSteps", warmUpSteps, "a whole number from 0")
    try require(
      0...1 ~= finalRateFraction, "finalRateFraction", finalRateFraction, "a number from 0 to 1")
    // The kernels compute in single precision, where numbers too near to 0 or 1 are 0 or 1.
    try require(0...0.999999 ~= beta1, "beta1", beta1, "a number from 0 to 0.999999")
    try require(0...0.999999 ~= beta2, "beta2", beta2, "a number from 0 to 0.999999")
    try require(1e-30...1 ~= epsilon, "epsilon", epsilon, "a number from 1e-30 to 1")
    try require(0...10 ~= weightDecay, "weightDecay", weightDecay, "a number from 0 to 10")
    try require(clipNorm >= 0 && clipNorm.isFinite, "clipNorm", clipNorm, "a number from 0")
    try require(
      averageDecay >= 0 && averageDecay < 1, "averageDecay", averageDecay,
      "a number from 0 to below 1")
  }

  func schedule(over steps: Int) -> LearningRateSchedule {
    LearningRateSchedule(
      peak: learningRate, warmUpSteps: warmUpSteps, steps: steps,
      shape: schedule == .cosine ? .cosine : .constant, floor: finalRateFraction)
  }

  var adamW: AdamW.Settings {
    AdamW.Settings(
      beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
      decaysAll: decayed == .all)
  }
}
