import Dispatch
import Files
import Foundation
import Testing

/// The built `hindsight`, run in a working folder of the test's own.
struct Program {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What a run of the program came to.
  struct Outcome {
    /// The exit code, or minus the signal that ended the process: a trap never looks like an error.
    var code: Int32
    var output: String
    var error: String
  }

  /// Runs the program to its end.
  ///
  /// - Parameter input: what it reads from standard input.
  func callAsFunction(
    _ arguments: String..., output: String? = nil, input: String? = nil
  ) throws -> Outcome {
    try start(arguments, output: output, input: input).wait()
  }

  func run(_ arguments: [String], output: String? = nil) throws -> Outcome {
    try start(arguments, output: output).wait()
  }

  /// Starts the program.
  ///
  /// - Parameter output: where standard output goes instead of to the outcome.
  func start(
    _ arguments: [String], output: String? = nil, input: String? = nil
  ) throws -> Running {
    try Running(Self.path, arguments, in: folder, output: output, input: input)
  }

  /// The products are next to the tests, whatever the platform makes of those.
  static let path: String = {
    let bundles = Bundle.allBundles.map(\.bundlePath) + [CommandLine.arguments[0]]
    let folders = bundles.map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) }
    return folders.map { $0 + "/hindsight" }.first { FileStatus.kind(of: $0) == .file }
      ?? "hindsight is not among the built products"
  }()
}

/// A process that was started.
final class Running {
  private let process = Process()
  private let ended = DispatchSemaphore(value: 0)
  private let files: (output: String, error: String)

  init(
    _ path: String, _ arguments: [String], in folder: TemporaryFolder, output: String?,
    input: String? = nil
  ) throws {
    let name = UUID().uuidString
    // Outside the working folder, which tests look into.
    files = ("\(folder.path).\(name).out", "\(folder.path).\(name).err")
    for file in [files.output, files.error] {
      try DurableFile.write([], to: file, replacing: false)
    }
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    var environment = ["LANG": "C.UTF-8", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"]
    // Scripts/sanitize says with these what a watched program does.
    for name in ["ASAN_OPTIONS", "TSAN_OPTIONS", "LD_PRELOAD"] {
      environment[name] = ProcessInfo.processInfo.environment[name]
    }
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    if let input {
      let pipe = Pipe()
      pipe.fileHandleForWriting.write(Data(input.utf8))
      try pipe.fileHandleForWriting.close()
      process.standardInput = pipe
    }
    process.standardOutput = try FileHandle(
      forWritingTo: URL(fileURLWithPath: output ?? files.output))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files.error))
    process.terminationHandler = { [ended] _ in ended.signal() }
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(atPath: files.output)
    try? FileManager.default.removeItem(atPath: files.error)
  }

  /// The process's number.
  var number: Int32 { process.processIdentifier }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits until something is there, such as a file with a line in it.
  func wait(until isThere: () -> Bool) {
    let deadline = ContinuousClock.now + .seconds(30)
    while !isThere(), process.isRunning {
      guard ContinuousClock.now < deadline else {
        Issue.record("what was waited for did not come within half a minute")
        return
      }
      usleep(2000)
    }
  }

  /// Waits until the process catches a signal, which before would just end it.
  func waitUntilItWatches(_ signal: Int32) {
    guard FileStatus.exists("/proc/self/status") else {
      usleep(500_000)  // elsewhere than on Linux nobody tells
      return
    }
    wait {
      guard let text = try? String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("SigCgt:") }),
        let caught = UInt64(line.dropFirst("SigCgt:".count).drop { $0 == "\t" }, radix: 16)
      else { return false }
      return caught & 1 << (signal - 1) != 0
    }
  }

  /// Waits for the end, a minute at the most, or ten where a sanitizer watches.
  func wait() throws -> Program.Outcome {
    let seconds =
      process.environment?.keys.contains { $0.hasSuffix("SAN_OPTIONS") } == true ? 600 : 60
    if ended.wait(timeout: .now() + .seconds(seconds)) == .timedOut {
      Issue.record("the process did not end within \(seconds) seconds")
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
    }
    func text(_ path: String) throws -> String {
      try FileContents.text(of: path, atMost: 1 << 24)
    }
    let status = process.terminationStatus
    return Program.Outcome(
      code: process.terminationReason == .exit ? status : -status,
      output: try text(files.output), error: try text(files.error))
  }
}

/// A folder of a test's own, removed with everything in it when the test lets go of it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    // In memory where that is possible: syncing takes most of the time elsewhere.
    let place = FileStatus.kind(of: "/dev/shm") == .folder ? "/dev/shm/" : NSTemporaryDirectory()
    path = place + "hindsight-" + UUID().uuidString
    try Folder(path).make()
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func callAsFunction(_ name: String) -> String { Folder(path).path(of: name) }
}

/// Checks that the program refused: with this code, this text, nothing on standard output.
func expectRefusal(
  _ outcome: Program.Outcome, _ code: Int32, saying fragments: String...,
  at place: SourceLocation = #_sourceLocation
) {
  #expect(outcome.code == code, "\(outcome.error)", sourceLocation: place)
  for fragment in fragments {
    #expect(
      outcome.error.contains(fragment), "\"\(fragment)\" is not in: \(outcome.error)",
      sourceLocation: place)
  }
  #expect(outcome.output.isEmpty, sourceLocation: place)
}
