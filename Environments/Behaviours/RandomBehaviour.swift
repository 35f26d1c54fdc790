public import Documents
import Foundation
public import Randomness

/// Takes every action with the same probability.
///
/// Over a discrete space of `n` actions the log-probability is `-ln n`. Over a box it is the log of
/// the uniform density, `-Σ ln(high - low)`; an element whose bounds coincide adds nothing.
public struct RandomBehaviour<World: Environment>: BehaviourPolicy {
  private enum Choice: Sendable {
    case discrete(count: Int, start: Int)
    case box(low: [Float], high: [Float])
  }

  private let choice: Choice
  private let logProbability: Double

  /// Reads the bounds of `world`'s action space.
  public init(for world: World) throws(ConfigurationError) {
    switch world.actionSpace {
    case .discrete(let count, let start):
      choice = .discrete(count: count, start: start)
      logProbability = -log(Double(count))
    case .box(let box):
      let widths = zip(box.low, box.high).map { Double($1) - Double($0) }
      guard widths.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
        throw ConfigurationError(
          key: "", found: "an environment with unbounded actions",
          expected: "bounded actions for a uniformly random policy")
      }
      choice = .box(low: box.low, high: box.high)
      logProbability = -widths.reduce(0) { $1 > 0 ? $0 + log($1) : $0 }
    case .multiDiscrete, .dictionary, .tuple:
      throw ConfigurationError(
        key: "", found: "an environment whose actions are composed of parts",
        expected: "discrete actions, or a box of numbers")
    }
  }

  public mutating func begin(_ world: World) {}

  public mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double) { draw(using: &random) }

  /// What it chooses does not depend on the world.
  func draw(using random: inout RandomStream) -> (action: Action, logProbability: Double) {
    switch choice {
    case .discrete(let count, let start):
      (.discrete(start + random.integer(below: count)), logProbability)
    case .box(let low, let high):
      (
        .continuous(
          zip(low, high).map { low, high in
            let x = Double(low) + random.uniform() * (Double(high) - Double(low))
            return min(Float(x), high)
          }), logProbability
      )
    }
  }
}

extension RandomBehaviour: MarkovBehaviour where World: Solvable {
  public func probabilities(in state: World.State, at time: Int) -> [Double] {
    guard case .discrete(let count, _) = choice else {
      preconditionFailure("a solver asks about discrete actions only")
    }
    return Array(repeating: 1 / Double(count), count: count)
  }
}
