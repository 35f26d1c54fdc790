internal import CFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A program that runs beside this one, in a process group of its own, with its output in a file.
///
/// A plain number, like the system's: nothing happens when the value goes away. A child that was
/// started with ``dieWithParent(_:)`` as its first act dies when this process does, and, on Linux,
/// already when the thread does that started it: start children from a thread that stays.
public struct ChildProcess: Sendable {
  public let pid: Int32

  /// How a child has ended.
  public enum End: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// Starts `program`.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - log: the file that output and errors are added to.
  public init(_ program: String, _ arguments: [String], log: String) throws(FileError) {
    let file = try Descriptor(
      opening: log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, operation: "open")
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid: Int32 = 0
    let code = hs_spawn_job(program, &words, file.number, &pid)
    guard code == 0 else { throw FileError(operation: "start", path: program, errno: code) }
    self.pid = pid
  }

  /// A process that another has started.
  public init(running pid: Int32) { self.pid = pid }

  public func signal(_ number: Int32) { kill(pid, number) }

  /// How it ended, or `nil` while it runs. Once it has ended, this must not be called again.
  public func poll() -> End? {
    var status: Int32 = 0
    var result: Int32
    repeat { result = waitpid(pid, &status, WNOHANG) } while result < 0 && errno == EINTR
    guard result != 0 else { return nil }
    // Nobody else waits for our children; should one be lost nevertheless, it has failed.
    guard result == pid else { return .signalled(SIGKILL) }
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
  }

  /// Lets this process die at once when its parent does.
  ///
  /// - Returns: whether `parent` is still there.
  public static func dieWithParent(_ parent: Int32) -> Bool { hs_die_with_parent(parent) == 0 }

  /// The number of this process.
  public static var ownNumber: Int32 { getpid() }
}
