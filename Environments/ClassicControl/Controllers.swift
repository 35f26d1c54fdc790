import Foundation

/// Keeps the pole up: pushes to where a linear feedback of the state points.
///
///     right where x + 1.5 ẋ + 20 θ + 4 θ̇ > 0
public struct CartPoleController: Planner {
  public init() {}
  public mutating func begin(_ world: CartPole) {}

  public mutating func bestActions(in world: CartPole) -> ActionSet {
    let state = world.state
    let lean =
      state.position + 1.5 * state.velocity + 20 * state.angle + 4 * state.angularVelocity
    return lean > 0 ? [1] : [0]
  }
}

/// Pumps the car up the hill: always pushes where it rolls.
public struct MountainCarController: Planner {
  public init() {}
  public mutating func begin(_ world: MountainCar) {}

  public mutating func bestActions(in world: MountainCar) -> ActionSet {
    world.velocity < 0 ? [0] : [2]
  }
}

/// Pumps the two links up: the torque follows the joint's velocity, so its power is never negative.
public struct AcrobotController: Planner {
  public init() {}
  public mutating func begin(_ world: Acrobot) {}

  public mutating func bestActions(in world: Acrobot) -> ActionSet {
    world.state[3] < 0 ? [0] : [2]
  }
}

extension MountainCarContinuous {
  /// Full force to where the car rolls.
  var pump: Double { velocity < 0 ? -1 : 1 }
}

extension Pendulum {
  /// Pumps energy until it suffices to stand (E = θ̇²/6 + g/2 cos θ, E = g/2 upright), then holds
  /// the pendulum with a spring and a damper.
  var swingUp: Double {
    let angle = Self.wrapped(angle)
    if abs(angle) < 0.4 { return -(gravity + 2) * angle - 2 * angularVelocity }
    let missing = gravity / 2 * (1 - cos(angle)) - angularVelocity * angularVelocity / 6
    return missing * (angularVelocity < 0 ? -1 : 1)
  }
}
