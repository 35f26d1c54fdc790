import Files
import Reports

/// The records of an event file, taken apart without the help of what wrote them.
struct EventRecords {
  /// Each record's message.
  private(set) var messages: [[UInt8]] = []
  /// Bytes behind the last whole record.
  private(set) var rest = 0

  /// - Throws: where a checksum is wrong.
  init(of path: String) throws {
    var bytes = try FileContents.bytes(of: path, atMost: 1 << 28)[...]
    func number(_ count: Int) -> UInt64 {
      bytes.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    while bytes.count >= 12 {
      let length = Int(number(8))
      let head = Array(bytes.prefix(8))
      guard bytes.count >= length + 16 else { break }
      bytes = bytes.dropFirst(8)
      guard number(4) == UInt64(CRC32C.masked(head)) else { throw DamagedRecord() }
      bytes = bytes.dropFirst(4)
      let message = Array(bytes.prefix(length))
      bytes = bytes.dropFirst(length)
      guard number(4) == UInt64(CRC32C.masked(message)) else { throw DamagedRecord() }
      bytes = bytes.dropFirst(4)
      messages.append(message)
    }
    rest = bytes.count
  }

  /// Messages in which a text occurs, such as a tag.
  func count(of text: String) -> Int {
    let wanted = Array(text.utf8)
    return messages.count { message in
      message.indices.contains { message[$0...].starts(with: wanted) }
    }
  }

  struct DamagedRecord: Error {}
}
