import Environments

/// The best return that trying actions finds, breadth first, with copies of the world and nothing but
/// its `step`. Of the solver's view of the world it uses hidden states alone, to tell whether a copy
/// is where another has been.
///
/// For worlds in which nothing is left to chance.
struct StepSearch<World: Solvable> {
  /// The best return found.
  private(set) var best = -Double.infinity
  /// Actions of the shortest episode with the best return.
  private(set) var steps = 0
  /// States looked at.
  private(set) var visited = 0

  private struct Path {
    var world: World
    var earned: Double
  }

  /// Searches from where `world` is, to the horizon.
  ///
  /// - Parameters:
  ///   - stopsAtSuccess: for worlds in which only success pays, and the later the less: looks at a
  ///     state once, and at nothing after the first success.
  ///   - isTried: says no to actions that are not to be tried.
  init(
    _ world: World, stopsAtSuccess: Bool,
    trying isTried: (World, _ action: Int) -> Bool = { _, _ in true }
  ) {
    guard case .discrete(let count, 0) = world.actionSpace else { return }
    var seen: Set = [world.state]
    var here = [world.state: Path(world: world, earned: 0)]
    var time = 0
    while !here.isEmpty {
      time += 1
      var next: [World.State: Path] = [:]
      for path in here.values {
        visited += 1
        for action in 0..<count where isTried(path.world, action) {
          var copy = path.world
          let outcome = copy.step(.discrete(action))
          let earned = path.earned + outcome.reward
          if outcome.isDone {
            if earned > best { (best, steps) = (earned, time) }
            continue
          }
          let state = copy.state
          if stopsAtSuccess && !seen.insert(state).inserted { continue }
          if let other = next[state], other.earned >= earned { continue }
          next[state] = Path(world: copy, earned: earned)
        }
      }
      if stopsAtSuccess && best > 0 { return }
      here = next
    }
  }
}
