public import Documents
import Randomness

/// A hallway: fetch the key at the left end, then open the door at the right end.
///
/// Action 0 is a step to the left, 1 a step to the right; at a wall the agent stays. The agent
/// starts in a cell drawn uniformly from all but the key's. Reward is 1 on opening the door, which
/// ends the episode, and 0 otherwise, so every return is 0 or 1. Times are steps.
///
/// The observation is `[position / (length - 1), hasKey]`: nothing is hidden, and `length ≥ 2` keeps
/// the quotient in `0...1`.
public struct Corridor: Environment {
  public struct Configuration: Settings {
    /// Cells, at least 2.
    public var length = 7
    /// Steps until an episode is truncated, at least 1.
    public var horizon = 30

    public init() {}

    public static let descriptions = [
      "length": "cells, 2 to 1000000",
      "horizon": "steps until an episode is truncated, at least 1",
    ]
  }

  public let observationSpace = Space.box(shape: [2], low: 0, high: 1)
  public let actionSpace = Space.discrete(count: 2)
  public let horizon: Int
  let length: Int
  private var position = 1
  private var time = 0
  private var hasKey = false

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    guard 2...1_000_000 ~= configuration.length else {
      throw ConfigurationError(
        key: "length", found: "\(configuration.length)", expected: "2 to 1000000 cells")
    }
    guard configuration.horizon >= 1 else {
      throw ConfigurationError(
        key: "horizon", found: "\(configuration.horizon)", expected: "1 step or more")
    }
    length = configuration.length
    horizon = configuration.horizon
  }

  public mutating func reset(seed: UInt64) {
    var random = RandomStream(seed: seed, "corridor")
    position = 1 + random.integer(below: length - 1)
    time = 0
    hasKey = false
  }

  public mutating func step(_ action: Action) -> Outcome {
    guard case .discrete(let index) = action, index == 0 || index == 1 else {
      preconditionFailure("corridor takes .discrete(0...1), got \(action)")
    }
    precondition(!isSolved && time < horizon, "the episode has ended: reset(seed:) starts another")
    time += 1
    let next = follow(state, index)
    (position, hasKey) = (next.position, next.hasKey)
    return Outcome(
      reward: isSolved ? 1 : 0, isTerminated: isSolved,
      isTruncated: !isSolved && time == horizon)
  }

  public func observe(into row: inout MutableSpan<Float>) { observe(state, at: time, into: &row) }

  public var isSolved: Bool { isSolved(state) }
}

extension Corridor: ObservableState {
  public struct State: Hashable, Sendable {
    public var position: Int
    public var hasKey: Bool

    public init(position: Int, hasKey: Bool) {
      self.position = position
      self.hasKey = hasKey
    }
  }

  public var state: State { State(position: position, hasKey: hasKey) }

  public func startStates() -> [(state: State, probability: Double)] {
    (1..<length).map { (State(position: $0, hasKey: false), 1 / Double(length - 1)) }
  }

  public func transitions(from state: State, action: Int) -> [Transition<State>] {
    let next = follow(state, action)
    let isSolved = isSolved(next)
    return [
      Transition(probability: 1, next: next, reward: isSolved ? 1 : 0, isTerminated: isSolved)
    ]
  }

  public func isSolved(_ state: State) -> Bool { state.hasKey && state.position == length - 1 }

  public func observe(_ state: State, at time: Int, into row: inout MutableSpan<Float>) {
    row[0] = Float(state.position) / Float(length - 1)
    row[1] = state.hasKey ? 1 : 0
  }

  /// The rules: one cell left or right, and the key is taken on reaching the left end.
  private func follow(_ state: State, _ action: Int) -> State {
    let position = min(max(state.position + (action == 0 ? -1 : 1), 0), length - 1)
    return State(position: position, hasKey: state.hasKey || position == 0)
  }
}
