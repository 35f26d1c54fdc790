internal import Files
internal import Synchronization

/// The dataset files that this user's commands have written, or have read through a guarded child:
/// libhdf5 may open them in this process.
///
/// The list is `$XDG_STATE_HOME/hindsight/files` (by default under `~/.local/state`), for its owner
/// only. A line is a file's device, inode, size and modification time, and the SHA-256 of its bytes:
/// who moves or changes a file makes it a foreign one. Without a list every file is foreign.
///
/// A class because it remembers the list, which each of a dataset's files is looked up in.
final class OwnFiles: Sendable {
  /// `nil` where there is no home.
  private let folder: Folder?
  /// What the list held when it was last read, by the beginnings of its lines.
  private let known = Mutex(Known())

  private struct Known {
    var list: FileStatus?
    var hashes: [Substring: Substring] = [:]
  }

  private static let name = "files"
  /// Bytes after which the older half of the list is forgotten.
  private static let maximumBytes = 4 << 20

  /// - Parameter folder: where the list lies.
  init(in folder: String?) { self.folder = folder.map { Folder($0) } }

  /// Whether the file is on the list as it is now, its bytes not looked at.
  func contains(_ file: String) -> Bool { Self.key(of: file).map { hash(for: $0) != nil } ?? false }

  /// What is known of a file.
  enum State {
    /// It is not on the list.
    case foreign
    case unchanged
    /// It is on the list, with other bytes.
    case changed
  }

  /// Compares the file's bytes too.
  func state(of file: String) -> State {
    guard let key = Self.key(of: file), let hash = hash(for: key),
      let found = try? FileHash.sha256(of: file)
    else { return .foreign }
    return found == hash ? .unchanged : .changed
  }

  /// What the list says under a key. The list is read again only where it has changed.
  private func hash(for key: String) -> String? {
    guard let folder, let status = try? FileStatus(of: folder.path(of: Self.name)) else {
      return nil
    }
    return known.withLock { known in
      if known.list != status {
        guard
          let bytes = try? FileContents.bytes(of: folder.path(of: Self.name), atMost: Int.max)
        else { return nil }
        known.hashes = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
          guard let space = line.lastIndex(of: " ") else { continue }
          known.hashes[line[...space]] = line[line.index(after: space)...]
        }
        known.list = status
      }
      return known.hashes[Substring(key)].map(String.init)
    }
  }

  /// Puts files on the list. Where that fails they stay foreign, which costs time and nothing else.
  func record(_ files: [String]) {
    guard let folder else { return }
    do {
      try folder.make()
      let path = folder.path(of: Self.name)
      if let status = try? FileStatus(of: path), status.size > Self.maximumBytes {
        let lines = try FileContents.text(of: path, atMost: Int.max).split(separator: "\n")
        let kept = lines[(lines.count / 2)...].map { $0 + "\n" }.joined()
        try folder.removeFile(Self.name)
        try AppendFile(path, isPrivate: true).write(line: String(kept.dropLast()))
      }
      let list = try AppendFile(path, isPrivate: true)
      for file in files {
        guard let key = Self.key(of: file) else { continue }
        let hash = try FileHash.sha256(of: file)
        // Changed while it was being hashed: somebody else's.
        guard Self.key(of: file) == key else { continue }
        try list.write(line: key + hash)
      }
    } catch {}
  }

  private static func key(of file: String) -> String? {
    guard let status = try? FileStatus(of: file), status.kind == .file else { return nil }
    return "\(status.device) \(status.inode) \(status.size) \(status.modificationTime) "
  }
}
