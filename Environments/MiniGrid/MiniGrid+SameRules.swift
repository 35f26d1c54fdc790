extension MiniGridFamily {
  /// Whether two episodes, each as it was reset, have one layout and one start.
  public func hasSameRules(as other: Self) -> Bool { game.hasSameRules(as: other.game) }
}

extension MiniGrid {
  fileprivate func hasSameRules(as other: MiniGrid) -> Bool {
    start == other.start && horizon == other.horizon && rightEnd == other.rightEnd
      && wrongEnd == other.wrongEnd && board.cells == other.board.cells
      && doors.indices.map { doors[$0] } == other.doors.indices.map { other.doors[$0] }
      && things.indices.map { things[$0] } == other.things.indices.map { other.things[$0] }
  }
}
