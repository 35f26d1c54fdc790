internal import Documents
internal import Files
internal import FoundationEssentials
internal import TensorCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The machine that a run is on, for `run.json`.
enum Host {
  static func description(threads: Int) -> Document {
    [
      "name": .string(name), "processors": .integer(Machine.processorCount),
      "threads": .integer(threads), "blas_core": .string(BLAS.coreName),
    ]
  }

  /// The command line of this process, as a shell reads it: without what a sweep tells its own
  /// processes alone.
  static var command: String {
    var words = CommandLine.arguments
    if words.first == GuardedProcess.ownProgram { words[0] = GuardedProcess.ownProgramPath }
    if let parent = words.firstIndex(of: "--parent") {
      words.removeSubrange(parent..<min(parent + 2, words.count))
    }
    return words.map(SweepEmission.quoted).joined(separator: " ")
  }

  static var name: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
    return String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The time of day.
enum Clock {
  /// Now in UTC: `2026-11-21T23:12:05Z`.
  static func now() -> String { Date.now.formatted(.iso8601) }
}

/// Counts the seconds of a session on top of those before it.
struct Stopwatch {
  private let start = ContinuousClock.now
  private let before: Double

  init(alreadyElapsed seconds: Double = 0) { before = seconds }

  var seconds: Double {
    let elapsed = start.duration(to: .now)
    return before + Double(elapsed.components.seconds)
      + Double(elapsed.components.attoseconds) * 1e-18
  }
}

/// The machine that this program runs on.
public enum Machine {
  /// Processors that threads can run on.
  public static var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }
  /// Bytes of memory that it has.
  public static var memoryBytes: Int { Int(clamping: ProcessInfo.processInfo.physicalMemory) }
}
