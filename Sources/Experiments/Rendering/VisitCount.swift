internal import Datasets
internal import Environments

/// How often the agent of a dataset's episodes stood on each square.
///
/// Counts belong to a floor plan, which is where the walls are: the rooms of Key-to-Door are not
/// mixed up, nor are the layouts of a world that draws one for every episode.
struct VisitCount {
  private var counts: [[Bool]: [Int]] = [:]

  mutating func add(_ picture: GridPicture) {
    let place = picture.agent.row * picture.columns + picture.agent.column
    counts[Self.plan(of: picture), default: Array(repeating: 0, count: picture.cells.count)][
      place] += 1
  }

  /// The counts on the floor plan of `picture`; squares that were never visited have no number.
  func overlay(on picture: GridPicture) -> GridOverlay {
    var overlay = GridOverlay("visits", columns: picture.columns, rows: picture.rows)
    if let counts = counts[Self.plan(of: picture)] {
      overlay.values = counts.map { $0 > 0 ? Double($0) : nil }
    }
    return overlay
  }

  /// The number of columns and the walls: grids of one area may differ in shape.
  private static func plan(of picture: GridPicture) -> [Bool] {
    Array(repeating: false, count: picture.columns) + [true]
      + picture.cells.map { $0.ground == .wall }
  }
}
