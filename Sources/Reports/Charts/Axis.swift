public import Documents

/// How the numbers of an axis or a table's column are written.
public enum NumberStyle: String, Sendable, Equatable {
  /// Four significant digits.
  case plain
  /// A share as a percentage with one decimal.
  case percent
  /// A whole number.
  case count

  public func text(_ value: Double) -> String {
    switch self {
    case .plain: Format.number(value)
    case .percent: value.isFinite ? "\(Format.fixed(value * 100, 1)) %" : Format.number(value)
    case .count: value.isFinite ? Format.fixed(value, 0) : Format.number(value)
    }
  }

  /// A number beside a tick: as many digits as the ticks' distance asks for.
  func tickText(_ value: Double) -> String {
    switch self {
    case .plain, .count: Format.number(value, digits: 6)
    case .percent: "\(Format.number(value * 100, digits: 6)) %"
    }
  }
}

/// A linear axis of a chart.
public struct Axis: Sendable, Equatable {
  public var title: String
  public var style: NumberStyle
  public let range: ClosedRange<Double>
  /// Round numbers in the range, at equal distances.
  public let ticks: [Double]

  /// An axis that reaches from a tick to a tick around all of some values.
  ///
  /// - Parameters:
  ///   - values: those that are not finite do not count.
  ///   - limits: beyond which the axis never goes, as shares do not go beyond 0 and 1.
  public init(
    _ title: String, holding values: [Double], style: NumberStyle = .plain,
    limits: ClosedRange<Double>? = nil
  ) {
    let finite = values.filter(\.isFinite)
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    let magnitude = max(abs(low), abs(high))
    // What differs by rounding alone needs no scale of its own.
    if high - low <= 1e-9 * magnitude {
      let reach = magnitude == 0 ? 1 : magnitude * 0.5
      (low, high) = style == .count && low >= 0 ? (0, max(high, 1)) : (low - reach, high + reach)
    }
    if let limits { (low, high) = (max(low, limits.lowerBound), min(high, limits.upperBound)) }
    let step = max(
      Self.niceStep((high - low) / Double(Self.mostTicks - 1)), style == .count ? 1 : 0)
    // A value that lies on a tick but for rounding does not need the next one.
    let first = (low / step + 1e-9).rounded(.down)
    let last = (high / step - 1e-9).rounded(.up)
    ticks = (0...Int(last - first)).map { index in
      let tick = (first + Double(index)) * step
      return (tick / step).rounded() == 0 ? 0 : tick
    }
    range = min(ticks[0], low)...max(ticks[ticks.count - 1], high)
    self.title = title
    self.style = style
  }

  private static let mostTicks = 6

  /// The least of 1, 2, 2.5, 5 and 10 times a power of ten that is no less than `step`.
  private static func niceStep(_ step: Double) -> Double {
    guard step > 0, step.isFinite else { return 1 }
    var power = 1.0
    while power > step { power /= 10 }
    while power * 10 <= step { power *= 10 }
    return ([1, 2, 2.5, 5].first { $0 * power >= step * (1 - 1e-9) } ?? 10) * power
  }

  /// Where a value lies between the axis's ends, 0 to 1.
  public func share(of value: Double) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  public func tickText(_ value: Double) -> String { style.tickText(value) }

  public var document: Document {
    [
      "title": .string(title), "style": .string(style.rawValue),
      "ticks": .array(ticks.map { .number($0) }),
    ]
  }
}
