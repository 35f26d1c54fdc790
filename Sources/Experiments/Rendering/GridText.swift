public import Environments
internal import Reports

/// Draws a grid for a terminal: two characters for each square, in colour or in plain letters.
public struct GridText {
  /// What colours a terminal knows.
  public enum Palette: Sendable, Equatable {
    case none
    /// The 6 × 6 × 6 cube of xterm.
    case indexed
    /// 24 bits.
    case full
  }

  let palette: Palette
  let isUnicode: Bool

  public init(palette: Palette, isUnicode: Bool) {
    (self.palette, self.isUnicode) = (palette, isUnicode)
  }

  /// One line for each row of squares.
  public func lines(
    _ picture: GridPicture, overlay: GridOverlay? = nil, range: ClosedRange<Double>? = nil
  ) -> [String] {
    (0..<picture.rows).map { row in
      var line = ""
      var last: (ink: Colour?, paper: Colour?)?
      for column in 0..<picture.columns {
        let cell = cell(picture, column, row, overlay, range)
        if palette != .none, last == nil || last?.ink != cell.ink || last?.paper != cell.paper {
          line += code(ink: cell.ink, paper: cell.paper)
          last = (cell.ink, cell.paper)
        }
        line += cell.text
      }
      while palette == .none, line.last == " " { line.removeLast() }
      return palette == .none ? line : line + "\u{1B}[0m"
    }
  }

  /// What the letters mean, for a help line.
  public static let key =
    "@ or >v<^ agent, # wall, G goal, k key, L locked door, + closed door, "
    + "/ open door, a apple, o ball, b box, ~ lava, = ice, ! cliff, . floor"

  private func cell(
    _ picture: GridPicture, _ column: Int, _ row: Int, _ overlay: GridOverlay?,
    _ range: ClosedRange<Double>?
  ) -> (text: String, ink: Colour?, paper: Colour?) {
    let cell = picture[column, row]
    let index = row * picture.columns + column
    var (text, ink, paper) = look(of: cell.ground)
    if let value = overlay?.values[index], let range {
      let share = GridOverlay.share(value, in: range)
      paper = GridDrawing.scale(share)
      ink = share > 0.6 ? .black : .white
      text = palette == .none ? "\(Int(share * 9.999)) " : "  "
    }
    if let moves = overlay?.moves[index], !moves.isEmpty {
      text = arrows(moves)
      ink = .white
    }
    if let thing = cell.thing {
      text = "\(letter(of: thing.shape)) "
      ink = visible(thing.colour.shown)
    }
    if cell.isHighlighted { paper = paper?.mixed(with: .white, 0.3) }
    if picture.agent.column == column && picture.agent.row == row {
      let carried = picture.agent.carrying.map { letter(of: $0.shape) } ?? " "
      text = (picture.agent.heading.map(arrowOfAgent) ?? "@") + carried
      ink = Colour(255, 80, 80)
    }
    return (text, ink, paper)
  }

  private func look(of ground: GridPicture.Ground) -> (String, Colour?, Colour?) {
    let floor = Colour(20, 20, 20)
    switch ground {
    case .floor: return (palette == .none ? ". " : "  ", Colour(120, 120, 120), floor)
    case .wall:
      return (palette == .none ? "##" : "  ", Colour(150, 150, 150), Colour(100, 100, 100))
    case .lava: return ("~~", .black, Colour(255, 128, 0))
    case .ice: return ("= ", .white, Colour(100, 150, 190))
    case .cliff: return ("! ", Colour(200, 120, 80), Colour(74, 44, 30))
    case .goal(let colour):
      let paper = Colour.black.mixed(with: colour.shown, 0.8)
      return ("G ", paper.brightness > 0.4 ? .black : .white, paper)
    case .patch(let colour):
      return (palette == .none ? ", " : "  ", .white, Colour.black.mixed(with: colour.shown, 0.5))
    }
  }

  private func letter(of shape: GridPicture.Shape) -> String {
    switch shape {
    case .key: "k"
    case .ball: isUnicode ? "●" : "o"
    case .box: isUnicode ? "■" : "b"
    case .apple: "a"
    case .openDoor: "/"
    case .closedDoor: "+"
    case .lockedDoor: "L"
    }
  }

  private func arrowOfAgent(_ heading: GridPicture.Heading) -> String {
    let letters = isUnicode ? ["▶", "▼", "◀", "▲"] : [">", "v", "<", "^"]
    return letters[heading.rawValue]
  }

  /// Two characters: one or two arrows; of more than two, how many there are.
  private func arrows(_ moves: Set<GridPicture.Move>) -> String {
    let arrows = moves.sorted().map(arrow)
    switch arrows.count {
    case 1: return "\(arrows[0]) "
    case 2: return arrows[0] + arrows[1]
    default: return "\(arrows.count)" + (isUnicode ? "✳" : "*")
    }
  }

  private func arrow(_ move: GridPicture.Move) -> String {
    let letters =
      isUnicode
      ? [["↖", "↑", "↗"], ["←", "·", "→"], ["↙", "↓", "↘"]]
      : [["7", "^", "9"], ["<", "5", ">"], ["1", "v", "3"]]
    return letters[move.rows + 1][move.columns + 1]
  }

  /// Blue and purple are too dark to read on black.
  private func visible(_ colour: Colour) -> Colour {
    colour.brightness < 0.3 ? colour.mixed(with: .white, 0.4) : colour
  }

  /// Selects colours (ECMA-48's SGR).
  func code(ink: Colour?, paper: Colour?) -> String {
    func number(_ colour: Colour, _ base: Int) -> String {
      if palette == .full { return "\(base);2;\(colour.red);\(colour.green);\(colour.blue)" }
      func level(_ part: UInt8) -> Int { part < 48 ? 0 : part < 115 ? 1 : (Int(part) - 35) / 40 }
      return "\(base);5;"
        + "\(16 + 36 * level(colour.red) + 6 * level(colour.green) + level(colour.blue))"
    }
    let parts =
      ["0"] + [ink.map { number($0, 38) }, paper.map { number($0, 48) }].compactMap { $0 }
    return "\u{1B}[\(parts.joined(separator: ";"))m"
  }
}

extension Film.Frame {
  /// The frame as text: the mission, the grid, and a line about the step.
  ///
  /// - Parameter range: of the numbers of all the film's overlays.
  public func text(_ style: GridText, range: ClosedRange<Double>? = nil) -> String {
    var lines = mission.isEmpty ? [] : [TerminalText.sanitised(mission)]
    switch look {
    case .grid(let picture): lines += style.lines(picture, overlay: overlay, range: range)
    case .scene(let scene): lines += style.lines(scene)
    }
    if let overlay, let range {
      lines.append(
        "\(overlay.title): \(Format.number(range.lowerBound)) to \(Format.number(range.upperBound))"
      )
    }
    var line = "step \(step)"
    if !action.isEmpty { line += "  \(action)" }
    line += "  return \(Format.number(total))"
    if !ending.isEmpty { line += "  \(ending)" }
    return (lines + [line]).joined(separator: "\n")
  }
}
