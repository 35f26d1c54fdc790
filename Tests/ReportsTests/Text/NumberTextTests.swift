import Reports
import Testing

@Suite("Numbers as text")
struct NumberTextTests {
  @Test(
    "have four significant digits",
    arguments: [
      (0.0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (0.973_12, "0.9731"), (-0.973_19, "-0.9732"),
      (0.99996, "1"), (-0.99996, "-1"), (0.99994, "0.9999"), (12.5, "12.5"), (123.456, "123.5"),
      (99.996, "100"), (1234.5, "1235"), (123_456, "123456"), (0.000_123_44, "0.0001234"),
      (1e-7, "1e-7"), (-1e-7, "-1e-7"), (1.2e-6, "1.2e-6"), (9.9996e-5, "0.0001"),
      (9.9996e-6, "1e-5"), (-9.9994e-6, "-9.999e-6"), (.leastNonzeroMagnitude, "4.941e-324"), (1e10, "1e10"),
      (9.9999e10, "1e11"), (9_999_999_999, "1e10"), (1_234_567_890, "1234567890"),
      (1.7976e308, "1.798e308"), (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"),
    ])
  func short(value: Double, text: String) { #expect(NumberText.short(value) == text) }

  @Test(
    "have so many decimals",
    arguments: [
      (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-0.006, 2, "-0.01"), (1.005, 1, "1.0"),
      (2.5, 0, "3"), (-2.5, 0, "-3"), (1234.5678, 3, "1234.568"), (0.05, 1, "0.1"),
      (9e14, 1, "900000000000000.0"), (9e14, 8, "900000000000000.0"), (1e300, 2, "1e+300"),
      (.nan, 1, "nan"), (-.infinity, 1, "-inf"),
    ])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test(
    "count in thousands and millions",
    arguments: [
      (0.0, "0"), (12.34, "12.34"), (9999, "9999"), (10_000, "10.0k"), (12_440, "12.4k"),
      (999_940, "999.9k"), (999_960, "1.0M"), (3_140_000, "3.1M"), (999_960_000, "1.0G"),
      (2.5e9, "2.5G"), (-12_440, "-12.4k"), (.infinity, "inf"),
    ])
  func count(value: Double, text: String) {
    #expect(NumberText.count(value).hasPrefix(text))
    if value.isFinite { #expect(NumberText.count(value) == text) }
  }

  @Test(
    "show durations in their two largest units",
    arguments: [
      (0.0, "0 s"), (0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"),
      (3599.7, "1 h 0 min"), (7500, "2 h 5 min"), (86_400, "1 d 0 h"), (270_000, "3 d 3 h"),
      (-1, "?"), (.nan, "?"), (.infinity, "?"), (1e300, "11574074 d 1 h"),
    ])
  func duration(seconds: Double, text: String) {
    #expect(NumberText.duration(seconds: seconds) == text)
  }

  @Test("show shares as percentages with one decimal")
  func percent() {
    #expect(NumberText.percent(0.9731) == "97.3 %")
    #expect(NumberText.percent(1) == "100.0 %")
    #expect(NumberText.percent(0) == "0.0 %")
    #expect(NumberText.percent(0.0311) == "3.1 %")
  }
}
