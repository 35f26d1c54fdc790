internal import Environments
public import Reports

/// Draws frames of a film with what belongs to them: the step, the action and the return below, the
/// scale of an overlay's numbers beside.
///
/// Lengths are pixels.
public struct FilmDrawing {
  private let film: Film
  private let square: Double
  private let hasCaption: Bool
  private let range: ClosedRange<Double>?
  /// Lines of the mission, the same number for all frames.
  private let missionLines: Int
  private let textSize: Double
  /// What lies below everything, and what captions are written in.
  private let paper: Colour
  private let ink: Colour

  /// - Parameters:
  ///   - square: the side of a square of the grid, in pixels.
  ///   - hasCaption: whether anything is written below.
  ///   - paper: what lies below everything.
  ///   - ink: what captions are written in.
  public init(
    _ film: Film, square: Double, hasCaption: Bool, paper: Colour = .white,
    ink: Colour = Colour(60, 60, 60)
  ) {
    (self.paper, self.ink) = (paper, ink)
    (self.film, self.square, self.hasCaption) = (film, square, hasCaption)
    range = GridOverlay.range(of: film.frames.compactMap(\.overlay))
    textSize = min(max(square * 0.42, 11), 18)
    let width =
      switch film.frames.first?.look {
      case .grid(let picture): Double(picture.columns) * square
      case .scene: SceneDrawing.width * square
      case nil: square
      }
    let size = textSize
    missionLines =
      film.frames.map { Drawing.Text.lines($0.mission, size: size, width: width - size).count }
      .max() ?? 0
  }

  /// All frames, one after the other.
  ///
  /// - Parameter delay: seconds per frame; the last one stays six times as long, or a second.
  public func animation(delay: Double) -> AnimatedDrawing {
    AnimatedDrawing(film.frames.map(drawing), delay: delay, lastDelay: max(6 * delay, 1))
  }

  /// Frames side by side, in rows that make the sheet about as wide as high.
  public func sheet(of frames: [Film.Frame]) -> Drawing {
    let drawings = frames.map(drawing)
    let (width, height) = (drawings[0].width, drawings[0].height)
    let gap = (textSize / 2).rounded()
    let wanted = (Double(drawings.count) * (height + gap) / (width + gap) * 1.4).squareRoot()
    let columns = min(max(Int(wanted.rounded()), 1), drawings.count)
    let rows = (drawings.count + columns - 1) / columns
    var sheet = Drawing(
      width: Double(columns) * (width + gap) + gap, height: Double(rows) * (height + gap) + gap,
      background: paper)
    for (index, drawing) in drawings.enumerated() {
      let offset = Drawing.Point(
        gap + Double(index % columns) * (width + gap),
        gap + Double(index / columns) * (height + gap))
      sheet.add(drawing, at: offset)
    }
    return sheet
  }

  /// One frame.
  public func drawing(of frame: Film.Frame) -> Drawing {
    let art =
      switch frame.look {
      case .grid(let picture): GridDrawing(picture, overlay: frame.overlay, range: range).drawing
      case .scene(let scene): SceneDrawing(scene).drawing
      }
    let (width, height) = (art.width * square, art.height * square)
    let legend = range == nil ? 0 : (textSize * 4.5).rounded()
    let lineHeight = (textSize * 1.4).rounded()
    let captionLines = hasCaption ? missionLines + 2 : 0
    let caption = captionLines > 0 ? Double(captionLines) * lineHeight + textSize * 0.4 : 0
    var drawing = Drawing(
      width: width + legend, height: (height + caption).rounded(), background: paper)
    drawing.add(.rectangle(0, 0, width, height), fill: art.background)
    for element in art.elements {
      drawing.elements.append(.group(offset: .init(0, 0), scale: square, [element]))
    }
    if let range { addLegend(range, frame.overlay?.title ?? "", at: width, height, to: &drawing) }
    guard hasCaption else { return drawing }
    let mission = Drawing.Text.lines(frame.mission, size: textSize, width: width - textSize)
    let padding = Array(repeating: "", count: missionLines - mission.count)
    for (index, line) in (mission + padding + lines(of: frame)).enumerated() {
      let text = Drawing.Text(
        line, at: .init(textSize / 2, height + Double(index + 1) * lineHeight), size: textSize,
        colour: ink)
      drawing.add(text.shrunk(toWidth: width + legend - textSize))
    }
    return drawing
  }

  private func lines(of frame: Film.Frame) -> [String] {
    let action = frame.action.isEmpty ? "" : "  \(frame.action)"
    let ending = frame.ending.isEmpty ? "" : "  \(frame.ending)"
    return ["step \(frame.step)\(action)", "return \(Format.number(frame.total))\(ending)"]
  }

  /// The colours from the bottom, the least, to the top.
  private func addLegend(
    _ range: ClosedRange<Double>, _ title: String, at x: Double, _ height: Double,
    to drawing: inout Drawing
  ) {
    let left = x + textSize * 0.6
    let (top, bottom) = (textSize * 2.2, height - textSize * 0.8)
    let steps = 24
    for step in 0..<steps {
      let share = Double(step) / Double(steps)
      let y = bottom - (bottom - top) * (share + 1 / Double(steps))
      drawing.add(
        .rectangle(left, y, textSize, (bottom - top) / Double(steps) + 0.5),
        fill: GridDrawing.scale(share + 0.5 / Double(steps)))
    }
    func write(_ text: String, _ x: Double, _ y: Double) {
      drawing.add(
        Drawing.Text(text, at: .init(x, y), size: textSize * 0.85, colour: ink)
          .shrunk(toWidth: drawing.width - x - 2))
    }
    write(title, left, textSize * 1.3)
    let labels = left + textSize * 1.3
    write(Format.number(range.upperBound, digits: 3), labels, top + textSize * 0.6)
    write(Format.number(range.lowerBound, digits: 3), labels, bottom)
  }
}
