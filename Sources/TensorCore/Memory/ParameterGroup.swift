/// How the parameters of a group are updated, where that differs from the others.
public struct ParameterGroup: Sendable, Equatable {
  /// The group of parameters that were declared in no other.
  public static let main = "main"

  public let name: String
  /// Multiplies the learning rate.
  public let rateFactor: Double
  /// The group is updated at every `period`-th step only, as the actor of TD3 is.
  public let period: Int

  public init(_ name: String, rateFactor: Double = 1, period: Int = 1) {
    precondition(rateFactor > 0 && period > 0, "rate factor \(rateFactor), period \(period)")
    self.name = name
    self.rateFactor = rateFactor
    self.period = period
  }
}
