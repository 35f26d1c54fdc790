internal import Documents
internal import Environments
internal import Randomness
internal import Reports

/// Works out what there is to know about one episode, or about all where rules are the same in all.
///
/// What can be had depends on memory: first it is found out, without listing the states where that
/// can be done, how large a list of them would be.
struct EpisodeSolving<World: Solvable> {
  private let world: World
  private let entry: EnvironmentEntry<World>
  private let seed: UInt64?
  private let memoryLimit: Int
  private let behaviour: Component
  private let stop: StopRequest
  /// Whether the world stands for one that pays rewards later (`Solvable.rewardedAtOnce`).
  private let isInstead: Bool
  private let onRemark: (String) -> Void

  /// Actions of states at times that are worth the wait for exact random play: some tens of seconds.
  private static var longestSweep: Int { 30_000_000_000 }
  /// The same for other behaviour policies, which have to be asked each time.
  private static var longestPolicySweep: Int { 2_000_000_000 }
  /// A list of more states than this is announced.
  private static var manyStates: Int { 1_000_000 }
  private static var simulatedEpisodes: Int { 20_000 }

  init(
    _ world: World, of entry: EnvironmentEntry<World>, seed: UInt64?, memoryLimit: Int,
    behaviour: Component, stop: StopRequest, isInstead: Bool = false,
    onRemark: @escaping (String) -> Void
  ) {
    (self.world, self.entry, self.seed, self.memoryLimit) = (world, entry, seed, memoryLimit)
    (self.behaviour, self.stop, self.isInstead) = (behaviour, stop, isInstead)
    self.onRemark = onRemark
  }

  func answers() throws -> EpisodeAnswers {
    let clock = Stopwatch()
    var answers = try withinMemory()
    answers.seconds = clock.seconds
    return answers
  }

  private func withinMemory() throws -> EpisodeAnswers {
    let numbered = world as? any NumberedStates
    let count = try numbered.map { try self.count($0) } ?? .unneeded
    switch count {
    case .survey(let survey) where !survey.fits: return try shortestPaths(survey)
    case .tooMany(let error): return try beyondMemory(count, numbered, error)
    case .survey, .unneeded: break
    }
    do {
      return try values(expecting: count.survey?.found.stateCount ?? 0)
    } catch SolverError.tooLarge(let states, let steps, let limit) {
      return try beyondMemory(
        count, numbered, .tooLarge(states: states, steps: steps, limit: limit))
    }
  }

  /// What can be had where a list of the states does not fit.
  private func beyondMemory(
    _ count: Count, _ numbered: (any NumberedStates)?, _ error: SolverError
  ) throws -> EpisodeAnswers {
    guard case .tooLarge(let states, _, _) = error else { throw error }
    if let simpler = world.rewardedAtOnce { return try answers(of: simpler, states: states) }
    guard let numbered else { throw error }
    if let survey = count.survey { return try shortestPaths(survey) }
    // The index of a list takes more in an unlucky case than was counted on.
    if case .unneeded = count, case .survey(let survey) = try self.count(numbered, isForced: true) {
      return try shortestPaths(survey)
    }
    if let answers = try solution(of: numbered, states: states) { return answers }
    throw error
  }

  // MARK: How large it is

  /// What a search without a list has found.
  private struct Survey {
    var found: StateSurvey
    var bytes: Int
    /// Whether a list of the states fits the memory.
    var fits: Bool
    var bestReturn: Double?
  }

  /// What came of counting the states.
  private enum Count {
    case unneeded
    case survey(Survey)
    case tooMany(SolverError)

    var survey: Survey? { if case .survey(let survey) = self { survey } else { nil } }
  }

  /// Counts the states where a list of all that can be numbered would not fit.
  ///
  /// - Parameter isForced: whether to count them in any case.
  private func count<Numbered: NumberedStates>(
    _ world: Numbered, isForced: Bool = false
  ) throws -> Count {
    guard let numbering = world.makeNumbering() else { return .unneeded }
    let bytes = Solver<Numbered>.bytesPerState(of: world)
    let most = memoryLimit / bytes
    // Of many numbers few may be in use: where not even a bit for each fits, the list may.
    let isCountable = numbering.capacity / 8 < memoryLimit
    guard isForced || numbering.capacity > most && isCountable else { return .unneeded }
    if numbering.capacity > most, isCountable {
      onRemark(
        "\(name): at most \(Format.count(numbering.capacity)) states, "
          + "\(size(numbering.capacity, bytes)) as a list, more than the limit of "
          + "\(Format.bytes(memoryLimit)): counting them")
    }
    let found: StateSurvey
    do {
      found = try world.survey(numbering, memoryLimit: memoryLimit, upTo: most)
    } catch {
      guard case .tooLarge = error else { throw error }
      return .tooMany(error)
    }
    return .survey(
      Survey(
        found: found, bytes: bytes, fits: found.isComplete && found.stateCount <= most,
        bestReturn: world.bestReturn(ofShortestSolution: found.shortestSolution)))
  }

