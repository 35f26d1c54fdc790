public import Environments
internal import Reports

extension GridText {
  /// Characters across a scene.
  private static let sceneColumns = 64

  /// A scene in characters, each two pixels high: coloured half blocks, or letters by darkness where
  /// there are no colours.
  public func lines(_ scene: Scene) -> [String] {
    let drawing = SceneDrawing(scene).drawing
    let raster = Raster(drawing, scale: Double(Self.sceneColumns) / drawing.width)
    return stride(from: 0, to: raster.height, by: 2).map { y in
      var line = ""
      var last: (Colour, Colour)?
      for x in 0..<raster.width {
        let upper = raster[x, y]
        let lower = y + 1 < raster.height ? raster[x, y + 1] : .white
        guard palette != .none, isUnicode else {
          line += Self.letter(upper.mixed(with: lower, 0.5))
          continue
        }
        if last.map({ $0 != (upper, lower) }) ?? true { line += code(ink: upper, paper: lower) }
        last = (upper, lower)
        line += "▀"
      }
      guard palette == .none || !isUnicode else { return line + "\u{1B}[0m" }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// A character about as dark as a colour.
  private static func letter(_ colour: Colour) -> String {
    switch colour.brightness {
    case 0.93...: " "
    case 0.75..<0.93: "."
    case 0.5..<0.75: "o"
    default: "#"
    }
  }
}
