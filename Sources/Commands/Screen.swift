internal import Experiments
internal import Files
internal import Reports

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What standard output can show.
struct Screen {
  /// Whether it is a terminal that can be drawn over.
  let isTerminal: Bool
  let palette: GridText.Palette
  /// Lines of the terminal.
  let rows: Int
  /// Characters of a line.
  let columns: Int

  static let showingCursor = "\u{1B}[?25h"

  /// Looks at the process's standard output and environment: `TERM`, `COLORTERM`, `NO_COLOR`,
  /// `CLICOLOR_FORCE`, `LINES`, `COLUMNS`.
  static func detect() -> Screen {
    var size = winsize()
    let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0
    let terminal = Terminal.environmentValue("TERM") ?? "dumb"
    let isTerminal = isatty(STDOUT_FILENO) == 1 && terminal != "dumb"
    let isForced = Terminal.environmentValue("CLICOLOR_FORCE").map { $0 != "0" } ?? false
    let hasColour = Terminal.environmentValue("NO_COLOR") == nil && (isTerminal || isForced)
    let depth = Terminal.environmentValue("COLORTERM")
    let isFull = depth == "truecolor" || depth == "24bit"
    return Screen(
      isTerminal: isTerminal, palette: hasColour ? (isFull ? .full : .indexed) : .none,
      rows: Terminal.environmentValue("LINES").flatMap { Int($0) }
        ?? (hasSize ? Int(size.ws_row) : 24),
      columns: Terminal.environmentValue("COLUMNS").flatMap { Int($0) }
        ?? (hasSize && size.ws_col > 0 ? Int(size.ws_col) : 80))
  }

  /// Lines of the terminal that a text takes; a line longer than the terminal is wide takes several.
  /// What selects colours takes no room.
  func height(of text: Substring) -> Int {
    var shown = ""
    var isEscaped = false
    for character in text {
      if character == "\u{1B}" {
        isEscaped = true
      } else if !isEscaped {
        shown.append(character)
      } else if character.isLetter {
        isEscaped = false
      }
    }
    return max(1, (TerminalText.width(shown) + columns - 1) / max(columns, 1))
  }

  func style(_ terminal: Terminal) -> GridText {
    GridText(palette: palette, isUnicode: terminal.speaksUnicode)
  }
}

/// Shows texts in one place, each over the one before, or below it where that is impossible.
struct TextAnimation {
  private let screen: Screen
  /// Lines of the last text, over which the next one is drawn.
  private var shownLines = 0

  init(_ screen: Screen) { self.screen = screen }

  mutating func show(_ text: String) throws(FileError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let height = lines.reduce(0) { $0 + screen.height(of: $1) }
    guard screen.isTerminal, height < screen.rows else {
      try Terminal.write(text + "\n\n")
      shownLines = 0
      return
    }
    var drawn = shownLines > 0 ? "\u{1B}[\(shownLines)A" : "\u{1B}[?25l"
    for line in lines { drawn += "\r\(line)\u{1B}[K\n" }
    drawn += "\u{1B}[J"
    try Terminal.write(drawn)
    shownLines = height
  }

  /// Shows the cursor again.
  func finish() { if shownLines > 0 { try? Terminal.write(Screen.showingCursor) } }
}
