import Dispatch
import Documents
import Environments
import Foundation
import Randomness

/// Random steps of environments, resets and observations included.
enum WorldBench {
  /// Of MiniGrid's many ids those that stand for the rest.
  static let miniGrid: Set = [
    "MiniGrid-Empty-8x8-v0", "MiniGrid-DoorKey-8x8-v0", "MiniGrid-FourRooms-v0",
    "MiniGrid-KeyCorridorS3R3-v0",
  ]

  /// On one thread and on two, each of which has a world of its own.
  ///
  /// - Parameter ids: the environments to measure; none for those that stand for all.
  static func measurements(of ids: [String], rounds: Int) throws -> [Measurement] {
    try EnvironmentRegistry.builtIn.entries
      .filter {
        ids.isEmpty
          ? !$0.id.hasPrefix("MiniGrid-") || miniGrid.contains($0.id) : ids.contains($0.id)
      }
      .flatMap { entry in
        try [1, 2].map { try entry.visit(Steps(threads: $0, rounds: rounds)) }
      }
  }

  struct Steps: EnvironmentVisitor {
    typealias Failure = any Error
    let threads: Int
    let rounds: Int
    /// Of each thread in each round.
    let count = 400_000

    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws -> Measurement {
      let plays = try (0..<threads).map { try Play(World(entry.defaults), number: $0) }
      let times = (0..<rounds).map { _ in
        time {
          // Threads of our own: libdispatch may take turns on one.
          let others = DispatchGroup()
          for play in plays.dropFirst() {
            others.enter()
            Thread.detachNewThread {
              play.go(count)
              others.leave()
            }
          }
          plays[0].go(count)
          others.wait()
        } / Double(count * threads)
      }
      var result = Measurement(
        bench: "env", config: entry.id, threads: threads, seconds: times, unit: "step")
      result.more = ["checksum": .number(Double(plays.reduce(0) { $0 + $1.sum }))]
      return result
    }
  }

  /// One thread's world and what it has seen; only that thread touches it.
  private final class Play<World: Environment>: @unchecked Sendable {
    private var world: World
    private var row: [Float]
    /// Discrete actions; 0 where there are none.
    private let actions: Int
    /// Some continuous actions, made beforehand.
    private let forces: [Action]
    private var random: RandomStream
    private var seed: UInt64
    private(set) var sum: Float = 0

    init(_ world: World, number: Int) throws {
      self.world = world
      if case .discrete(let count, _) = world.actionSpace {
        actions = count
        forces = []
      } else {
        var (draw, stream) = (
          try RandomBehaviour(for: world), RandomStream(seed: 2, "actions", UInt64(number))
        )
        actions = 0
        forces = (0..<64).map { _ in draw.choose(in: world, using: &stream).action }
      }
      row = [Float](repeating: 0, count: world.observationSpace.width)
      random = RandomStream(seed: 1, "actions", UInt64(number))
      seed = UInt64(number) << 32
      self.world.reset(seed: seed)
    }

    /// Plays on local copies: each access to a property of a class is checked at run time.
    func go(_ count: Int) {
      var (world, row, random, seed, sum) = (world, row, random, seed, sum)
      for _ in 0..<count {
        let outcome = world.step(
          actions > 0
            ? .discrete(random.integer(below: actions)) : forces[random.integer(below: 64)])
        var span = row.mutableSpan
        world.observe(into: &span)
        sum += row[0]
        if outcome.isDone {
          seed += 1
          world.reset(seed: seed)
        }
      }
      (self.world, self.row, self.random, self.seed, self.sum) = (world, row, random, seed, sum)
    }
  }
}
