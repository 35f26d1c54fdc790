internal import Documents

/// Named tensors and a few named texts: the content of a safetensors file.
///
///     var file = SafetensorsFile(metadata: ["format": "pt"])
///     file.set("head.weight", weights, shape: [4, 128])
///     try file.write(to: path, replacing: true)
///     let (shape, values) = try SafetensorsFile(contentsOf: path).floats("head.weight")
///
/// Equal contents have equal bytes: tensors lie in ascending order of their names.
public struct SafetensorsFile: Sendable {
  /// A tensor: its numbers as bytes, row-major.
  struct Tensor: Sendable {
    var element: SafetensorsElement
    var shape: [Int]
    /// Where the numbers are in ``storage``, which tensors of one file share.
    var range: Range<Int>
    var storage: [UInt8]
  }

  /// Free texts, such as the configuration that made the tensors.
  public var metadata: [String: String]
  var tensors: [String: Tensor] = [:]
  /// The file this was read from, for error messages.
  var path = "a new file"

  /// An empty file.
  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// The tensors' names in ascending order of their bytes.
  public var names: [String] {
    tensors.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  public func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// The element type and shape of a tensor; `nil` where there is none of that name.
  public func layout(of name: String) -> (element: SafetensorsElement, shape: [Int])? {
    tensors[name].map { ($0.element, $0.shape) }
  }
}

// MARK: Putting tensors in

extension SafetensorsFile {
  /// Adds a tensor, or replaces the one of that name.
  ///
  /// - Parameter values: row-major, as many as `shape` has elements.
  public mutating func set<Value: SafetensorsValue>(
    _ name: String, _ values: [Value], shape: [Int]
  ) {
    let bytes = values.withUnsafeBytes { [UInt8]($0) }
    set(name, bytes, element: Value.safetensorsElement, shape: shape)
  }

  /// Adds a tensor of truth values.
  public mutating func set(_ name: String, _ values: [Bool], shape: [Int]) {
    set(name, values.map { $0 ? 1 : 0 }, element: .bool, shape: shape)
  }

  private mutating func set(
    _ name: String, _ bytes: [UInt8], element: SafetensorsElement, shape: [Int]
  ) {
    let count = shape.reduce(1, *)
    precondition(
      bytes.count * 8 == count * element.bits,
      "tensor \(name): shape \(shape) has \(count) elements, got \(bytes.count * 8 / element.bits)")
    precondition(
      Self.isAcceptable(name: name) && shape.count <= Self.maximumRank,
      "tensor \(name): the name is empty, reserved or too long, or the rank exceeds 8")
    tensors[name] = Tensor(
      element: element, shape: shape, range: 0..<bytes.count, storage: bytes)
  }
}

// MARK: Taking tensors out

extension SafetensorsFile {
  /// The numbers of a tensor, row-major, and its shape.
  ///
  /// - Throws: ``FileError/Category/damaged`` where the tensor is missing or of another type.
  public func values<Value: SafetensorsValue>(
    of name: String, as type: Value.Type = Value.self
  ) throws(FileError) -> (shape: [Int], values: [Value]) {
    let tensor = try tensor(name, of: Value.safetensorsElement)
    let count = tensor.range.count / MemoryLayout<Value>.stride
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      tensor.storage.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: .init(rebasing: $0[tensor.range]))
      }
      initialized = count
    }
    return (tensor.shape, values)
  }

  public func floats(_ name: String) throws(FileError) -> (shape: [Int], values: [Float]) {
    try values(of: name)
  }
  public func doubles(_ name: String) throws(FileError) -> (shape: [Int], values: [Double]) {
    try values(of: name)
  }
  public func int32s(_ name: String) throws(FileError) -> (shape: [Int], values: [Int32]) {
    try values(of: name)
  }
  public func int64s(_ name: String) throws(FileError) -> (shape: [Int], values: [Int64]) {
    try values(of: name)
  }
  public func uint8s(_ name: String) throws(FileError) -> (shape: [Int], values: [UInt8]) {
    try values(of: name)
  }
  public func uint64s(_ name: String) throws(FileError) -> (shape: [Int], values: [UInt64]) {
    try values(of: name)
  }
  public func bools(_ name: String) throws(FileError) -> (shape: [Int], values: [Bool]) {
    let tensor = try tensor(name, of: .bool)
    return (tensor.shape, tensor.storage[tensor.range].map { $0 != 0 })
  }

  private func tensor(
    _ name: String, of element: SafetensorsElement
  ) throws(FileError) -> Tensor {
    guard let tensor = tensors[name] else {
      throw damaged("tensor \"\(name)\" is missing")
    }
    guard tensor.element == element else {
      throw damaged(
        "tensor \"\(name)\" › dtype: found \(tensor.element.rawValue), "
          + "expected \(element.rawValue)")
    }
    return tensor
  }

  func damaged(_ reason: String) -> FileError {
    FileError(.damaged, operation: "read", path: path, reason: reason)
  }
}

// MARK: Writing

extension SafetensorsFile {
  /// The SHA-256 of all tensor bytes in the order of the file, in hexadecimal digits.
  public func tensorDigest() -> String {
    var hash = SHA256()
    for name in names { withBytes(of: name) { hash.update($0) } }
    return hash.hexDigest()
  }

  /// The SHA-256, in hexadecimal digits, of the header that the file has without the text `key`: of
  /// all other texts, and of every tensor's name, type, shape and place.
  public func headerDigest(without key: String) -> String {
    var others = self
    others.metadata[key] = nil
    var hash = SHA256()
    hash.update(others.header(names: names).span.bytes)
    return hash.hexDigest()
  }

  /// Writes the file durably.
  public func write(to path: String, replacing: Bool) throws(FileError) {
    let size = names.reduce(header(names: names).count) { $0 + tensors[$1]!.range.count }
    var file = try DurableFile(creating: path, replacing: replacing, expectedBytes: size)
    try forEachPiece { (bytes) throws(FileError) in try file.append(bytes) }
    try file.commit()
  }

  /// The file's bytes, a piece after another.
  public func forEachPiece(_ body: (RawSpan) throws(FileError) -> Void) throws(FileError) {
    let names = names
    let header = header(names: names)
    try body(header.span.bytes)
    for name in names {
      let tensor = tensors[name]!
      try body(tensor.storage.span.bytes.extracting(tensor.range))
    }
  }

  private func withBytes(of name: String, _ body: (RawSpan) -> Void) {
    let tensor = tensors[name]!
    body(tensor.storage.span.bytes.extracting(tensor.range))
  }

  /// Length, JSON and the spaces that make the whole a multiple of eight.
  private func header(names: [String]) -> [UInt8] {
    var fields = Document.Fields()
    var values: [(String, Document)] = []
    if !metadata.isEmpty {
      for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { fields[key] = .string(value) }
      values.append((Self.metadataKey, .object(fields)))
    }
    var end = 0
    for name in names {
      let tensor = tensors[name]!
      let start = end
      end += tensor.range.count
      values.append(
        (
          name,
          [
            "dtype": .string(tensor.element.rawValue),
            "shape": .array(tensor.shape.map { .integer($0) }),
            "data_offsets": [.integer(start), .integer(end)],
          ]
        ))
    }
    let members = values.map { Document.string($0).jsonText() + ":" + $1.jsonText() }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { [UInt8]($0) } + json
  }
}
