internal import CFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A child process that does what might go wrong, so that it is the child that dies of it.
///
/// The parent starts it with ``run(_:_:seconds:outputLimit:isCancelled:)``; the child's first act is
/// ``enter(_:most:)``.
public enum GuardedProcess {
  /// What became of a child.
  public enum End: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// It took too long, or wrote too much, and was ended.
    case timedOut
    case wroteTooMuch
    /// The parent did not want to wait any longer.
    case cancelled
  }

  /// What a child may use.
  public struct Limits: Sendable, Equatable {
    public var memoryBytes: Int
    public var processorSeconds: Int

    public init(memoryBytes: Int, processorSeconds: Int) {
      self.memoryBytes = memoryBytes
      self.processorSeconds = processorSeconds
    }
  }

  public struct Outcome: Sendable {
    public var end: End
    public var output: [UInt8]
    /// The first mebibyte of what it wrote to standard error.
    public var error: [UInt8]
  }

  /// Gives up, for the rest of this process's life, what a reader of hostile files does not need:
  /// memory and processor time beyond the limits, files to write, the network, new privileges.
  ///
  /// - Parameter most: how far ``raise(to:)`` may raise the limits later.
  public static func enter(_ limits: Limits, most: Limits) throws(FileError) {
    guard
      hs_enter_guard(
        UInt64(max(limits.memoryBytes, 0)), UInt64(max(most.memoryBytes, 0)),
        UInt64(max(limits.processorSeconds, 1)), UInt64(max(most.processorSeconds, 1))) == 0
    else { throw FileError(operation: "guard", path: "this process", errno: errno) }
  }

  /// Lets this process say what it was at when it crashes, on standard error after `prefix`.
  ///
  /// - Parameter place: text that ends with a zero, kept up to date as long as the process lives.
  public static func reportPlace(_ place: UnsafePointer<CChar>, prefix: String) {
    hs_report_place(strdup(prefix), place)
  }

  /// Allows more, once it is known that the work needs it.
  public static func raise(to limits: Limits) throws(FileError) {
    guard
      hs_raise_guard(UInt64(max(limits.memoryBytes, 0)), UInt64(max(limits.processorSeconds, 1)))
        == 0
    else { throw FileError(operation: "guard", path: "this process", errno: errno) }
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - seconds: after which it is ended.
  ///   - outputLimit: the most bytes of output to accept.
  ///   - isCancelled: asked now and then; ends the child when it says so.
  public static func run(
    _ program: String, _ arguments: [String], seconds: Double, outputLimit: Int,
    isCancelled: () -> Bool = { false }
  ) throws(FileError) -> Outcome {
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var (pid, output, error): (Int32, Int32, Int32) = (0, 0, 0)
    let code = hs_spawn(program, &words, &pid, &output, &error)
    guard code == 0 else { throw FileError(operation: "start", path: program, errno: code) }
    var outcome = Outcome(end: .exited(0), output: [], error: [])
    let early = collect(
      &outcome, output, error, seconds: seconds, outputLimit: outputLimit, isCancelled)
    close(output)
    close(error)
    if early != nil { kill(pid, SIGKILL) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    outcome.end = early ?? (signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal))
    return outcome
  }

  /// Reads both pipes until they end.
  ///
  /// - Returns: why that was cut short, or `nil`.
  private static func collect(
    _ outcome: inout Outcome, _ output: Int32, _ error: Int32, seconds: Double, outputLimit: Int,
    _ isCancelled: () -> Bool
  ) -> End? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var pipes = [
      pollfd(fd: output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: error, events: Int16(POLLIN), revents: 0),
    ]
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while pipes.contains(where: { $0.fd >= 0 }) {
      let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
      guard left > 0 else { return .timedOut }
      guard !isCancelled() else { return .cancelled }
      let ready = poll(&pipes, 2, Int32(min(left + 1, 100)))
      guard ready > 0 else { continue }
      for index in 0..<2 where pipes[index].revents != 0 {
        let count = read(pipes[index].fd, &buffer, buffer.count)
        if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
        guard count > 0 else {
          pipes[index].fd = -1
          continue
        }
        if index == 0 {
          guard outcome.output.count + count <= outputLimit else { return .wroteTooMuch }
          outcome.output += buffer[..<count]
        } else if outcome.error.count < 1 << 20 {
          outcome.error += buffer[..<count]
        }
      }
    }
    return nil
  }

  /// The program that this process runs.
  public static var ownProgram: String {
    #if canImport(Glibc)
    return "/proc/self/exe"
    #else
    var size = UInt32(4096)
    var path = [CChar](repeating: 0, count: 4096)
    guard _NSGetExecutablePath(&path, &size) == 0 else { return CommandLine.arguments[0] }
    return path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    #endif
  }

  /// The same as a path that means the program to others too.
  public static var ownProgramPath: String {
    guard let path = realpath(ownProgram, nil) else { return ownProgram }
    defer { free(path) }
    return String(cString: path)
  }
}
