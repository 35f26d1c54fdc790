/// One record of an event file: what TensorBoard shows of a run at one step.
public struct SummaryEvent: Sendable {
  public enum Content: Sendable {
    /// The first record of every file.
    case start
    /// A session begins that goes on before this step: what an earlier one has said of it and of
    /// later steps counts no more.
    case restart
    case values([SummaryValue])
  }

  /// Seconds since 1970.
  public var time: Double
  public var step: Int
  public var content: Content

  public init(time: Double, step: Int, _ content: Content) {
    (self.time, self.step, self.content) = (time, step, content)
  }

  /// The record: the length in eight bytes and its checksum, the message and its checksum.
  public var record: [UInt8] {
    let message = self.message.bytes
    let length = Self.littleEndian(UInt64(message.count))
    return length + Self.littleEndian(CRC32C.masked(length)) + message
      + Self.littleEndian(CRC32C.masked(message))
  }

  private var message: ProtocolMessage {
    var event = ProtocolMessage()
    event.add(1, time)
    event.add(2, step)
    switch content {
    case .start: event.add(3, "brain.Event:2")
    case .restart:
      var session = ProtocolMessage()
      session.add(1, 1)
      event.add(7, session)
    case .values(let values):
      var summary = ProtocolMessage()
      for value in values { summary.add(1, value.message) }
      event.add(5, summary)
    }
    return event
  }

  private static func littleEndian<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    stride(from: 0, to: Number.bitWidth, by: 8).map {
      UInt8(truncatingIfNeeded: value >> Number($0))
    }
  }

  /// What a file must be called that TensorBoard is to find. It reads the files of a folder in the
  /// order of their names.
  ///
  /// - Parameters:
  ///   - seconds: since 1970.
  ///   - number: how many files the folder held before.
  public static func fileName(
    seconds: Int, host: String, process: Int, number: Int
  ) -> String {
    let plain = String(
      host.unicodeScalars.map { scalar in
        let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9") ~= scalar)
        return isPlain || scalar == "-" ? Character(scalar) : "_"
      }.prefix(64))
    return "\(fileNamePrefix)\(seconds).\(plain.isEmpty ? "host" : plain).\(process).\(number)"
  }

  /// What the names of event files begin with.
  public static let fileNamePrefix = "events.out.tfevents."

  /// The time in a file's name, in seconds since 1970; `nil` for any other file.
  public static func seconds(inFileName name: String) -> Int? {
    guard name.hasPrefix(fileNamePrefix) else { return nil }
    return name.dropFirst(fileNamePrefix.count).split(separator: ".").first.flatMap { Int($0) }
  }
}
