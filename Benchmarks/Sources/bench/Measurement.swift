import Documents

/// One line of the benchmark: what was measured, and its median, minimum and maximum.
struct Measurement {
  /// "train", "ragged", "rollout", …
  let bench: String
  /// The model's size or what else was measured.
  let config: String
  let threads: Int
  /// Seconds per unit, one per round.
  let seconds: [Double]
  /// What a unit is: "step", "episode", …
  let unit: String
  var more: Document.Fields = [:]

  private var sorted: [Double] { seconds.sorted() }
  var median: Double { sorted[seconds.count / 2] }

  var document: Document {
    var fields: Document.Fields = [
      "bench": .string(bench), bench == "env" ? "environment" : "config": .string(config),
      "threads": .integer(threads), "\(unit)s_per_second": .number(1 / median),
      "milliseconds_median": .number(1000 * median),
      "milliseconds_min": .number(1000 * (sorted.first ?? 0)),
      "milliseconds_max": .number(1000 * (sorted.last ?? 0)), "rounds": .integer(seconds.count),
    ]
    for (key, value) in more { fields[key] = value }
    return .object(fields)
  }

  var text: String {
    func short(_ seconds: Double) -> String {
      let microseconds = seconds * 1e6
      if microseconds < 0.1 { return "\((microseconds * 1e4).rounded() / 10) ns" }
      if microseconds < 1000 { return "\((microseconds * 100).rounded() / 100) us" }
      return "\((microseconds / 10).rounded() / 100) ms"
    }
    var line = "\(bench) \(config), \(threads) threads: \(short(median)) per \(unit) "
    line += "[\(short(sorted.first ?? 0)) to \(short(sorted.last ?? 0))]"
    for (key, value) in more { line += ", \(key) \(value.jsonText())" }
    return line
  }
}

/// Seconds that `body` takes.
func time(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return start.duration(to: .now) / .seconds(1)
}
