/// A world that can be drawn.
public protocol Drawable: Environment {
  /// The world as it stands now.
  var look: Look { get }

  /// What the discrete actions are called, in their order, for captions and for people who play:
  /// `up`, `left`, `forward`, `pick up`. Empty where they have no names, which is the default.
  var actionNames: [String] { get }
}

extension Drawable {
  public var actionNames: [String] { [] }
}

/// What a world looks like: no pixels, no sizes.
public enum Look: Sendable, Equatable {
  case grid(GridPicture)
  case scene(Scene)
}

/// A world that can be drawn as a grid of squares.
public protocol Pictured: Drawable {
  /// The world as it stands now.
  var picture: GridPicture { get }
}

extension Pictured {
  public var look: Look { .grid(picture) }
}
