import Reports
import Testing

@Suite("An axis")
struct AxisTests {
  @Test(
    "reaches over all values in round steps",
    arguments: [
      ([0, 1], [0, 0.2, 0.4, 0.6, 0.8, 1]), ([0, 47], [0, 10, 20, 30, 40, 50]),
      ([-3.2, 5], [-4, -2, 0, 2, 4, 6]), ([1.305, 1.39], [1.3, 1.32, 1.34, 1.36, 1.38, 1.4]),
      ([0, 1000], [0, 200, 400, 600, 800, 1000]),
      ([.nan, 2, .infinity, 2.5], [2, 2.1, 2.2, 2.3, 2.4, 2.5]),
    ])
  func ticks(values: [Double], expected: [Double]) {
    let axis = Axis("x", holding: values)
    #expect(axis.ticks.count == expected.count, "\(axis.ticks)")
    for (tick, wanted) in zip(axis.ticks, expected) { #expect(abs(tick - wanted) < 1e-9) }
    for value in values where value.isFinite { #expect(axis.range.contains(value)) }
  }

  @Test("has few ticks and a range of some width, whatever the values are")
  func extremes() {
    let samples: [[Double]] = [
      [], [0], [5], [-7], [1e-300], [1e300], [3, 3 + 1e-12], [-1e12, 1e12], [.nan],
    ]
    for values in samples {
      for style in [NumberStyle.plain, .percent, .count] {
        let axis = Axis("x", holding: values, style: style)
        #expect((2...8).contains(axis.ticks.count), "\(values): \(axis.ticks)")
        #expect(axis.range.lowerBound < axis.range.upperBound)
        for value in values where value.isFinite { #expect(axis.range.contains(value)) }
      }
    }
  }

  @Test("of whole numbers has whole ticks, one of shares stays within its limits")
  func kinds() {
    let steps = Axis("step", holding: [0, 3], style: .count)
    #expect(steps.ticks == [0, 1, 2, 3])
    let share = Axis("solved", holding: [0.31, 0.99], style: .percent, limits: 0...1)
    #expect(share.range.upperBound <= 1 && share.tickText(0.4) == "40 %")
    #expect(share.share(of: share.range.lowerBound) == 0)
    #expect(share.share(of: share.range.upperBound) == 1)
  }
}
