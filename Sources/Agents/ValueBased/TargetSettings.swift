public import Documents
public import TensorCore

/// How target networks follow: every `every` updates, `t ← (1 − rate) · t + rate · p`.
public struct TargetSettings: Settings {
  public var every = 1
  public var rate = 0.005

  public init() {}

  public init(every: Int, rate: Double) {
    self.every = every
    self.rate = rate
  }

  /// Checks ranges; keys are relative to these settings.
  public func check() throws(ConfigurationError) {
    try require(every >= 1, "every", every, "a whole number from 1")
    try require(rate > 0 && rate <= 1, "rate", rate, "a number above 0, at most 1")
  }

  /// Moves all targets where it is time: to be called after every update.
  ///
  /// - Parameter step: number of the step just taken, from 0.
  public func move(_ parameters: ParameterStore, after step: Int) {
    if (step + 1) % every == 0 { parameters.moveTargets(by: rate) }
  }
}

func requireDiscount(_ discount: Double) throws(ConfigurationError) {
  try require(0...1 ~= discount, "discount", discount, "a number from 0 to 1")
}
