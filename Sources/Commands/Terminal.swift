internal import Files
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

  /// Fills standard input, output and error where the caller has closed them: the next file to be
  /// opened would take the number, and messages would be written into it. Writing to a standard
  /// output that was closed is still an error.
  static func fillStandardDescriptors() {
    for (descriptor, mode) in [
      (STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ] where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", mode)  // takes the lowest free number, which is this one
    }
  }

  /// Writes to standard error; a failure is passed over, for nobody is left to be told.
  static func writeError(_ text: String) { _ = write(Array(text.utf8), to: STDERR_FILENO) }

  /// Writes to standard output.
  static func write(_ text: String) throws(FileError) {
    let code = write(Array(text.utf8), to: STDOUT_FILENO)
    guard code == 0 || code == EPIPE else {
      throw FileError(operation: "write", path: "standard output", errno: code)
    }
  }

  /// Writes bytes to standard output, which is a pipe to whoever started this process.
  static func write(_ bytes: RawSpan) throws(FileError) {
    let code = bytes.withUnsafeBytes { write(Array($0), to: STDOUT_FILENO) }
    guard code == 0 else {
      throw FileError(operation: "write", path: "standard output", errno: code)
    }
  }

  /// Where the program keeps what it remembers between runs: `$XDG_STATE_HOME/hindsight`; `nil`
  /// without a home.
  static var stateFolder: String? {
    if let state = environmentValue("XDG_STATE_HOME"), state.hasPrefix("/") {
      return state + "/hindsight"
    }
    guard let home = environmentValue("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/state/hindsight"
  }

  /// - Returns: the system's error number, 0 where all was written.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var left = bytes[...]
    while !left.isEmpty {
      let written = left.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        left = left.dropFirst(written)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  static func environmentValue(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}

// The members above hide the system's function.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
