internal import Experiments
internal import Files

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Draws episodes of runs' newest checkpoints, each in a process of its own: a large model then takes
/// no memory here, and what goes wrong with a checkpoint harms nobody.
///
/// A class because the process that draws goes on between two questions.
final class RolloutDrawer {
  enum Picture {
    case ready([UInt8])
    case drawing
    case impossible(String)
  }

  /// Where pictures are made; only its owner may look into it.
  private let folder: Folder
  private var count = 0
  private var work: Work?
  /// The newest answers, one a run.
  private var done: [String: (checkpoint: Double, picture: Picture)] = [:]

  private struct Work {
    var run: String
    var checkpoint: Double
    var name: String
    var process: ChildProcess
    var start = ContinuousClock.now
  }

  private static let mostSeconds = 60.0
  private static let mostBytes = 8 << 20
  /// Pictures that are kept in memory.
  private static let mostPictures = 4

  init() throws(FileError) {
    let place = Terminal.environmentValue("TMPDIR") ?? "/tmp"
    var template = Array("\(place)/hindsight-serve-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileError(operation: "create folder", path: place, errno: errno)
    }
    folder = Folder(
      String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  deinit {
    if let work {
      work.process.signal(SIGKILL)
      while work.process.poll() == nil { usleep(1000) }
    }
    for name in (try? folder.names()) ?? [] { try? folder.removeFile(name) }
    try? folder.remove()
  }

  /// The picture of a checkpoint, which is begun if nothing else is being drawn.
  func picture(of run: String, checkpoint: Double) -> Picture {
    look()
    if let known = done[run], known.checkpoint == checkpoint { return known.picture }
    if work == nil { begin(run, checkpoint) }
    if let known = done[run], known.checkpoint == checkpoint { return known.picture }
    return .drawing
  }

  private func begin(_ run: String, _ checkpoint: Double) {
    count += 1
    let name = "\(count)"
    do {
      let process = try ChildProcess(
        GuardedProcess.ownProgram,
        [
          "render", "--run", run, "--checkpoint", "last", "--size", "24", "--delay", "0.2",
          "--output", folder.path(of: "\(name).gif"), "--quiet",
        ], log: folder.path(of: "\(name).log"))
      work = Work(run: run, checkpoint: checkpoint, name: name, process: process)
    } catch {
      finish(run, checkpoint, .impossible("\(error)"))
    }
  }

  /// Takes up what has been drawn meanwhile.
  private func look() {
    guard let work else { return }
    guard let end = work.process.poll() else {
      if work.start + .seconds(Self.mostSeconds) < .now { work.process.signal(SIGKILL) }
      return
    }
    self.work = nil
    let (picture, log) = ("\(work.name).gif", "\(work.name).log")
    defer {
      try? folder.removeFile(picture)
      try? folder.removeFile(log)
    }
    do {
      guard end == .exited(0) else {
        let said = try FileContents.text(of: folder.path(of: log), atMost: 1 << 16)
        let line = said.split(separator: "\n").last.map(String.init)
        return finish(
          work.run, work.checkpoint,
          .impossible(line ?? "it could not be drawn within \(Int(Self.mostSeconds)) seconds"))
      }
      let file = try FileContents.bytes(of: folder.path(of: picture), atMost: Self.mostBytes)
      finish(work.run, work.checkpoint, .ready(file))
    } catch {
      finish(work.run, work.checkpoint, .impossible("\(error)"))
    }
  }

  private func finish(_ run: String, _ checkpoint: Double, _ picture: Picture) {
    if done[run] == nil, done.count >= Self.mostPictures { done = [:] }
    done[run] = (checkpoint, picture)
  }
}
