/// A world whose hidden states have a place on its picture, so that what a solver knows about states
/// can be drawn.
public protocol Located: Pictured, Solvable {
  /// The square that the agent is on in `state`.
  func place(of state: State) -> GridPicture.Place

  /// `state` with the agent on another square and all else as it is, or `nil` where it cannot be.
  func moving(_ state: State, to place: GridPicture.Place) -> State?
}

extension GridPicture {
  /// A square, counted as in the picture.
  public struct Place: Sendable, Hashable {
    public var column: Int
    public var row: Int

    public init(column: Int, row: Int) {
      self.column = column
      self.row = row
    }
  }
}
