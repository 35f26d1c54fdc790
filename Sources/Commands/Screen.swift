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

  static let showingCursor = "\u{1B}[?25h"

  /// Looks at the process's standard output and environment: `TERM`, `COLORTERM`, `NO_COLOR`,
  /// `CLICOLOR_FORCE`, `LINES`.
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
        ?? (hasSize ? Int(size.ws_row) : 24))
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
    guard screen.isTerminal, lines.count < screen.rows else {
      try Terminal.write(text + "\n\n")
      shownLines = 0
      return
    }
    var drawn = shownLines > 0 ? "\u{1B}[\(shownLines)A" : "\u{1B}[?25l"
    for line in lines { drawn += "\r\(line)\u{1B}[K\n" }
    drawn += "\u{1B}[J"
    try Terminal.write(drawn)
    shownLines = lines.count
  }

  /// Shows the cursor again.
  func finish() { if shownLines > 0 { try? Terminal.write(Screen.showingCursor) } }
}
