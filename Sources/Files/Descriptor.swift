#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// An open file of the system, closed when its owner goes away.
///
/// Every call that a signal may interrupt is repeated until it has been carried out.
struct Descriptor: ~Copyable {
  let number: Int32
  let path: String
  private var isOpen = true

  /// Opens `path`; the descriptor is not inherited by child processes.
  init(
    opening path: String, _ flags: Int32, mode: mode_t = 0o666, operation: String
  ) throws(FileError) {
    try path.checkAsPath(operation: operation)
    var number: Int32
    repeat { number = open(path, flags | O_CLOEXEC, mode) } while number < 0 && errno == EINTR
    guard number >= 0 else { throw FileError(operation: operation, path: path, errno: errno) }
    self.number = number
    self.path = path
  }

  deinit {
    if isOpen { _ = closeDescriptor(number) }
  }

  /// Closes and reports what the system only tells on closing.
  mutating func close(operation: String) throws(FileError) {
    isOpen = false
    guard closeDescriptor(number) == 0 || errno == EINTR else {
      throw FileError(operation: operation, path: path, errno: errno)
    }
  }

  /// Writes all of `bytes`, however many calls that takes.
  func write(_ bytes: RawSpan) throws(FileError) {
    let path = path
    let number = number
    try bytes.withUnsafeBytes { (buffer) throws(FileError) in
      var done = 0
      while done < buffer.count {
        let length = min(buffer.count - done, 1 << 30)
        let written = systemWrite(number, buffer.baseAddress! + done, length)
        if written > 0 {
          done += written
        } else if written == 0 || errno != EINTR {
          throw FileError(
            operation: "write", path: path, errno: written == 0 ? EIO : errno,
            missingBytes: buffer.count - done)
        }
      }
    }
  }

  /// Reads from the current position until `buffer` is full or the file ends.
  ///
  /// - Returns: the bytes read.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count {
      let length = min(buffer.count - done, 1 << 30)
      let count = systemRead(number, buffer.baseAddress! + done, length)
      if count == 0 { break }
      if count > 0 {
        done += count
      } else if errno != EINTR {
        throw FileError(operation: "read", path: path, errno: errno)
      }
    }
    return done
  }

  /// Goes on from the byte `offset`.
  func move(to offset: Int) throws(FileError) {
    guard lseek(number, off_t(offset), SEEK_SET) >= 0 else {
      throw FileError(operation: "read", path: path, errno: errno)
    }
  }

  /// Cuts the file off after `size` bytes.
  func truncate(to size: Int) throws(FileError) {
    var result: Int32
    repeat { result = ftruncate(number, off_t(size)) } while result != 0 && errno == EINTR
    guard result == 0 else { throw FileError(operation: "write", path: path, errno: errno) }
  }

  /// Waits until the device holds what was written. A failure is final: the system may have thrown
  /// the data away, so it is never asked twice.
  func synchronize() throws(FileError) {
    var result: Int32
    repeat { result = fsync(number) } while result != 0 && errno == EINTR
    guard result == 0 else { throw FileError(operation: "sync", path: path, errno: errno) }
  }

  /// What the system knows of the open file.
  func status() throws(FileError) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else {
      throw FileError(operation: "inspect", path: path, errno: errno)
    }
    return status
  }
}

// The members above hide the system's functions of the same names.
private func closeDescriptor(_ number: Int32) -> Int32 { close(number) }
private func systemWrite(_ number: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(number, bytes, count)
}
private func systemRead(_ number: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(number, bytes, count)
}

extension String {
  /// Refuses what the system's calls would misread: nothing at all, or a text with a zero in it,
  /// which they would cut short.
  package func checkAsPath(operation: String) throws(FileError) {
    guard !isEmpty else {
      throw FileError(.wrongKind, operation: operation, path: "\"\"", reason: "the path is empty")
    }
    guard !utf8.contains(0) else {
      throw FileError(
        .wrongKind, operation: operation, path: split(separator: "\0").joined(separator: "\\0"),
        reason: "the path contains a zero byte")
    }
  }

  /// The folder part of a path: "." where there is none.
  package var parentFolder: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// The last component of a path.
  package var fileName: String {
    lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self
  }
}
