internal import Experiments
internal import Reports

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The terminal that standard error is connected to, if it is one.
struct Terminal: Sendable {
  /// How progress is shown there.
  let progressStyle: ProgressReporter.Style
  /// Whether text may use letters beyond ASCII.
  let speaksUnicode: Bool

  /// Looks at the process's standard error and environment: `TERM`, `COLUMNS`, `NO_COLOR`, `LANG`.
  static func detect() -> Terminal {
    var size = winsize()
    let hasSize = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let columns = environmentValue("COLUMNS").flatMap { Int($0) }
    let locale =
      environmentValue("LC_ALL") ?? environmentValue("LC_CTYPE") ?? environmentValue("LANG") ?? ""
    let speaksUnicode = locale.lowercased().contains("utf")
    return Terminal(
      progressStyle: .suited(
        isTerminal: isatty(STDERR_FILENO) == 1, terminal: environmentValue("TERM"),
        noColour: environmentValue("NO_COLOR"),
        columns: columns ?? (hasSize ? Int(size.ws_col) : nil), isUTF8: speaksUnicode,
        isQuiet: false), speaksUnicode: speaksUnicode)
  }

  static func writeError(_ text: String) {
    var left = Array(text.utf8)[...]
    while !left.isEmpty {
      let written = left.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard written > 0 else { return }  // nobody is left to be told
      left = left.dropFirst(written)
    }
  }

  private static func environmentValue(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
