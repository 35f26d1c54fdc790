extension Histogram {
  /// The histogram as lines of bars, one per bin:
  ///
  ///       0.0 …  0.5 ████████▌      17
  ///       0.5 …  1.0 ██             4
  ///
  /// A bar is at most `width` characters long, in steps of an eighth (whole `#` in ASCII); a bin
  /// that is not empty shows at least one step.
  public func bars(width: Int = 40, digits: Int = 3, isASCII: Bool = false) -> String {
    precondition(width > 0, "width is \(width), must be positive")
    let labels = edges.map { Format.number($0, digits: digits) }
    let labelWidth = labels.map(\.count).max() ?? 0
    let largest = max(counts.max() ?? 0, 1)
    var text = ""
    for (bin, count) in counts.enumerated() {
      let from = pad(labels[bin], to: labelWidth)
      let to = pad(labels[bin + 1], to: labelWidth)
      let bar = Self.bar(Double(count) / Double(largest), width: width, isASCII: isASCII)
      let gap = String(repeating: " ", count: width - bar.count)
      text += "\(from) \(isASCII ? "to" : "…") \(to) \(bar)\(gap) \(count)\n"
    }
    if outsideCount > 0 { text += "outside: \(outsideCount)\n" }
    return text
  }

  private static func bar(_ fraction: Double, width: Int, isASCII: Bool) -> String {
    guard fraction > 0 else { return "" }
    if isASCII {
      return String(repeating: "#", count: max(Int((fraction * Double(width)).rounded()), 1))
    }
    let eighths = max(Int((fraction * Double(width * 8)).rounded()), 1)
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  private func pad(_ label: String, to width: Int) -> String {
    String(repeating: " ", count: width - label.count) + label
  }
}
