/// A world whose hidden states have a place on its picture, so that what a solver knows about states
/// can be drawn.
public protocol Located: Pictured, Solvable {
  /// The square that the agent is on in `state`.
  func place(of state: State) -> GridPicture.Place

  /// `state` with the agent on another square and all else as it is, or `nil` where it cannot be.
  func moving(_ state: State, to place: GridPicture.Place) -> State?

  /// Where an action tries to go from a state's square, whatever comes of it: it may bump, slip or
  /// slide. `nil`, which is the default, where actions do not name a direction: then what follows
  /// says where they lead.
  func move(of action: Int, in state: State) -> GridPicture.Move?
}

extension Located {
  public func move(of action: Int, in state: State) -> GridPicture.Move? { nil }
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
