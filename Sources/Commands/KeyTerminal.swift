internal import Experiments
internal import Files
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Standard input, key by key: a terminal without line editing and echo, or a file or pipe as it is.
///
/// The terminal is as it was before when the value goes away, and when a second signal ends the
/// process at once.
struct KeyTerminal: ~Copyable {
  let isTerminal: Bool
  private var pending: [UInt8] = []

  /// The mode to go back to. The terminal is the process's, not a value's, and so is this.
  private static let saved = Mutex<termios?>(nil)

  init() {
    var mode = termios()
    isTerminal = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &mode) == 0
    guard isTerminal else { return }
    Self.saved.withLock { $0 = mode }
    mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
    withUnsafeMutableBytes(of: &mode.c_cc) { letters in
      letters[Int(VMIN)] = 1
      letters[Int(VTIME)] = 0
      // A stopped program would leave the shell without echo.
      letters[Int(VSUSP)] = Self.disabled
    }
    tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
  }

  deinit { Self.restore() }

  /// Gives the terminal its mode and cursor back, if they were taken.
  static func restore() {
    saved.withLock { saved in
      guard var mode = saved else { return }
      tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
      if isatty(STDOUT_FILENO) == 1 { try? Terminal.write(Screen.showingCursor) }
      saved = nil
    }
  }

  /// Waits for a key.
  ///
  /// - Returns: `nil` at the end of the input, or where a signal asks to stop.
  mutating func next(_ stop: StopRequest) throws(FileError) -> KeyMap.Key? {
    while stop.signal == nil {
      if let key = takeKey() { return key }
      var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      // A lone escape is known by nothing following it.
      let ready = poll(&request, 1, pending.isEmpty ? 100 : 30)
      guard ready != 0 else {
        if pending.first == 0x1B { return takeEscape() }
        continue
      }
      var byte: UInt8 = 0
      let count = read(STDIN_FILENO, &byte, 1)
      if count == 1 {
        pending.append(byte)
      } else if count == 0 {
        return pending.first == 0x1B ? takeEscape() : nil
      } else if errno != EINTR && errno != EAGAIN {
        throw FileError(operation: "read", path: "standard input", errno: errno)
      }
    }
    return nil
  }

  private mutating func takeEscape() -> KeyMap.Key {
    pending.removeAll()
    return .escape
  }

  /// The key that the bytes so far make, once they make one; bytes that make none are dropped.
  private mutating func takeKey() -> KeyMap.Key? {
    guard let first = pending.first else { return nil }
    if first == 0x1B {
      guard pending.count >= 3 else { return nil }
      let letter = pending[2]
      let isSequence = pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O")
      guard isSequence else { return takeEscape() }
      // Parameters, which arrows with modifiers have, and then a letter.
      guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
        return nil
      }
      let last = end == 2 ? letter : pending[end]
      pending.removeFirst(end + 1)
      return Self.arrows[last]
    }
    pending.removeFirst()
    switch first {
    case 0x0A, 0x0D: return .enter
    case 0x04: return .escape
    case 0x20...0x7E: return .character(Character(UnicodeScalar(first)))
    default: return nil
    }
  }

  private static let arrows: [UInt8: KeyMap.Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right,
    UInt8(ascii: "D"): .left,
  ]

  #if canImport(Glibc)
  private static let disabled: UInt8 = 0
  #else
  private static let disabled: UInt8 = 0xFF
  #endif
}
