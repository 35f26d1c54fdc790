internal import Experiments
internal import Reports

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

extension Terminal {
  /// Looks at the process's standard error and environment: `TERM`, `COLUMNS`, `NO_COLOR`, `LANG`.
  static func detect() -> Terminal {
    let isTTY = isatty(STDERR_FILENO) == 1
    let term = environmentValue("TERM") ?? ""
    var size = winsize()
    var columns = 80
    if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      columns = Int(size.ws_col)
    }
    if let text = environmentValue("COLUMNS"), let number = Int(text), number > 0 {
      columns = number
    }
    let locale =
      environmentValue("LC_ALL") ?? environmentValue("LC_CTYPE") ?? environmentValue("LANG") ?? ""
    return Terminal(
      isInteractive: isTTY && term != "dumb" && !term.isEmpty, columns: columns,
      speaksUnicode: locale.lowercased().contains("utf"))
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
