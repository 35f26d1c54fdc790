/// Shapes in a plane, for drawing worlds that are no grids: no pixels, no sizes on paper.
///
/// Lengths are in the world's own units; x grows to the right, y upwards. What comes later lies on top.
public struct Scene: Sendable, Equatable {
  /// The part of the plane that is shown.
  public var left: Double
  public var bottom: Double
  public var width: Double
  public var height: Double
  public var shapes: [Shape] = []

  /// An empty part of the plane.
  public init(left: Double, bottom: Double, width: Double, height: Double) {
    precondition(width > 0 && height > 0, "a scene of \(width) × \(height)")
    (self.left, self.bottom, self.width, self.height) = (left, bottom, width, height)
  }

  public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// What a shape stands for; whoever draws decides on its colour.
  public enum Role: Sendable, Equatable, CaseIterable {
    /// Ground, tracks and other things that stay.
    case ground
    /// What is to be reached.
    case goal
    /// The body that is moved.
    case body
    /// What hangs or stands on it.
    case limb
    case joint
    /// A force or torque.
    case force
    case label
  }

  public enum Shape: Sendable, Equatable {
    case polygon([Point], Role)
    /// Open, with round ends.
    case line([Point], width: Double, Role)
    case disc(centre: Point, radius: Double, Role)
    /// Text around a point.
    case text(String, at: Point, size: Double, Role)
  }

  /// Adds a shape on top.
  public mutating func add(_ shape: Shape) { shapes.append(shape) }

  /// Adds an axis-parallel rectangle around a point.
  public mutating func addBox(around centre: Point, width: Double, height: Double, _ role: Role) {
    let (x, y) = (width / 2, height / 2)
    add(
      .polygon(
        [(-x, -y), (x, -y), (x, y), (-x, y)].map { Point(centre.x + $0.0, centre.y + $0.1) }, role))
  }
}
