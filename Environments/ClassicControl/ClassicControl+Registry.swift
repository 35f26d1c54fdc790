import Documents

/// Gymnasium's classic control worlds, under its identifiers.
enum ClassicControl {
  static var entries: [any AnyEnvironmentEntry] {
    var short = CartPole.Configuration()
    short.horizon = 200
    let cartPole = "1 for every step; an episode ends when the pole falls: 1 to the horizon."
    return [
      EnvironmentEntry(
        "CartPole-v1", "Balance a pole on a cart for 500 steps.", CartPole.self,
        rewards: cartPole, behaviours: [.random, .controller, .mixture, .phases]),
      EnvironmentEntry(
        "CartPole-v0", "The same for 200 steps.", CartPole.self, rewards: cartPole,
        defaults: short, behaviours: [.random, .controller, .mixture, .phases]),
      EnvironmentEntry(
        "MountainCar-v0", "Swing a weak car out of a valley.", MountainCar.self,
        rewards: "-1 for every step until the goal: -200 to about -85.",
        behaviours: [.random, .controller, .mixture, .phases]),
      EnvironmentEntry(
        "MountainCarContinuous-v0", "The same with a motor of any force, within 999 steps.",
        MountainCarContinuous.self,
        rewards: "100 at the goal, less 0.1 times the squared force in every step.",
        behaviours: [.random, .jitteredController, .mixture, .phases]),
      EnvironmentEntry(
        "Acrobot-v1", "Swing two links up by a motor at the joint between them.", Acrobot.self,
        rewards: "-1 for every step until the goal: -500 to about -60.",
        behaviours: [.random, .controller, .mixture, .phases]),
      EnvironmentEntry(
        "Pendulum-v1", "Swing a pendulum up and hold it.", Pendulum.self,
        rewards: "Minus the squared angle, velocity and torque, weighted: about -2000 to 0.",
        behaviours: [.random, .jitteredController, .mixture, .phases]),
    ]
  }
}

extension BehaviourEntry {
  /// A rule of thumb that does well, with noise.
  private static func controller<P: Planner<World>>(_ planner: P) -> Self {
    BehaviourEntry(
      "controller", "A good rule of thumb, with a share epsilon of random actions.",
      defaults: EpsilonGreedySettings()
    ) { settings, world throws(ConfigurationError) in
      try EpsilonGreedy(planner, for: world, settings: settings)
    }
  }

  /// The same for a box of one number. It has other settings, so it has another identifier.
  private static func controller(_ rule: @escaping @Sendable (World) -> Double) -> Self {
    BehaviourEntry(
      "jittered-controller", "A good rule of thumb, with jitter.", defaults: JitterSettings()
    ) { settings, world throws(ConfigurationError) in
      try JitteredController(for: world, settings: settings, rule: rule)
    }
  }
}

extension BehaviourEntry<CartPole> {
  public static var controller: Self { controller(CartPoleController()) }
}

extension BehaviourEntry<MountainCar> {
  public static var controller: Self { controller(MountainCarController()) }
}

extension BehaviourEntry<Acrobot> {
  public static var controller: Self { controller(AcrobotController()) }
}

extension BehaviourEntry<MountainCarContinuous> {
  public static var jitteredController: Self { controller { $0.pump } }
}

extension BehaviourEntry<Pendulum> {
  public static var jitteredController: Self { controller { $0.swingUp } }
}
