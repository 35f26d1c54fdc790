/// Drawings of one size, shown one after the other, again and again.
public struct AnimatedDrawing: Sendable, Equatable {
  public var frames: [Drawing]
  /// Seconds that each frame is shown.
  public var delay: Double
  /// Seconds that the last frame stays.
  public var lastDelay: Double

  /// - Parameter lastDelay: `nil` for the same as the others.
  public init(_ frames: [Drawing], delay: Double, lastDelay: Double? = nil) {
    precondition(!frames.isEmpty, "an animation without frames")
    precondition(
      frames.allSatisfy { $0.width == frames[0].width && $0.height == frames[0].height },
      "the frames differ in size")
    (self.frames, self.delay, self.lastDelay) = (frames, delay, lastDelay ?? delay)
  }

  /// An SVG document that moves (SMIL, which all browsers know), without any script.
  ///
  /// What stands at the same place in the lists of consecutive frames and is equal is written once,
  /// so a long episode in a grid costs what changes in it. Programs that do not know animation show
  /// the first frame.
  public var svg: String { svg(SVGStyle()) }

  /// The same, told what it shows and how colours are written.
  public func svg(_ style: SVGStyle) -> String {
    let first = frames[0]
    var text = style.head(width: first.width, height: first.height)
    let lists = frames.map { frame -> [Drawing.Element] in
      let ground = Drawing.Element.shape(
        .rectangle(0, 0, frame.width, frame.height), fill: frame.background, stroke: nil)
      return (frame.background.alpha > 0 ? [ground] : []) + frame.elements
    }
    for place in 0..<(lists.map(\.count).max() ?? 0) {
      var begin = 0
      while begin < lists.count {
        guard place < lists[begin].count else {
          begin += 1
          continue
        }
        var end = begin + 1
        while end < lists.count, place < lists[end].count,
          lists[end][place] == lists[begin][place]
        { end += 1 }
        text += svg(lists[begin][place], style, shownIn: begin..<end) + "\n"
        begin = end
      }
    }
    return text + "</svg>\n"
  }

  private func svg(
    _ element: Drawing.Element, _ style: SVGStyle, shownIn range: Range<Int>
  ) -> String {
    guard range.count < frames.count else { return Drawing.svg(element, style) }
    let total = delay * Double(frames.count - 1) + lastDelay
    var values = range.lowerBound == 0 ? [] : ["none"]
    var times = range.lowerBound == 0 ? [] : ["0"]
    values.append("inline")
    times.append(time(delay * Double(range.lowerBound) / total))
    if range.upperBound < frames.count {
      values.append("none")
      times.append(time(delay * Double(range.upperBound) / total))
    }
    let animation =
      "<animate attributeName=\"display\" calcMode=\"discrete\" repeatCount=\"indefinite\" "
      + "dur=\"\(Drawing.number(total))s\" values=\"\(values.joined(separator: ";"))\" "
      + "keyTimes=\"\(times.joined(separator: ";"))\"/>"
    return Drawing.svg(
      element, style, attributes: range.lowerBound == 0 ? "" : " display=\"none\"",
      content: animation)
  }

  /// A share of the duration with six decimals: three would move frames of long animations.
  private func time(_ share: Double) -> String { share == 0 ? "0" : Format.fixed(share, 6) }
}
