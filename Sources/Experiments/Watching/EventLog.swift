internal import Files
internal import FoundationEssentials
internal import Reports

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A TensorBoard event file that grows record by record.
///
/// Each record is handed to the system whole as it is written, so at most the last is torn when the
/// process dies, and readers stop before that one. Every session begins a file of its own, whose
/// name comes after those that are there.
struct EventLog: ~Copyable {
  private let file: AppendFile

  /// Begins a new file in `folder`, which is made where it is missing.
  ///
  /// - Parameter start: seconds since 1970; `nil` for now.
  init(in folder: String, at start: Double? = nil) throws(FileError) {
    let folder = Folder(folder)
    try folder.make()
    let before = try folder.names().compactMap { SummaryEvent.seconds(inFileName: $0) }
    let now = start ?? Self.now
    let seconds = max(Int(now), (before.max() ?? 0) + 1)
    let file = try AppendFile(
      folder.path(
        of: SummaryEvent.fileName(
          seconds: seconds, host: Host.name, process: Int(getpid()), number: before.count)))
    try file.write(SummaryEvent(time: now, step: 0, .start).record)
    self.file = file
  }

  /// Adds a record.
  ///
  /// - Parameter time: seconds since 1970; `nil` for now.
  func write(
    _ content: SummaryEvent.Content, step: Int, at time: Double? = nil
  ) throws(FileError) {
    try file.write(SummaryEvent(time: time ?? Self.now, step: step, content).record)
  }

  func sync() throws(FileError) { try file.sync() }

  /// Seconds since 1970.
  static var now: Double { Date.now.timeIntervalSince1970 }
}