  private var name: String { entry.id + (seed.map { ", seed \($0)" } ?? "") }

  private func size(_ states: Int, _ bytes: Int) -> String {
    let (product, overflow) = states.multipliedReportingOverflow(by: bytes)
    return overflow ? "very many bytes" : Format.bytes(product)
  }

  // MARK: What can be had

  private func shortestPaths(_ survey: Survey) throws -> EpisodeAnswers {
    try shortestPaths(
      survey.found.shortestSolution, states: survey.found.stateCount, bytes: survey.bytes,
      areCounted: survey.found.isComplete, bestReturn: survey.bestReturn)
  }

  /// The answers by a search that tells fewer states apart, where there is such a search.
  ///
  /// - Parameter states: how many a list came to before it was too large.
  private func solution<Numbered: NumberedStates>(
    of world: Numbered, states: Int
  ) throws -> EpisodeAnswers? {
    let stop = stop
    onRemark(
      "\(name): \(Format.count(states)) and more states do not fit as a list: looking for the shortest "
        + "solution, for minutes where there are very many coins")
    let found: ShortestSolution?
    do {
      found = try world.findSolution(
        memoryLimit: memoryLimit, unless: { stop.signal != nil })
    } catch {
      if let signal = stop.signal {
        throw Interruption(signal: signal, message: "nothing was solved to the end")
      }
      if case .tooLarge = error { return nil }
      throw error
    }
    guard let found else { return nil }
    return try shortestPaths(
      found.steps, states: states, bytes: Solver<Numbered>.bytesPerState(of: world),
      areCounted: false, bestReturn: world.bestReturn(ofShortestSolution: found.steps))
  }

  private func shortestPaths(
    _ steps: Int?, states: Int, bytes: Int, areCounted: Bool, bestReturn: Double?
  ) throws -> EpisodeAnswers {
    let count = Format.count(states) + (areCounted ? "" : " and more")
    onRemark("\(name): \(count) states do not fit as a list: shortest paths alone")
    var answers = EpisodeAnswers(
      seed: seed, mode: .shortestPaths, states: states, bytes: states * bytes,
      optimalReturn: bestReturn, shortestSolution: steps,
      longestSolution: world.startStates().count == 1 ? steps : nil)
    answers.areStatesCounted = areCounted
    answers.omitted.append(
      .init(
        answer: "values",
        reason: areCounted
          ? "\(count) states would take \(size(states, bytes)) as a list, more than the memory limit "
            + "of \(Format.bytes(memoryLimit))"
          : "\(count) states do not fit the memory limit of \(Format.bytes(memoryLimit)) as a list",
        bytes: states * bytes))
    try estimate(&answers, "the list of states does not fit the memory limit")
    return answers
  }

  /// The answers of the same world with rewards paid when they are earned, which has the same episodes
  /// and returns. Values of states are others, as something may be owed in them.
  ///
  /// - Parameter states: how many a list came to before it was too large.
  private func answers(of simpler: World, states: Int) throws -> EpisodeAnswers {
    let bytes = Solver<World>.bytesPerState(of: world)
    let count = Format.count(states) + " states and more"
    onRemark(
      "\(name): \(count) with what is owed do not fit: solving it with rewards paid at once")
    var answers = try EpisodeSolving(
      simpler, of: entry, seed: seed, memoryLimit: memoryLimit, behaviour: behaviour, stop: stop,
      isInstead: true, onRemark: onRemark
    ).withinMemory()
    if answers.mode == .everything { answers.mode = .values }
    let all = max(states, answers.states)
    (answers.states, answers.bytes, answers.areStatesCounted) = (all, all * bytes, false)
    answers.tableBytes = nil
    answers.omitted.removeAll { $0.answer == "values" }
    let solved =
      answers.mode == .values
      ? "; solved were the same episodes with rewards paid at once"
      : ", nor do those of the same episodes with rewards paid at once"
    answers.omitted.insert(
      .init(
        answer: "values",
        reason: "values of states in which something is owed: \(Format.count(all)) states and more "
          + "do not fit the memory limit of \(Format.bytes(memoryLimit)) as a list" + solved,
        bytes: all * bytes),
      at: 0)
    return answers
  }

