import Foundation

/// A cart on its track and the pole on it; the track ends where an episode does.
extension CartPole: Drawable {
  public var actionNames: [String] { ["left", "right"] }

  public var look: Look {
    var scene = Scene(left: -2.6, bottom: -0.5, width: 5.2, height: 2.2)
    scene.add(.line([.init(-2.6, 0), .init(2.6, 0)], width: 0.02, .ground))
    for end in [-Self.farthest, Self.farthest] {
      scene.add(.line([.init(end, -0.1), .init(end, 0.1)], width: 0.04, .goal))
    }
    let (x, top, length) = (state.position, 0.12, 1.0)
    scene.addBox(around: .init(x, 0), width: 0.5, height: 0.24, .body)
    scene.add(
      .line(
        [.init(x, top), .init(x + length * sin(state.angle), top + length * cos(state.angle))],
        width: 0.09, .limb))
    scene.add(.disc(centre: .init(x, top), radius: 0.05, .joint))
    return .scene(scene)
  }
}

extension MountainCar: Drawable {
  public var actionNames: [String] { ["left", "stay", "right"] }
  public var look: Look { .scene(Hill.scene(position: position, goal: 0.5)) }
}

extension MountainCarContinuous: Drawable {
  public var look: Look { .scene(Hill.scene(position: position, goal: 0.45)) }
}

extension Hill {
  /// The height of the ground, as Gymnasium draws it.
  private static func height(_ x: Double) -> Double { sin(3 * x) * 0.45 + 0.55 }

  static func scene(position x: Double, goal: Double) -> Scene {
    var scene = Scene(left: leftEnd, bottom: 0, width: rightEnd - leftEnd, height: 1.3)
    let places = (0...90).map { leftEnd + (rightEnd - leftEnd) * Double($0) / 90 }
    scene.add(
      .polygon(
        places.map { .init($0, height($0)) } + [.init(rightEnd, 0), .init(leftEnd, 0)], .ground))
    let foot = height(goal)
    scene.add(.line([.init(goal, foot), .init(goal, foot + 0.2)], width: 0.012, .label))
    scene.add(
      .polygon(
        [.init(goal, foot + 0.2), .init(goal + 0.08, foot + 0.165), .init(goal, foot + 0.13)], .goal
      ))
    // The car stands on the slope: along it and up from it.
    let slope = atan(cos(3 * x) * 3 * 0.45)
    let (along, up) = ((x: cos(slope), y: sin(slope)), (x: -sin(slope), y: cos(slope)))
    func point(_ a: Double, _ b: Double) -> Scene.Point {
      .init(x + a * along.x + b * up.x, height(x) + a * along.y + b * up.y)
    }
    scene.add(
      .polygon(
        [
          point(-0.07, 0.025), point(0.07, 0.025), point(0.07, 0.06), point(0.035, 0.065),
          point(0.02, 0.1), point(-0.04, 0.1), point(-0.05, 0.065), point(-0.07, 0.06),
        ], .body))
    for wheel in [-0.04, 0.04] {
      scene.add(.disc(centre: point(wheel, 0.025), radius: 0.025, .joint))
    }
    return scene
  }
}

/// Two links that hang from the origin, and the height that the free end must pass.
extension Acrobot: Drawable {
  public var actionNames: [String] { ["left", "stay", "right"] }

  public var look: Look {
    var scene = Scene(left: -2.2, bottom: -2.2, width: 4.4, height: 4.4)
    scene.add(.line([.init(-2.2, 1), .init(2.2, 1)], width: 0.03, .goal))
    let elbow = Scene.Point(sin(state[0]), -cos(state[0]))
    let angle = state[0] + state[1]
    let end = Scene.Point(elbow.x + sin(angle), elbow.y - cos(angle))
    scene.add(.line([.init(0, 0), elbow], width: 0.16, .body))
    scene.add(.line([elbow, end], width: 0.16, .limb))
    scene.add(.disc(centre: .init(0, 0), radius: 0.1, .joint))
    scene.add(.disc(centre: elbow, radius: 0.1, .joint))
    return .scene(scene)
  }
}

/// A rod that turns around the origin, and the last torque as an arc in its direction, longer the
/// stronger it is.
extension Pendulum: Drawable {
  public var look: Look {
    var scene = Scene(left: -1.4, bottom: -1.4, width: 2.8, height: 2.8)
    scene.add(.line([.init(0, 0), .init(0, 1.25)], width: 0.015, .goal))
    // A positive angle and a positive torque turn to the left, as Gymnasium draws them.
    scene.add(.line([.init(0, 0), .init(-sin(angle), cos(angle))], width: 0.17, .limb))
    scene.add(.disc(centre: .init(0, 0), radius: 0.05, .joint))
    guard abs(torque) > 0.01 else { return .scene(scene) }
    let sweep = torque / 2 * 2.4
    let arc = (0...24).map { index in
      let turn = Double.pi / 2 - sweep / 2 + sweep * Double(index) / 24
      return Scene.Point(0.35 * cos(turn), 0.35 * sin(turn))
    }
    scene.add(.line(arc, width: 0.035, .force))
    let turn = Double.pi / 2 + sweep / 2
    let tip = (x: -sin(turn) * (sweep > 0 ? 1 : -1), y: cos(turn) * (sweep > 0 ? 1 : -1))
    let base = arc[24]
    scene.add(
      .polygon(
        [
          .init(base.x + 0.13 * tip.x, base.y + 0.13 * tip.y),
          .init(base.x + 0.07 * cos(turn), base.y + 0.07 * sin(turn)),
          .init(base.x - 0.07 * cos(turn), base.y - 0.07 * sin(turn)),
        ], .force))
    return .scene(scene)
  }
}
