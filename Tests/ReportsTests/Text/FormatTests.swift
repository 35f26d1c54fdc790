import Reports
import Testing

@Suite("Numbers for people")
struct FormatTests {
  @Test(
    "have a fixed count of decimals",
    arguments: [
      (0, 2, "0.00"), (1.004, 2, "1.00"), (2.5, 0, "3"), (0.999, 2, "1.00"), (-0.001, 2, "0.00"),
      (-1.25, 1, "-1.3"), (123456.789, 1, "123456.8"), (0.05, 1, "0.1"), (1e20, 2, "1e+20"),
      (.nan, 2, "nan"), (-.infinity, 2, "-inf"), (99.96, 1, "100.0"),
    ] as [(Double, Int, String)])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(Format.fixed(value, decimals) == text)
  }

  @Test(
    "have significant digits",
    arguments: [
      (0, "0"), (1, "1"), (0.5, "0.5"), (1.0 / 3, "0.3333"), (123.456, "123.5"), (1234, "1234"),
      (123456, "123456"), (1_234_567, "1.235e+06"), (0.000123456, "0.0001235"),
      (0.0000123456, "1.235e-05"), (-0.25, "-0.25"), (99999.9, "100000"), (9.99996, "10"),
      (9.99996e-7, "1e-06"), (1e-300, "1e-300"), (.leastNonzeroMagnitude, "4.941e-324"),
      (.nan, "nan"),
      (.infinity, "inf"), (1e15, "1e+15"), (.greatestFiniteMagnitude, "1.798e+308"),
    ] as [(Double, String)])
  func number(value: Double, text: String) {
    #expect(Format.number(value) == text)
  }

  @Test(
    "are short counts",
    arguments: [
      (0, "0"), (7, "7"), (7.25, "7.3"), (950, "950"), (999, "999"), (999.6, "1.0k"),
      (1234, "1.2k"), (9949, "9.9k"), (9960, "10k"), (35_000, "35k"), (999_700, "1.0M"),
      (1_500_000, "1.5M"), (2e9, "2.0G"), (3e12, "3.0T"), (5e15, "5000T"), (-1234, "-1.2k"),
      (.nan, "nan"),
    ] as [(Double, String)])
  func count(value: Double, text: String) {
    #expect(Format.count(value) == text)
  }

  @Test(
    "are durations in two units",
    arguments: [
      (0, "0 ms"), (0.35, "350 ms"), (0.9996, "1.0 s"), (4.24, "4.2 s"), (42.4, "42 s"),
      (59.7, "1 min"), (200, "3 min 20 s"), (3600, "1 h"), (7500, "2 h 5 min"),
      (273_600, "3 d 4 h"), (-5, "0 ms"), (.nan, "unknown"), (.infinity, "unknown"),
      (1e30, "unknown"),
    ] as [(Double, String)])
  func duration(seconds: Double, text: String) {
    #expect(Format.duration(seconds: seconds) == text)
  }

  @Test("are sizes and shares")
  func others() {
    #expect(Format.bytes(512) == "512 B")
    #expect(Format.bytes(1_500) == "1.5 kB")
    #expect(Format.bytes(2_000_000_000) == "2.0 GB")
    #expect(Format.percent(0.424) == "42 %")
    #expect(Format.duration(.seconds(200)) == "3 min 20 s")
  }
}
