/// Numbers for hidden states, so that a set of them takes one bit for each.
public struct StateNumbering<State>: Sendable {
  /// All numbers are below this; a bound of how many states there are.
  public let capacity: Int
  /// The number of a state that an episode can be in while it lasts.
  public let number: @Sendable (State) -> Int

  /// - Parameter number: different states have different numbers in `0 ..< capacity`.
  public init(capacity: Int, number: @escaping @Sendable (State) -> Int) {
    (self.capacity, self.number) = (capacity, number)
  }
}

/// A world whose states can be numbered beforehand. Shortest solutions are found in it even where
/// the list of its states fits no memory, and it is known before the search what a list may take.
public protocol NumberedStates: Solvable {
  /// The numbering for the episode that the world was last reset to, or `nil` where there is none.
  func makeNumbering() -> StateNumbering<State>?

  /// The best return of an episode whose shortest solution takes so many steps (`nil`: there is
  /// none), or `nil` where this alone does not decide it. The default is `nil`.
  func bestReturn(ofShortestSolution steps: Int?) -> Double?

  /// The shortest solution of the episode that the world was last reset to, by a search that tells
  /// fewer states apart than there are: for where they are too many even to be numbered. The default,
  /// `nil`, is that there is no such search.
  ///
  /// - Parameter isStopped: asked now and then whether to give up.
  /// - Throws: where it was given up, or does not fit either.
  func findSolution(
    memoryLimit: Int, unless isStopped: @escaping () -> Bool
  ) throws(SolverError) -> ShortestSolution?

  /// Searches states without keeping them. Not to be implemented: it is a requirement only so that
  /// every world has a copy compiled for it.
  func survey(
    _ numbering: StateNumbering<State>, memoryLimit: Int, upTo states: Int
  ) throws(SolverError) -> StateSurvey
}

/// The fewest steps to accomplish a task, with luck, or `nil` where there is no way within the horizon.
public struct ShortestSolution: Sendable, Equatable {
  public var steps: Int?

  public init(steps: Int?) { self.steps = steps }
}

extension NumberedStates {
  public func bestReturn(ofShortestSolution steps: Int?) -> Double? { nil }

  public func findSolution(
    memoryLimit: Int, unless isStopped: @escaping () -> Bool
  ) throws(SolverError) -> ShortestSolution? { nil }

  public func survey(
    _ numbering: StateNumbering<State>, memoryLimit: Int, upTo states: Int
  ) throws(SolverError) -> StateSurvey {
    try StateSurvey(of: self, numbering, memoryLimit: memoryLimit, upTo: states)
  }
}
