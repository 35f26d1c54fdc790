/// The colours of charts and of the page around them.
///
/// Text has a contrast of at least 4.5 to 1 on the card it stands on and lines that carry data one of
/// at least 3 to 1 (WCAG 2.2), in both themes; series differ by their marks as well.
public struct ChartTheme: Sendable, Equatable {
  /// Behind the cards.
  public var ground: Colour
  /// What a chart lies on.
  public var card: Colour
  /// Text that is read first.
  public var ink: Colour
  /// Labels and captions.
  public var soft: Colour
  /// Grid lines and borders, which carry no data.
  public var line: Colour
  /// One for each series; beyond the last they begin anew.
  public var series: [Colour]

  /// The colour of a series.
  public func colour(ofSeries index: Int) -> Colour { series[index % series.count] }

  /// Names for the colours, as the page's style sheet calls them.
  public var names: [Colour: String] {
    var names = [card: "card", ink: "ink", soft: "soft", line: "line"]
    for (index, colour) in series.enumerated() { names[colour] = "s\(index)" }
    return names
  }

  public static let light = ChartTheme(
    ground: Colour(248, 248, 245), card: Colour(255, 255, 255), ink: Colour(29, 31, 36),
    soft: Colour(88, 93, 104), line: Colour(224, 224, 218),
    series: [
      Colour(37, 99, 168), Colour(184, 84, 0), Colour(20, 122, 88), Colour(138, 79, 176),
      Colour(190, 52, 70), Colour(14, 120, 140), Colour(122, 90, 47), Colour(95, 102, 114),
    ])

  public static let dark = ChartTheme(
    ground: Colour(21, 23, 27), card: Colour(29, 32, 38), ink: Colour(233, 234, 238),
    soft: Colour(164, 170, 182), line: Colour(58, 63, 72),
    series: [
      Colour(122, 167, 230), Colour(240, 160, 82), Colour(95, 199, 156), Colour(199, 155, 232),
      Colour(244, 138, 150), Colour(92, 198, 214), Colour(211, 180, 131), Colour(169, 176, 189),
    ])
}

extension Colour {
  /// How much two colours differ in brightness, from 1 to 21 (WCAG 2.2):
  ///
  ///     (L₁ + 0.05) / (L₂ + 0.05), L the relative luminance, the brighter one above
  public func contrast(with other: Colour) -> Double {
    let (one, two) = (luminance, other.luminance)
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
  }
}
