/// A world whose episodes pass through phases at fixed times.
public protocol PhasedEnvironment: Environment {
  /// The step with which each phase begins; the first is 0, none is less than the one before.
  var phaseStarts: [Int] { get }
}