  private func values(expecting states: Int) throws -> EpisodeAnswers {
    let solver = try Solver(world, memoryLimit: memoryLimit, expecting: states)
    let missing = solver.missingTables
    if solver.stateCount > Self.manyStates {
      onRemark(
        "\(name): \(Format.count(solver.stateCount)) states in \(Format.bytes(solver.bytes)); "
          + (missing.map { "value iteration and shortest paths alone, for \($0)" }
            ?? "everything can be had"))
    }
    let lengths = solver.solutionLengths()
    var answers = EpisodeAnswers(
      seed: seed, mode: missing == nil ? .everything : .values, states: solver.stateCount,
      bytes: solver.bytes, tableBytes: solver.bytesPerTimedNumber,
      isDeterministic: solver.isDeterministic, optimalReturn: solver.optimalReturn(),
      shortestSolution: lengths.nearest, longestSolution: lengths.farthest)
    if let missing { answers.omitted.append(omission("values", missing)) }
    let policy = try makePolicy()
    let exact = try exactBehaviour(policy)
    guard !isInstead || !exact.heedsTimeOfRewards else {
      answers.omitted.append(
        .init(
          answer: "returns",
          reason: "returns under \(behaviour.id), which acts otherwise where rewards come at once",
          bytes: nil))
      answers.randomReturn = solver.randomReturn()
      return answers
    }
    let isUniform = exact.components.allSatisfy(\.isUniform)
    let limit = isUniform ? Self.longestSweep : Self.longestPolicySweep
    if solver.sweepSize <= limit {
      do {
        answers.returns = try solver.returnDistribution(under: exact).map {
          .init(value: $0.value, probability: $0.probability)
        }
      } catch {
        answers.omitted.append(omission("returns", error))
      }
    } else {
      try estimate(&answers, tooLong(solver), policy: policy)
    }
    if isUniform, answers.returns != nil || answers.randomEstimate != nil {
      // The random policy's returns say its mean already.
      answers.randomReturn = answers.behaviourReturn
    } else if solver.sweepSize <= Self.longestSweep {
      answers.randomReturn = solver.randomReturn()
    } else {
      answers.randomEstimate = simulate(try RandomBehaviour(for: world))
    }
    return answers
  }

  private func tooLong(_ solver: Solver<World>) -> String {
    "\(Format.count(solver.stateCount)) states at \(Format.count(solver.horizon)) times are too many "
      + "to wait for"
  }

  private func omission(_ answer: String, _ error: SolverError) -> EpisodeAnswers.Omission {
    var omission = EpisodeAnswers.Omission(answer: answer, reason: "\(error)", bytes: nil)
    if case .tablesTooLarge(_, let bytes, _) = error { omission.bytes = bytes }
    return omission
  }

  // MARK: Behaviour

  private func makePolicy() throws(ConfigurationError) -> any BehaviourPolicy<World> {
    do throws(ConfigurationError) {
      var policy = try entry.makeBehaviour(behaviour, for: world, memoryLimit: memoryLimit)
      try policy.begin(world)
      return policy
    } catch { throw error.within("dataset.behaviour") }
  }

  /// The behaviour policy, begun with the episode that `world` was reset to.
  private func exactBehaviour(
    _ policy: any BehaviourPolicy<World>
  ) throws(ConfigurationError) -> ExactBehaviour<World> {
    guard let exact = ExactBehaviour(policy) else {
      throw ConfigurationError(
        key: "dataset.behaviour.id", found: behaviour.id,
        expected: "a policy that depends on hidden state and time alone", suggestion: "random")
    }
    return exact
  }

  /// Plays in place of working out, and says why.
  private func estimate(
    _ answers: inout EpisodeAnswers, _ reason: String, policy: (any BehaviourPolicy<World>)? = nil
  ) throws {
    answers.omitted.append(.init(answer: "returns", reason: "exact returns: \(reason)", bytes: nil))
    if behaviour.id == "random" || policy == nil {
      answers.randomEstimate = simulate(try RandomBehaviour(for: world))
    } else if let policy {
      answers.behaviourEstimate = simulate(policy)
    }
  }

  /// - Returns: `nil` where the policy can act in no episode.
  private func simulate(_ policy: any BehaviourPolicy<World>) -> EpisodeAnswers.Estimate? {
    func play<Policy: BehaviourPolicy<World>>(_ policy: Policy) -> EpisodeAnswers.Estimate? {
      var (world, policy) = (world, policy)
      var (sum, squares, played) = (0.0, 0.0, 0)
      for episode in 0..<Self.simulatedEpisodes {
        var random = RandomStream(seed: seed ?? 0, "solve/simulation", UInt64(episode))
        world.reset(seed: seed ?? UInt64(episode))
        guard (try? policy.begin(world)) != nil else { continue }
        var total = 0.0
        while true {
          let outcome = world.step(policy.choose(in: world, using: &random).action)
          total += outcome.reward
          if outcome.isDone { break }
        }
        sum += total
        squares += total * total
        played += 1
      }
      guard played > 0 else { return nil }
      let count = Double(played)
      let mean = sum / count
      return EpisodeAnswers.Estimate(
        mean: mean,
        standardError: (max(squares / count - mean * mean, 0) / max(count - 1, 1)).squareRoot(),
        episodes: played)
    }
    return play(policy)
  }
}
