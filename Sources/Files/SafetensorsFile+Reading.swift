internal import Documents

// Everything that is checked before a byte of a tensor is believed. The format's own rules, and
// stricter ones of ours: duplicate keys, a header that does not begin with "{", and absurd counts
// and sizes are refused.
extension SafetensorsFile {
  static let metadataKey = "__metadata__"
  static let maximumRank = 8
  static let maximumHeaderBytes = 16 << 20
  static let maximumTensors = 65_536
  static let maximumNameBytes = 512

  static func isAcceptable(name: String) -> Bool {
    name != metadataKey && (1...maximumNameBytes).contains(name.utf8.count)
  }

  /// Reads a whole file.
  ///
  /// - Parameter limit: the most bytes to accept.
  public init(contentsOf path: String, atMost limit: Int = 64 << 30) throws(FileError) {
    try self.init(bytes: try FileContents.bytes(of: path, atMost: limit), path: path)
  }

  /// Reads a file's bytes.
  ///
  /// - Parameter path: what errors call the file.
  public init(bytes: [UInt8], path: String) throws(FileError) {
    self.init()
    self.path = path
    guard bytes.count >= 8 else {
      throw damaged("found \(bytes.count) bytes, expected at least the 8 of the header's length")
    }
    let length = bytes.span.bytes.unsafeLoadUnaligned(as: UInt64.self)
    guard length <= Self.maximumHeaderBytes else {
      throw damaged(
        "header length: found \(length), expected at most \(Self.maximumHeaderBytes)")
    }
    guard length <= bytes.count - 8 else {
      throw damaged("header length: found \(length), but only \(bytes.count - 8) bytes follow")
    }
    let start = 8 + Int(length)
    guard start > 8, bytes[8] == UInt8(ascii: "{") else {
      throw damaged("header: expected it to begin with \"{\"")
    }
    let members = try readMembers(bytes[8..<start])
    guard members.count <= Self.maximumTensors + 1 else {
      throw damaged(
        "header: found \(members.count) tensors, expected at most \(Self.maximumTensors)")
    }
    for (name, value) in members {
      if name == Self.metadataKey {
        metadata = try readMetadata(value)
      } else {
        tensors[name] = try readTensor(name, value, buffer: start..<bytes.count, of: bytes)
      }
    }
    try checkCoverage(of: start..<bytes.count)
  }

  private func readMembers(_ json: ArraySlice<UInt8>) throws(FileError) -> Document.Fields {
    let document: Document
    do {
      document = try Document(json: json, maximumBytes: Self.maximumHeaderBytes)
    } catch {
      throw damaged("header: \(error)")
    }
    guard case .object(let members) = document else {
      throw damaged("header: found \(document.kind), expected an object")
    }
    return members
  }

  private func readMetadata(_ value: Document) throws(FileError) -> [String: String] {
    guard case .object(let members) = value else {
      throw damaged("\(Self.metadataKey): found \(value.kind), expected an object of texts")
    }
    var metadata: [String: String] = [:]
    for (key, value) in members {
      guard case .string(let text) = value else {
        throw damaged("\(Self.metadataKey) › \(key): found \(value.kind), expected text")
      }
      metadata[key] = text
    }
    return metadata
  }

  private func readTensor(
    _ name: String, _ value: Document, buffer: Range<Int>, of bytes: [UInt8]
  ) throws(FileError) -> Tensor {
    guard Self.isAcceptable(name: name) else {
      throw damaged(
        "tensor name of \(name.utf8.count) bytes, expected 1 to \(Self.maximumNameBytes)")
    }
    let place = "tensor \"\(name)\""
    guard case .object(let fields) = value else {
      throw damaged("\(place): found \(value.kind), expected an object")
    }
    for key in fields.keys where !["dtype", "shape", "data_offsets"].contains(key) {
      throw damaged("\(place): found key \"\(key)\", expected dtype, shape and data_offsets")
    }
    guard case .string(let type)? = fields["dtype"],
      let element = SafetensorsElement(rawValue: type)
    else {
      throw damaged("\(place) › dtype: found \(described(fields["dtype"])), expected a known type")
    }
    let shape = try readSizes(fields["shape"], at: "\(place) › shape")
    guard shape.count <= Self.maximumRank else {
      throw damaged(
        "\(place) › shape: found \(shape.count) axes, expected at most \(Self.maximumRank)")
    }
    let offsets = try readSizes(fields["data_offsets"], at: "\(place) › data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= buffer.count else {
      throw damaged(
        "\(place) › data_offsets: found \(offsets), "
          + "expected begin and end within the \(buffer.count) bytes of data")
    }
    var bits = element.bits
    for size in shape {
      let (product, overflow) = bits.multipliedReportingOverflow(by: size)
      guard !overflow else { throw damaged("\(place) › shape: \(shape) is too large") }
      bits = product
    }
    guard bits % 8 == 0, bits / 8 == offsets[1] - offsets[0] else {
      throw damaged(
        "\(place) › data_offsets: found \(offsets[1] - offsets[0]) bytes, "
          + "but \(shape) of \(type) needs \(Double(bits) / 8)")
    }
    let range = buffer.lowerBound + offsets[0]..<buffer.lowerBound + offsets[1]
    return Tensor(element: element, shape: shape, range: range, storage: bytes)
  }

  private func readSizes(_ value: Document?, at place: String) throws(FileError) -> [Int] {
    guard case .array(let elements)? = value else {
      throw damaged("\(place): found \(described(value)), expected a list of whole numbers")
    }
    var sizes: [Int] = []
    for element in elements {
      guard case .integer(let size) = element, size >= 0 else {
        throw damaged("\(place): found \(described(element)), expected a whole number from 0")
      }
      sizes.append(size)
    }
    return sizes
  }

  private func described(_ value: Document?) -> String {
    guard let value else { return "nothing" }
    let text = value.jsonText(allowsNonFinite: true)
    return text.utf8.count <= 80 ? text : value.kind
  }

  /// Every byte of data belongs to exactly one tensor.
  private func checkCoverage(of buffer: Range<Int>) throws(FileError) {
    let order = tensors.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }
    var end = buffer.lowerBound
    for (name, tensor) in order {
      guard tensor.range.lowerBound == end else {
        let found = tensor.range.lowerBound - buffer.lowerBound
        throw damaged(
          "tensor \"\(name)\" › data_offsets: begins at \(found), "
            + (found < end - buffer.lowerBound ? "inside another tensor" : "leaving a hole")
            + ", expected \(end - buffer.lowerBound)")
      }
      end = tensor.range.upperBound
    }
    guard end == buffer.upperBound else {
      throw damaged("data: found \(buffer.upperBound - end) bytes that belong to no tensor")
    }
  }
}
