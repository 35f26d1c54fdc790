internal import Files

/// A run's log that is read on as it grows, and thinned out so that it never takes much memory.
///
/// Kept are the steps 1, 1 + k, 1 + 2k, … of those that the log has rows of, with k a power of two
/// that leaves at most ``mostSteps`` of them, and the newest.
struct GrowingLog: Sendable {
  private let path: String
  private let mostSteps: Int
  /// Names of the columns after `step`.
  private(set) var columns: [String] = []
  private var kept: [Group] = []
  private var newest: Group?
  /// Steps so far, the newest left out.
  private var stepCount = 0
  private var stride = 1
  /// Bytes that are dealt with.
  private var offset = 0
  private var file: FileStatus?

  /// The rows of one step.
  struct Group: Sendable, Equatable {
    var step: Int
    var rows: [[Double?]]
  }

  init(_ path: String, mostSteps: Int = 500) {
    (self.path, self.mostSteps) = (path, mostSteps)
  }

  /// Kept steps, ascending, with their rows.
  var groups: [Group] { kept + (newest.map { [$0] } ?? []) }

  /// The step of the last row.
  var lastStep: Int? { newest?.step }

  /// Bytes that one call reads at most, and at once.
  private static let bytesPerUpdate = 64 << 20
  private static let bytesPerPiece = 1 << 20

  /// Reads what has been added since the last call; a log that was replaced is read anew.
  mutating func update() {
    guard let status = try? FileStatus(of: path), status.kind == .file else {
      self = GrowingLog(path, mostSteps: mostSteps)
      return
    }
    if let file, file.inode != status.inode || file.device != status.device || status.size < offset
    {
      self = GrowingLog(path, mostSteps: mostSteps)
    }
    file = status
    let end = min(status.size, offset + Self.bytesPerUpdate)
    while offset < end {
      let count = min(Self.bytesPerPiece, end - offset)
      guard let bytes = try? FileContents.part(of: path, from: offset, count: count),
        let last = bytes.lastIndex(of: UInt8(ascii: "\n"))
      else { return }
      for line in bytes[..<last].split(separator: UInt8(ascii: "\n")) { add(line) }
      offset += last + 1
    }
  }

  private mutating func add(_ line: ArraySlice<UInt8>) {
    let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard !columns.isEmpty else {
      let names = fields.map { String(decoding: $0, as: UTF8.self) }
      // Nothing else can be a header; a log without one is read to no purpose.
      columns = names.first == "step" ? Array(names.dropFirst()) : [""]
      return
    }
    guard fields.count == columns.count + 1,
      let step = Int(String(decoding: fields[0], as: UTF8.self))
    else { return }
    let row = fields.dropFirst().map { Double(String(decoding: $0, as: UTF8.self)) }
    if newest?.step == step {
      newest?.rows.append(row)
      return
    }
    if let newest {
      if stepCount % stride == 0 { kept.append(newest) }
      stepCount += 1
    }
    newest = Group(step: step, rows: [row])
    guard kept.count > mostSteps else { return }
    kept = kept.enumerated().compactMap { $0.offset % 2 == 0 ? $0.element : nil }
    stride *= 2
  }
}
