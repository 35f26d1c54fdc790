/// A world whose hidden state can be enumerated, so that questions about it have exact answers.
///
/// `State` holds everything the future depends on, the drawn layout included, but not the time: the
/// solver counts steps itself and cuts at ``Environment/horizon``. Where the rules depend on time
/// (phases), the state must hold it.
public protocol Solvable: Environment {
  associatedtype State: Hashable & Sendable

  /// The hidden state of the current episode.
  var state: State { get }

  /// All states an episode can start in, with their probabilities over seeds, which sum to one.
  func startStates() -> [(state: State, probability: Double)]

  /// What can follow `action` in `state`; probabilities sum to one.
  func transitions(from state: State, action: Int) -> [Transition<State>]

  /// What follows `action` in `state` for certain, or `nil` where it is not certain. It says what
  /// ``transitions(from:action:)`` says, without an array; the default is `nil`.
  func certainTransition(from state: State, action: Int) -> Transition<State>?

  /// A number by which tables of states are ordered: equal for equal states, and seldom equal for
  /// others. The default is the hash value.
  func mixed(_ state: State) -> Int

  /// Lists all states that can be reached. Not to be implemented: it is a requirement only so that
  /// every world has a copy compiled for it.
  ///
  /// - Parameter expected: about how many there are, where that is known, or 0.
  func listStates(memoryLimit: Int, expecting expected: Int) throws(SolverError) -> StateTable<Self>

  /// Whether the task has been accomplished in `state`.
  func isSolved(_ state: State) -> Bool

  /// Whether what an episode's seed drew (its layout) belongs to the rules rather than to `State`.
  ///
  /// Where it does, ``startStates()``, ``transitions(from:action:)`` and ``isSolved(_:)`` speak of
  /// the episode that the world was last reset to, and so does every answer of a solver.
  var isSolvedPerEpisode: Bool { get }

  /// Whether what an exact solver found out in `other`'s episode holds in this one too. The default
  /// is yes where nothing is solved per episode, and no where everything is.
  func hasSameRules(as other: Self) -> Bool

  /// Bytes that a `State` takes, what it refers to included; the default counts the value alone.
  var stateBytes: Int { get }

  /// What a transition's reward is worth when it is earned by the action taken at `time`, for
  /// worlds that pay less the later the goal is reached. The default is `reward` itself.
  func reward(_ reward: Double, at time: Int) -> Double

  /// Refuses settings under which the hidden states cannot be enumerated. The default accepts all.
  func checkSolvable() throws(SolverError)

  /// The same world but that it pays rewards when they are earned, where this one keeps them back:
  /// episodes, solutions and returns are the same, and states fewer, as nothing is owed. The default
  /// is `nil`.
  var rewardedAtOnce: Self? { get }
}

extension Solvable {
  public var isSolvedPerEpisode: Bool { false }
  public func hasSameRules(as other: Self) -> Bool { !isSolvedPerEpisode }
  public var stateBytes: Int { MemoryLayout<State>.stride }
  public func reward(_ reward: Double, at time: Int) -> Double { reward }
  public func checkSolvable() throws(SolverError) {}
  public var rewardedAtOnce: Self? { nil }
  public func certainTransition(from state: State, action: Int) -> Transition<State>? { nil }
  public func mixed(_ state: State) -> Int { state.hashValue }
  public func listStates(
    memoryLimit: Int, expecting expected: Int
  ) throws(SolverError) -> StateTable<Self> {
    try StateTable(self, memoryLimit: memoryLimit, expecting: expected)
  }
}

/// One possible consequence of an action.
public struct Transition<State: Sendable>: Sendable {
  public var probability: Double
  public var next: State
  public var reward: Double
  public var isTerminated: Bool

  public init(probability: Double, next: State, reward: Double, isTerminated: Bool) {
    self.probability = probability
    self.next = next
    self.reward = reward
    self.isTerminated = isTerminated
  }
}
