import CAllocations
import Documents
import Environments
import Foundation
import Randomness
import Testing

/// A check that every environment must pass, with the world's type known.
protocol Check: EnvironmentVisitor where Output == Void, Failure == any Error {}

/// What every environment keeps to, Gymnasium's own checker (`gymnasium.utils.env_checker`) included:
///
/// | it asks | here |
/// |---|---|
/// | `check_space`, `check_space_limit`: spaces are well formed, actions bounded | *has spaces that…* |
/// | `check_reset_seed`: the same seed starts alike, another differently | *replays…*, *plays differently…* |
/// | `env_reset_passive_checker`, `env_step_passive_checker`: observations inside the space from the start on, finite rewards, flags | *writes every number…*, *ends within…* |
/// | `check_step_determinism` | *replays…* |
/// | results of one step are not changed by the next | *is a value…* |
/// | `env_render_passive_checker` | *is drawn in one size…* |
/// | options, info, pickling: Python's own | no counterpart |
///
/// The checker itself plays all of them in `Tests/Interop/check_environments.py`.
@Suite("Every registered environment")
struct EnvironmentContractTests {
  static let ids = EnvironmentRegistry.builtIn.ids

  @Test("replays the same episode from the same seed", arguments: ids, [0, 1, 41] as [UInt64])
  func replays(id: String, seed: UInt64) throws {
    struct Replays: Check {
      let seed: UInt64
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        let world = try entry.makeWorld(entry.defaults)
        let random = try RandomBehaviour(for: world)
        let first = record(world, random, seed: seed)
        var used = world
        used.reset(seed: seed + 7)
        _ = used.step(first.actions[0])
        #expect(first == record(used, random, seed: seed), "something survived reset(seed:)")
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Replays(seed: seed))
  }

  /// Worlds in which the seed decides nothing, as in MiniGrid itself.
  static let fixed =
    ["5x5", "6x6", "8x8", "16x16"].map { "MiniGrid-Empty-\($0)-v0" }
    + ["MiniGrid-DistShift1-v0", "MiniGrid-DistShift2-v0"]

  @Test("plays differently under another seed", arguments: ids.filter { !fixed.contains($0) })
  func seedMatters(id: String) throws {
    struct Differs: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        var world = try entry.makeWorld(entry.defaults)
        let starts = (0..<20 as Range<UInt64>).map { seed in
          world.reset(seed: seed)
          let picture = (world as? any Pictured).map { "\($0.picture)" } ?? ""
          return (hiddenState(of: world) ?? "\(world.observation())") + picture
        }
        let hasOneStart = (world as? any Solvable).map { startCount(of: $0) == 1 } ?? false
        #expect(hasOneStart || Set(starts).count > 1, "twenty seeds start alike")
      }

      private func hiddenState(of world: any Environment) -> String? {
        (world as? any Solvable).map { "\($0.state)" }
      }

