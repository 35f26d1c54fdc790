public import Environments

/// Maps continuous actions to and from ±1 where their space has bounds: networks end in tanh, so a
/// space from −2 to 2 needs twice their output.
///
///     action = centre + reach · unit
public struct ActionBounds: Sendable {
  /// `[action width]`
  public let centre: [Float]
  public let reach: [Float]

  /// - Parameter space: a box; of another space there are no bounds.
  public init(_ space: Space) {
    guard case .box(let box) = space else {
      (centre, reach) = ([], [])
      return
    }
    let isBounded = zip(box.low, box.high).map { $0.isFinite && $1.isFinite && $0 < $1 }
    centre = box.low.indices.map { isBounded[$0] ? (box.low[$0] + box.high[$0]) / 2 : 0 }
    reach = box.low.indices.map { isBounded[$0] ? (box.high[$0] - box.low[$0]) / 2 : 1 }
  }

  private init(centre: [Float], reach: [Float]) { (self.centre, self.reach) = (centre, reach) }

  /// Leaves actions as they are.
  static let none = ActionBounds(centre: [0], reach: [1])

  /// `[rows · width]` actions to units.
  public func units(of actions: [Float]) -> [Float] {
    actions.indices.map {
      (actions[$0] - centre[$0 % centre.count]) / reach[$0 % centre.count]
    }
  }

  /// `[rows · width]` units to actions.
  public func actions(of units: some Collection<Float>) -> [Float] {
    units.enumerated().map { index, unit in
      centre[index % centre.count] + reach[index % centre.count] * unit
    }
  }
}
