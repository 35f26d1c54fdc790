/// A world that can say what an agent sees in any hidden state, the current or not.
///
/// With it a solver knows what can be concluded from what was seen (``BeliefFilter``).
public protocol ObservableState: Solvable {
  /// Writes what is seen in `state` after `time` steps, as ``Environment/observe(into:)`` does when
  /// the world is in it.
  ///
  /// - Parameter row: `[observationSpace.width]`; every element is written.
  func observe(_ state: State, at time: Int, into row: inout MutableSpan<Float>)
}
