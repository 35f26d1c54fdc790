/// Numbers as people read them.
public enum NumberText {
  /// Four significant digits without trailing zeros, more before the point: `0.9731`, `12.5`,
  /// `123456`, `1.2e-6`.
  public static func short(_ value: Double) -> String { significant(value, digits: 4) }

  /// A share as a percentage with one decimal: `97.3 %`.
  public static func percent(_ share: Double) -> String { "\(fixed(share * 100, decimals: 1)) %" }

  /// A count with a suffix from ten thousand on: `12.4k`, `3.1M`.
  public static func count(_ value: Double) -> String {
    // A unit begins where the one below would round to a thousand.
    switch abs(value) {
    case 999.95e6...: "\(fixed(value / 1e9, decimals: 1))G"
    case 999.95e3...: "\(fixed(value / 1e6, decimals: 1))M"
    case 1e4...: "\(fixed(value / 1e3, decimals: 1))k"
    default: short(value)
    }
  }

  /// A duration in its two largest units: `42 s`, `3 min 20 s`, `2 h 5 min`.
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "?" }
    let whole = Int(min(seconds, 1e12).rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(whole % 60) s"
    case ..<86_400: return "\(whole / 3600) h \(whole % 3600 / 60) min"
    default: return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
    }
  }

  /// `value` with exactly so many decimals.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    guard value.isFinite, scale < 1e18, abs(value) * scale < 1e18 else { return "\(value)" }
    let scaled = (abs(value) * scale).rounded()
    let whole = Int(scaled)
    let unit = Int(scale)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let fraction = String(whole % unit)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(whole / unit).\(zeros)\(fraction)"
  }

  private static func significant(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    if value == 0 { return "0" }
    let magnitude = abs(value)
    var exponent = 0
    var scaled = magnitude
    while scaled >= 10 {
      scaled /= 10
      exponent += 1
    }
    while scaled < 1 {
      scaled *= 10
      exponent -= 1
    }
    var mantissa = fixed(scaled, decimals: digits - 1)
    if mantissa.hasPrefix("10") {  // 9.9996 is 10.00 in four digits
      mantissa = "1"
      exponent += 1
    }
    if exponent < -4 || exponent > 9 {
      return "\(value < 0 ? "-" : "")\(trimmed(mantissa))e\(exponent)"
    }
    return trimmed(fixed(value, decimals: max(0, digits - 1 - exponent)))
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = Substring(text)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return String(text)
  }
}
