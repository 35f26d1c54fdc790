// How much room text takes. The measure is that of the letters of rasters; the fonts of SVG viewers
// are about as wide.
extension Drawing.Text {
  /// The width in units of the drawing.
  public var width: Double { StrokeFont.width(of: string) * size }

  /// The same text, in smaller letters where it would be wider than `width`.
  public func shrunk(toWidth width: Double) -> Drawing.Text {
    var text = self
    if self.width > width, width > 0 { text.size *= width / self.width }
    return text
  }

  /// The text in lines of at most `width`, broken between words; a longer word is a line of its own.
  /// No lines for no words.
  public static func lines(_ string: String, size: Double, width: Double) -> [String] {
    var lines: [String] = []
    for word in string.split(separator: " ") {
      if let last = lines.last, StrokeFont.width(of: "\(last) \(word)") * size <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
