/// Numbers and durations as people read them.
public enum Format {
  /// A number with a fixed count of decimals, halves rounded away from zero; from 10¹⁵ on it is
  /// written with an exponent.
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    precondition((0...15).contains(decimals), "decimals is \(decimals), must be in 0...15")
    guard value.isFinite else { return notFinite(value) }
    guard value.magnitude < 1e15 else { return value.description }
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let whole = value.magnitude.rounded(.down)
    var fraction = ((value.magnitude - whole) * power).rounded()
    var integer = UInt64(whole)
    if fraction >= power {
      integer += 1
      fraction = 0
    }
    let sign = value < 0 && (integer > 0 || fraction > 0) ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(integer)" }
    let digits = String(UInt64(fraction))
    let zeros = String(repeating: "0", count: decimals - digits.count)
    return "\(sign)\(integer).\(zeros)\(digits)"
  }

  /// A number with so many significant digits and no trailing zeros: `0.0123`, `1234`, `1.2e-06`.
  public static func number(_ value: Double, digits: Int = 4) -> String {
    precondition((1...15).contains(digits), "digits is \(digits), must be in 1...15")
    guard value.isFinite else { return notFinite(value) }
    guard value != 0 else { return "0" }
    var exponent = 0
    var mantissa = value.magnitude
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    if (-4...(max(digits, 6) - 1)).contains(exponent) {
      return trimmed(fixed(value, min(max(digits - 1 - exponent, 0), 15)))
    }
    let text = trimmed(fixed(mantissa, digits - 1))
    let shown = text == "10" ? "1" : text
    let power = text == "10" ? exponent + 1 : exponent
    let sign = value < 0 ? "-" : ""
    let powerSign = power < 0 ? "-" : "+"
    return "\(sign)\(shown)e\(powerSign)\(power.magnitude < 10 ? "0" : "")\(power.magnitude)"
  }

  /// A count or a rate, shortened above a thousand: `950`, `1.2k`, `35k`, `1.5M`, `2.0G`.
  public static func count(_ value: Double) -> String {
    guard value.isFinite else { return notFinite(value) }
    var scaled = value
    for unit in ["", "k", "M", "G", "T"] {
      // What would be rounded up to a thousand belongs to the next unit.
      if scaled.magnitude < 999.5 || unit == "T" {
        let decimals =
          unit.isEmpty ? (scaled.magnitude < 10 ? 1 : 0) : scaled.magnitude < 9.95 ? 1 : 0
        let text = fixed(scaled, decimals)
        return (unit.isEmpty ? trimmed(text) : text) + unit
      }
      scaled /= 1_000
    }
    return number(value)
  }

  public static func count(_ value: Int) -> String { count(Double(value)) }

  /// A size in decimal units: `512 B`, `1.5 kB`, `2.0 GB`.
  public static func bytes(_ value: Int) -> String {
    let text = count(Double(value))
    guard let unit = text.last, unit.isLetter else { return "\(text) B" }
    return "\(text.dropLast()) \(unit)B"
  }

  /// A share as a percentage without decimals: `42 %`.
  public static func percent(_ fraction: Double) -> String {
    fraction.isFinite ? "\(fixed(fraction * 100, 0)) %" : notFinite(fraction)
  }

  /// A duration in its two largest units: `350 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e12 else { return "unknown" }
    let seconds = max(seconds, 0)
    if seconds < 0.9995 { return "\(fixed(seconds * 1000, 0)) ms" }
    if seconds < 9.95 { return "\(fixed(seconds, 1)) s" }
    let whole = Int(seconds.rounded())
    let units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
    for (index, (name, size)) in units.enumerated() where whole >= size {
      guard index + 1 < units.count else { break }
      let (nextName, nextSize) = units[index + 1]
      let rest = whole % size / nextSize
      return "\(whole / size) \(name)" + (rest > 0 ? " \(rest) \(nextName)" : "")
    }
    return "\(whole) s"
  }

  public static func duration(_ duration: Duration) -> String {
    self.duration(seconds: duration / .seconds(1))
  }

  private static func notFinite(_ value: Double) -> String {
    value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
