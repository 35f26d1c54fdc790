/// How far some long work has come, as one line of text.
public struct ProgressBar: Sendable, Equatable {
  public var label: String
  /// What is counted: "steps", "episodes".
  public var unit: String
  /// `nil` if nobody knows how much there is.
  public var total: Int?
  public var done = 0
  /// How much of `done` an earlier process did, which took none of `elapsed`.
  public var doneBefore = 0
  public var elapsed = Duration.zero
  /// Numbers worth watching, in order: ("loss", "0.123").
  public var metrics: [Metric] = []

  public struct Metric: Sendable, Equatable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
    public init(_ name: String, _ value: Double) { self.init(name, Format.number(value)) }
  }

  public init(_ label: String, unit: String, total: Int?) {
    self.label = label
    self.unit = unit
    self.total = total
  }

  /// Units per second of this process; 0 while nothing is known.
  public var rate: Double {
    let seconds = elapsed / .seconds(1)
    return seconds > 0 ? Double(max(done - doneBefore, 0)) / seconds : 0
  }

  /// Share of the work that is done, 0 … 1.
  public var fraction: Double? {
    total.map { $0 > 0 ? min(max(Double(done) / Double($0), 0), 1) : 1 }
  }

  /// Seconds left at this rate.
  public var secondsLeft: Double? {
    guard let total, rate > 0 else { return nil }
    return Double(max(total - done, 0)) / rate
  }

  /// `train ━━━━━━━━╸─────── 53 % 530/1000 1.2k steps/s 3 min 20 s left loss 0.123`, at most
  /// `width` columns: what has no room is left out, the metrics first, then the bar, then the rest.
  public func line(width: Int, isASCII: Bool = false) -> String {
    let shown = TerminalText.sanitised(label)
    let rest = width - TerminalText.width(shown) - 1
    var text = ""
    func append(_ words: [String], keepingFree reserved: Int) {
      for word in words {
        let longer = text.isEmpty ? word : "\(text)  \(word)"
        guard text.isEmpty || TerminalText.width(longer) <= rest - reserved else { return }
        text = longer
      }
    }
    append(words, keepingFree: 0)
    append(shownMetrics, keepingFree: fraction == nil ? 0 : Self.shortestBar + 1)
    let room = min(rest - TerminalText.width(text) - 1, 30)
    let bar = fraction.flatMap {
      room >= Self.shortestBar ? Self.bar($0, width: room, isASCII: isASCII) + " " : nil
    }
    return TerminalText.truncated(
      "\(shown) \(bar ?? "")\(text)", to: width, ellipsis: isASCII ? "" : "…")
  }

  /// The same without a bar and of any length, for logs.
  public var plainLine: String {
    TerminalText.sanitised(label) + ": " + (words + shownMetrics).joined(separator: ", ")
  }

  /// From the most to the least important.
  private var words: [String] {
    var words: [String] = []
    if let total, let fraction {
      let percent = Format.fixed((fraction * 100).rounded(.down), 0)
      words.append("\(percent) %")
      words.append("\(done)/\(total) \(unit)")
    } else {
      words.append("\(done) \(unit)")
    }
    if rate > 0 { words.append("\(Format.count(rate)) \(unit)/s") }
    if let secondsLeft, done < total ?? 0 {
      words.append("\(Format.duration(seconds: secondsLeft)) left")
    } else if total.map({ done >= $0 }) ?? false {
      words.append("took \(Format.duration(elapsed))")
    }
    return words
  }

  private var shownMetrics: [String] {
    metrics.map { TerminalText.sanitised("\($0.name) \($0.value)") }
  }

  /// In columns; a shorter one says too little.
  private static let shortestBar = 8

  private static func bar(_ fraction: Double, width: Int, isASCII: Bool) -> String {
    if isASCII {
      let full = Int((fraction * Double(width - 2)).rounded(.down))
      return "[" + String(repeating: "#", count: full)
        + String(repeating: "-", count: width - 2 - full) + "]"
    }
    let halves = Int((fraction * Double(width * 2)).rounded(.down))
    let full = halves / 2
    let half = halves % 2 == 1 ? "╸" : ""
    let rest = String(repeating: "─", count: width - full - half.count)
    return String(repeating: "━", count: full) + half + rest
  }
}
