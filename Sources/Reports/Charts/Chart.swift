public import Documents

/// A chart of any kind: one description that gives drawings of any width, numbers and terminal text.
public enum Chart: Sendable, Equatable {
  case curves(CurveChart)
  case distributions(DistributionChart)
  case intervals(IntervalChart)
  case heat(HeatChart)

  public func drawing(width: Double, theme: ChartTheme = .light) -> Drawing {
    switch self {
    case .curves(let chart):
      chart.drawing(
        width: width, height: (min(width * 0.5, 200) + 100).rounded(), theme: theme)
    case .distributions(let chart): chart.drawing(width: width, theme: theme)
    case .intervals(let chart): chart.drawing(width: width, theme: theme)
    case .heat(let chart): chart.drawing(width: width, theme: theme)
    }
  }

  /// Every number that the chart shows.
  public var document: Document {
    switch self {
    case .curves(let chart): chart.document
    case .distributions(let chart): chart.document
    case .intervals(let chart): chart.document
    case .heat(let chart): chart.document
    }
  }
}
