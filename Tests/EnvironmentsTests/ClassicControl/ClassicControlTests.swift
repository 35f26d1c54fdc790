import Documents
import Environments
import Foundation
import Randomness
import Testing

@Suite("Classic control")
struct ClassicControlTests {
  static let ids = [
    "CartPole-v1", "CartPole-v0", "MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1",
    "Pendulum-v1",
  ]

  @Test("plays Gymnasium's episodes number for number", arguments: ids)
  func replays(id: String) throws {
    struct Replays: Check {
      let episodes: [GymnasiumEpisodes.Episode]

      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        let world = try entry.makeWorld(entry.defaults)
        for episode in episodes {
          guard var placed = world as? any Placeable else {
            Issue.record("\(entry.id) cannot be placed")
            return
          }
          placed.place(at: episode.start)
          play(episode, in: placed)
          var seeded = world
          seeded.reset(seed: episode.seed)
          play(episode, in: seeded)
        }
      }

      func play<World: Environment>(_ episode: GymnasiumEpisodes.Episode, in world: World) {
        var world = world
        expect(world, shows: episode.observation)
        var marks = episode.marks[...]
        var total = 0.0
        for (index, number) in episode.actions.enumerated() {
          let isDiscrete = if case .discrete = world.actionSpace { true } else { false }
          let outcome = world.step(
            isDiscrete ? .discrete(Int(number)) : .continuous([Float(number)]))
          total += outcome.reward
          let isLast = index == episode.actions.count - 1
          #expect(outcome.isTerminated == (isLast && episode.terminated), "step \(index)")
          #expect(outcome.isTruncated == (isLast && episode.truncated), "step \(index)")
          guard let mark = marks.first, mark.step == index + 1 else { continue }
          marks.removeFirst()
          #expect(agrees(total, with: mark.return), "return after \(mark.step) steps")
          expect(world, shows: mark.observation)
        }
        #expect(marks.isEmpty)
      }

      func expect<World: Environment>(_ world: World, shows reference: [Double]) {
        let seen = world.observation()
        #expect(
          zip(seen, reference).allSatisfy { agrees(Double($0), with: $1) },
          "\(seen) is not \(reference)")
      }
    }
    let episodes = try #require(GymnasiumEpisodes.read().episodes[id])
    #expect(episodes.count == 3)
    try EnvironmentRegistry.builtIn.entry(id).visit(Replays(episodes: episodes))
  }

  @Test(
    "has controllers that do well",
    arguments: [
      ("CartPole-v1", 500.0), ("MountainCar-v0", -130), ("MountainCarContinuous-v0", 85),
      ("Acrobot-v1", -150), ("Pendulum-v1", -350),
    ])
  func controllers(id: String, least: Double) throws {
    struct Plays: Check {
      let least: Double

      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        let world = try entry.makeWorld(entry.defaults)
        let behaviour = try #require(entry.behaviours.first { $0.id.hasSuffix("controller") })
        let policy = try behaviour.makePolicy(behaviour.defaults, for: world)
        let result = play40(world, policy)
        #expect(result.meanReturn >= least)
        #expect(result.solved >= 0.95)
        let random = try play(world, RandomBehaviour(for: world), episodes: 20)
        #expect(random.meanReturn < least - abs(least) / 5)
      }

      func play40<World: Environment>(
        _ world: World, _ policy: any BehaviourPolicy<World>
      ) -> (meanReturn: Double, solved: Double) {
        play(world, policy, episodes: 40)
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Plays(least: least))
  }

  @Test("ends CartPole's episodes where the pole or the cart is too far out")
  func cartPoleEnds() throws {
    var world = try CartPole(.init())
    world.place(at: [2.39, 2, 0, 0])
    let atEdge = world.step(.discrete(1))
    #expect(atEdge == Outcome(reward: 1, isTerminated: true, isTruncated: false))
    world.place(at: [0, 0, 0.2094, 1])
    #expect(world.step(.discrete(1)).isTerminated)
    world.place(at: [0, 0, 0.2094, -1])
    #expect(!world.step(.discrete(1)).isTerminated)
  }

  @Test("rewards falling alone with the book's rewards")
  func bookReward() throws {
    var settings = CartPole.Configuration()
    settings.usesBookReward = true
    var world = try CartPole(settings)
    world.place(at: [0, 0, 0.2, 0.1])
    #expect(world.step(.discrete(1)).reward == 0)
    world.place(at: [0, 0, 0.2094, 1])
    #expect(world.step(.discrete(1)).reward == -1)
  }

  @Test("asks for the goal's velocity where it is set")
  func goalVelocity() throws {
    var settings = MountainCar.Configuration()
    settings.goalVelocity = 0.05
    var world = try MountainCar(settings)
    world.place(at: [0.49, 0.02])
    #expect(!world.step(.discrete(2)).isTerminated)
    world.place(at: [0.49, 0.06])
    #expect(world.step(.discrete(2)).isTerminated)
  }

  @Test("takes actions outside a box as Gymnasium does: cut in effect, paid for as given")
  func beyondTheBox() throws {
    var car = try MountainCarContinuous(.init())
    car.place(at: [-0.5, 0])
    var other = car
    #expect(agrees(car.step(.continuous([3])).reward, with: -0.9))
    #expect(agrees(other.step(.continuous([1])).reward, with: -0.1))
    #expect(car.observation() == other.observation())
    var pendulum = try Pendulum(.init())
    pendulum.place(at: [1, 0])
    var same = pendulum
    #expect(pendulum.step(.continuous([-9])) == same.step(.continuous([-2])))
  }

  @Test("refuses settings out of range, by key")
  func refuses() {
    #expect(
      throws: ConfigurationError(key: "horizon", found: "0", expected: "1 step or more")
    ) {
      var settings = Acrobot.Configuration()
      settings.horizon = 0
      _ = try Acrobot(settings)
    }
    #expect(
      throws: ConfigurationError(key: "gravity", found: "-1.0", expected: "a number from 0 to 1000")
    ) {
      var settings = Pendulum.Configuration()
      settings.gravity = -1
      _ = try Pendulum(settings)
    }
    #expect(
      throws: ConfigurationError(
        key: "goalVelocity", found: "0.1", expected: "a number from -0.07 to 0.07")
    ) {
      var settings = MountainCarContinuous.Configuration()
      settings.goalVelocity = 0.1
      _ = try MountainCarContinuous(settings)
    }
    #expect(
      throws: ConfigurationError(
        key: "jitter", found: "0.0", expected: "a number above 0, at most 1")
    ) {
      var settings = JitterSettings()
      settings.jitter = 0
      _ = try JitteredController(for: Pendulum(.init()), settings: settings) { _ in 0 }
    }
  }
}
