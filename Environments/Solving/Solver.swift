/// Exact answers about a world whose hidden states can be enumerated.
///
/// All states an episode can reach are listed once (breadth first, all actions), and every question
/// is then a sweep over times, each over the states that can be reached by then:
///
///     V[t](s) = max or Σ_a π(a | s, t) of Σ_s' P(s' | s, a) · (r(t) + V[t + 1](s')),   V = 0 after the end
///
/// backwards for expectations, forwards for distributions. Returns are undiscounted sums in reward
/// units unless a discount is given; times are steps since the episode's start; an episode ends on
/// termination or at the world's horizon.
///
/// Memory is bounded. The best and the random policy's returns and shortest paths need two numbers
/// per state and are to be had wherever the states themselves fit; what needs a number for every
/// state *and* time throws ``SolverError/tablesTooLarge(what:bytes:limit:)`` where it does not.
///
/// In a world that is solved per episode (``Solvable/isSolvedPerEpisode``), everything here is about
/// the episode that the world was last reset to.
public struct Solver<World: Solvable>: Sendable {
  public typealias State = World.State
  /// The probabilities `[actions]` with which a policy acts in a state at a time.
  public typealias Policy = (State, _ time: Int) -> [Double]

  let world: World
  let table: StateTable<World>
  /// Set where the world is one of reaching a goal the sooner the better.
  let goal: Goal?

  public static var defaultMemoryLimit: Int { SolverMemory.defaultLimit }

  /// Enumerates what can be reached.
  ///
  /// - Parameter memoryLimit: bytes that the list of states and all that is computed from it may
  ///   take at any time.
  public init(
    _ world: World, memoryLimit: Int = Self.defaultMemoryLimit
  ) throws(SolverError) {
    try self.init(world, memoryLimit: memoryLimit, expecting: 0)
  }

  /// - Parameter states: about how many can be reached, where that is known (``StateSurvey``).
  public init(
    _ world: World, memoryLimit: Int, expecting states: Int
  ) throws(SolverError) {
    self.world = world
    table = try world.listStates(memoryLimit: memoryLimit, expecting: states)
    goal = Goal(table, world)
  }

  /// Bytes that every state of `world` takes in a solver or more, so that it can be known before the
  /// search that a list of all will not fit.
  public static func bytesPerState(of world: World) -> Int {
    StateTable<World>.bytesPerState(of: world)
  }

  /// Actions `0 ..< actionCount`.
  public var actionCount: Int { table.actionCount }
  /// Steps until an episode is cut.
  public var horizon: Int { table.horizon }
  /// Different states in which an episode can be while it lasts.
  public var stateCount: Int { table.count }
  /// Whether an episode can be in `state` while it lasts.
  public func contains(_ state: State) -> Bool { table.index(of: state, world) != nil }
  /// Bytes that the list of states takes.
  public var bytes: Int { table.bytes }
  /// Whether every action has one consequence only.
  public var isDeterministic: Bool { table.graph.isDeterministic }

  /// States that an episode can start in, with their probabilities.
  public var startStates: [(state: State, probability: Double)] {
    table.start.map { (table.state($0.index), $0.probability) }
  }

  /// The probabilities of the uniform policy, for ``evaluate(_:)`` and its relatives.
  public func uniformly(_ state: State, _ time: Int) -> [Double] {
    Array(repeating: 1 / Double(actionCount), count: actionCount)
  }

  /// The probabilities that `policy` gives in a state, checked.
  func probabilities(_ policy: Policy, _ state: State, _ time: Int) -> [Double] {
    let probabilities = policy(state, time)
    var (sum, isValid) = (0.0, probabilities.count == actionCount)
    for probability in probabilities {
      isValid = isValid && probability >= 0
      sum += probability
    }
    precondition(
      isValid && abs(sum - 1) < 1e-9,
      "a policy must give \(actionCount) probabilities that sum to one, gave \(probabilities)")
    return probabilities
  }

  /// Refuses an answer that would take `bytes` beside the table.
  func requireMemory(_ bytes: Int, for what: String, all: Int? = nil) throws(SolverError) {
    guard table.bytes + bytes > table.memoryLimit else { return }
    throw .tablesTooLarge(
      what: what, bytes: table.bytes + max(bytes, all ?? 0), limit: table.memoryLimit)
  }

  /// Why there can be no numbers for every state and time, or `nil` where there can.
  public var missingTables: SolverError? {
    do {
      try requireMemory(numbersPerTime, for: "values of every action at every time")
      return nil
    } catch { return error }
  }

  /// Bytes of one number for every state and time at which it can be reached, about.
  public var bytesPerTimedNumber: Int { numbersPerTime }

  /// Actions of all states at all times, each of which a sweep over them looks at once.
  public var sweepSize: Int { numbersPerTime / 8 * actionCount }

  /// Bytes of one number for every state and time.
  var numbersPerTime: Int { table.graph.ranges.dropLast().reduce(0) { $0 + $1.count } * 8 }

  /// The expectation of a row of the first time over the start.
  func atStart(_ row: Row) -> Double {
    table.start.reduce(0) { $0 + $1.probability * row[$1.index] }
  }
}

/// What solutions may take where nobody says otherwise.
public enum SolverMemory {
  /// Two gigabytes.
  public static let defaultLimit = 2_000_000_000
}
