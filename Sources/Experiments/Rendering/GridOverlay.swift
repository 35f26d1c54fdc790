public import Environments

/// What is laid over a grid: a number or directions for each square.
public struct GridOverlay: Sendable, Equatable {
  /// What the numbers or directions are, for the legend.
  public var title: String
  public let columns: Int
  public let rows: Int
  /// `[rows, columns]` Drawn as colours; `nil` where there is nothing to say.
  public var values: [Double?]
  /// `[rows, columns]` Drawn as arrows, and as a dot for staying.
  public var moves: [Set<GridPicture.Move>]

  /// An overlay that says nothing yet.
  public init(_ title: String, columns: Int, rows: Int) {
    (self.title, self.columns, self.rows) = (title, columns, rows)
    values = Array(repeating: nil, count: columns * rows)
    moves = Array(repeating: [], count: columns * rows)
  }

  /// The least and the largest number of some overlays, to share one scale of colours.
  public static func range(of overlays: [GridOverlay]) -> ClosedRange<Double>? {
    let numbers = overlays.lazy.flatMap { $0.values }.compactMap { $0 }
    guard let low = numbers.min(), let high = numbers.max() else { return nil }
    return low...high
  }

  /// Where a number lies in a range, in `0...1`.
  public static func share(_ value: Double, in range: ClosedRange<Double>) -> Double {
    let extent = range.upperBound - range.lowerBound
    return extent > 0 ? (value - range.lowerBound) / extent : 1
  }
}