      private func startCount(of world: some Solvable) -> Int {
        world.isSolvedPerEpisode ? 2 : world.startStates().count
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Differs())
  }

  @Test("writes every number of an observation, inside the space", arguments: ids)
  func observes(id: String) throws {
    struct Observes: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        var world = try entry.makeWorld(entry.defaults)
        let bounds = try bounds(of: world.observationSpace)
        let random = try RandomBehaviour(for: world)
        var stream = RandomStream(seed: 5, "test")
        for seed in 0..<20 as Range<UInt64> {
          world.reset(seed: seed)
          var policy = random
          policy.begin(world)
          var isDone = false
          var steps = 0
          while !isDone {
            if steps > 0 {
              let outcome = world.step(policy.choose(in: world, using: &stream).action)
              #expect(outcome.reward.isFinite)
              isDone = outcome.isDone
            }
            steps += 1
            var row = [Float](repeating: .nan, count: bounds.count)
            var span = row.mutableSpan
            world.observe(into: &span)
            let isInside = zip(row, bounds).allSatisfy { number, bound in
              number >= bound.low && number <= bound.high
                && (!bound.isWhole || number == number.rounded())
            }
            #expect(isInside, "\(row) has numbers that are missing or outside the space")
          }
        }
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Observes())
  }

  @Test("has spaces that are well formed, and actions with bounds", arguments: ids)
  func spaces(id: String) throws {
    let entry = try EnvironmentRegistry.builtIn.entry(id)
    let world = try entry.make(entry.defaultConfiguration)
    for (space, isAction) in [(world.observationSpace, false), (world.actionSpace, true)] {
      #expect(space.width > 0)
      for (low, high, _) in try bounds(of: space) {
        #expect(low < high, "no room between \(low) and \(high)")
        #expect(!isAction || low.isFinite && high.isFinite)
      }
    }
    #expect(world.horizon > 0)
  }

  @Test("is drawn in one size all along an episode, with a name for each action", arguments: ids)
  func draws(id: String) throws {
    struct Draws: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        var world = try entry.makeWorld(entry.defaults)
        world.reset(seed: 0)
        guard let drawable = world as? any Drawable else { return }
        let size = size(of: drawable.look)
        var looks: [Look] = []
        for seed in 0..<4 as Range<UInt64> {
          let episode = record(world, try RandomBehaviour(for: world), seed: seed)
          world.reset(seed: seed)
          for action in episode.actions {
            _ = world.step(action)
            if let drawable = world as? any Drawable { looks.append(drawable.look) }
          }
        }
        #expect(looks.allSatisfy { self.size(of: $0) == size })
        #expect(looks.contains { $0 != looks[0] }, "the picture never changes")
        if case .discrete(let count, 0) = world.actionSpace, !drawable.actionNames.isEmpty {
          #expect(drawable.actionNames.count == count)
          #expect(Set(drawable.actionNames).count == count)
        }
      }

      private func size(of look: Look) -> [Double] {
        switch look {
        case .grid(let picture): [Double(picture.columns), Double(picture.rows)]
        case .scene(let scene): [scene.left, scene.bottom, scene.width, scene.height]
        }
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Draws())
  }

  @Test(
    "ends within its horizon, and is truncated only there, in random episodes", arguments: ids)
  func ends(id: String) throws {
    struct Ends: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        let world = try entry.makeWorld(entry.defaults)
        let random = try RandomBehaviour(for: world)
        let episodes = max(10, min(200, 20_000 / world.horizon))
        for seed in 0..<UInt64(episodes) {
          let episode = record(world, random, seed: seed)
          #expect(episode.outcomes.count <= world.horizon)
          for (time, outcome) in episode.outcomes.enumerated() where outcome.isTruncated {
            #expect(time == world.horizon - 1, "truncated before the horizon")
          }
          #expect(
            episode.outcomes.count == world.horizon || episode.outcomes.last?.isTerminated == true)
        }
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Ends())
  }

  /// Actions are made beforehand, as a policy's buffers would be; resetting may allocate.
  @Test("steps and observes without allocating", arguments: ids)
  func allocates(id: String) throws {
    struct Allocates: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        var world = try entry.makeWorld(entry.defaults)
        let episode = record(world, try RandomBehaviour(for: world), seed: 3)
        var row = [Float](repeating: 0, count: world.observationSpace.width)
        var returned = 0.0
        world.reset(seed: 3)
        let before = hs_allocation_count()
        for action in episode.actions {
          returned += world.step(action).reward
          var span = row.mutableSpan
          world.observe(into: &span)
        }
        let count = hs_allocation_count() - before
        #expect(count == 0, "\(count) allocations in \(episode.actions.count) steps")
        #expect(returned == episode.totalReward)
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Allocates())
  }

  @Test("counts allocations where it says that there are none")
  func countsAllocations() {
    let before = hs_allocation_count()
    guard before >= 0 else { return }  // not to be counted on this system
    let array = [Int](repeating: Int(before), count: 1000)
    #expect(array.allSatisfy { $0 == before })
    #expect(hs_allocation_count() > before)
  }

  @Test("is a value: a copy is a snapshot", arguments: ids)
  func copies(id: String) throws {
    struct Copies: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        var world = try entry.makeWorld(entry.defaults)
        let episode = record(world, try RandomBehaviour(for: world), seed: 3)
        let half = episode.actions.count / 2
        world.reset(seed: 3)
        for action in episode.actions[..<half] { _ = world.step(action) }
        let snapshot = world
        for action in episode.actions[half...] { _ = world.step(action) }
        #expect(snapshot.observation() == episode.observations[half])
        var resumed = snapshot
        #expect(
          episode.actions[half...].map { resumed.step($0) } == Array(episode.outcomes[half...]))
        #expect(resumed.observation() == episode.observations.last)
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Copies())
  }

  @Test(
    "lets each of its behaviour policies act, with log-probabilities of what it may do",
    arguments: ids)
  func behaves(id: String) throws {
    struct Behaves: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        #expect(entry.behaviours.first?.id == "random")
        let world = try entry.makeWorld(entry.defaults)
        let isLarge = isLargePerEpisode(world)
        for behaviour in entry.behaviours {
          // Episodes of the largest layouts take seconds to solve; MiniGrid's tests solve the rest.
          if isLarge && ["expert", "softmax"].contains(behaviour.id) { continue }
          let policy = try behaviour.makePolicy(behaviour.defaults, for: world)
          for seed in 0..<10 as Range<UInt64> {
            let episode = record(world, policy, seed: seed)
            // A density may be more than one, a probability may not.
            let isDiscrete = if case .discrete = world.actionSpace { true } else { false }
            #expect(
              episode.logProbabilities.allSatisfy { ($0 <= 0 || !isDiscrete) && $0.isFinite })
            #expect(
              episode == record(world, policy, seed: seed), "\(behaviour.id) is not repeatable")
          }
        }
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Behaves())
  }

  @Test("draws random actions with log-probability -ln n", arguments: ids)
  func randomLogProbability(id: String) throws {
    struct Uniform: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        let world = try entry.makeWorld(entry.defaults)
        guard case .discrete(let count, _) = world.actionSpace else { return }
        let episode = record(world, try RandomBehaviour(for: world), seed: 0)
        #expect(episode.logProbabilities.allSatisfy { $0 == -log(Double(count)) })
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Uniform())
  }
}

/// Whether every episode is solved anew and has more states than a megabyte holds.
private func isLargePerEpisode(_ world: some Environment) -> Bool {
  func open<World: Solvable>(_ world: World) -> Bool {
    var world = world
    world.reset(seed: 0)
    do {
      return try Solver(world, memoryLimit: 1_000_000).stateCount == 0
    } catch { return true }
  }
  guard let world = world as? any Solvable, world.isSolvedPerEpisode else { return false }
  return open(world)
}
