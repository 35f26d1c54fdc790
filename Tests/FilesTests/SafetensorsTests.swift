import Files
import Foundation
import Testing

@Suite("A safetensors file")
struct SafetensorsTests {
  let folder = try! TemporaryFolder()

  /// A file that the reference library wrote from a transformers model.
  static let reference =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "AgentsTests/Fixtures/hf_dt/model.safetensors").path

  private func sample() -> SafetensorsFile {
    var file = SafetensorsFile(metadata: ["format": "pt", "a": "\"quoted\"\n"])
    file.set("z.floats", [1.5, -0, .infinity] as [Float], shape: [3])
    file.set("a.doubles", [1e300, .pi] as [Double], shape: [1, 2])
    file.set("int64s", [Int64.min, 7], shape: [2])
    file.set("int32s", [Int32.max], shape: [])
    file.set("bytes", [0, 255, 3] as [UInt8], shape: [3, 1])
    file.set("words", [UInt64.max], shape: [1])
    file.set("flags", [true, false], shape: [2])
    file.set("nothing", [] as [Float], shape: [0, 4])
    return file
  }

  @Test("gives back what was put in, and equal contents have equal bytes")
  func roundTrip() throws {
    try sample().write(to: folder("a"), replacing: false)
    try sample().write(to: folder("b"), replacing: false)
    let bytes = try FileContents.bytes(of: folder("a"), atMost: 10_000)
    #expect(try FileContents.bytes(of: folder("b"), atMost: 10_000) == bytes)
    #expect(bytes[0] % 8 == 0, "the header is not padded")

    let file = try SafetensorsFile(contentsOf: folder("a"))
    #expect(file.metadata == sample().metadata)
    #expect(file.names == sample().names)
    #expect(try file.floats("z.floats").values == [1.5, -0, .infinity])
    #expect(try file.floats("nothing").shape == [0, 4])
    #expect(try file.doubles("a.doubles").values == [1e300, .pi])
    #expect(try file.int64s("int64s").values == [Int64.min, 7])
    #expect(try file.int32s("int32s").shape == [])
    #expect(try file.int32s("int32s").values == [Int32.max])
    #expect(try file.uint8s("bytes").shape == [3, 1])
    #expect(try file.uint64s("words").values == [UInt64.max])
    #expect(try file.bools("flags").values == [true, false])
    #expect(file.tensorDigest() == sample().tensorDigest())

    try file.write(to: folder("c"), replacing: false)
    #expect(try FileContents.bytes(of: folder("c"), atMost: 10_000) == bytes)
  }

  @Test("written by the reference library is read, value by value")
  func readsReference() throws {
    let file = try SafetensorsFile(contentsOf: Self.reference)
    #expect(file.metadata == ["format": "pt"])
    #expect(file.names.count > 20)
    let gain = try file.floats("encoder.h.0.ln_1.weight")
    #expect(gain.shape.count == 1 && gain.values.allSatisfy { $0.isFinite })
    let count = file.names.reduce(0) { $0 + file.layout(of: $1)!.shape.reduce(1, *) }
    let size = try FileStatus(of: Self.reference).size
    #expect(count * 4 < size && count * 4 > size - 20_000)
  }

  @Test("says what it lacks")
  func accessors() throws {
    let missing = error(FileError.self) { _ = try sample().floats("none") }
    #expect(missing?.reason == "tensor \"none\" is missing")
    let other = error(FileError.self) { _ = try sample().floats("flags") }
    #expect(other?.reason == "tensor \"flags\" › dtype: found BOOL, expected F32")
  }

  /// Header, data bytes, and what the refusal says.
  static let malformed: [(String, Int, String)] = [
    ("", 0, "header: expected it to begin with \"{\""),
    (" {}", 0, "header: expected it to begin with \"{\""),
    ("{", 0, "header: 1:2: found the end of the text, expected a key in double quotes"),
    ("{}", 3, "data: found 3 bytes that belong to no tensor"),
    (#"{"a":1}"#, 0, "tensor \"a\": found a whole number, expected an object"),
    (
      #"{"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0,
      "tensor name of 0 bytes, expected 1 to 512"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":1}"#, 1,
      "header: 1:54: key \"a\" appears twice, expected once"
    ),
    (
      #"{"a":{"dtype":"X9","shape":[1],"data_offsets":[0,1]}}"#, 1,
      "tensor \"a\" › dtype: found \"X9\", expected a known type"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, 1,
      "tensor \"a\" › shape: found -1, expected a whole number from 0"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}"#, 1,
      "tensor \"a\" › shape: found 1.5, expected a whole number from 0"
    ),
    (
      #"{"a":{"dtype":"U8","data_offsets":[0,1]}}"#, 1,
      "tensor \"a\" › shape: found nothing, expected a list of whole numbers"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}"#, 1,
      "tensor \"a\" › shape: found 9 axes, expected at most 8"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[9223372036854775807,2],"data_offsets":[0,1]}}"#, 1,
      "tensor \"a\" › shape: [9223372036854775807, 2] is too large"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 1,
      "tensor \"a\" › data_offsets: found [0, 2], expected begin and end within the 1 bytes of data"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,0]}}"#, 1,
      "tensor \"a\" › data_offsets: found [1, 0], expected begin and end within the 1 bytes of data"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2]}}"#, 2,
      "tensor \"a\" › data_offsets: found 2 bytes, but [1] of F32 needs 4.0"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2,
      "tensor \"a\" › data_offsets: begins at 1, leaving a hole, expected 0"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2,
      "tensor \"b\" › data_offsets: begins at 1, inside another tensor, expected 2"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}"#, 1,
      "tensor \"a\": found key \"x\", expected dtype, shape and data_offsets"
    ),
    (#"{"__metadata__":{"a":1}}"#, 0, "__metadata__ › a: found a whole number, expected text"),
    (#"{"__metadata__":[]}"#, 0, "__metadata__: found a list, expected an object of texts"),
    ("[]", 0, "header: expected it to begin with \"{\""),
  ]

  @Test("that breaks a rule is refused with the place", arguments: malformed)
  func refuses(header: String, data: Int, reason: String) {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count)) { [UInt8]($0) }
    let bytes = length + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    let refused = error(FileError.self) { _ = try SafetensorsFile(bytes: bytes, path: "x.st") }
    #expect(refused?.category == .damaged)
    #expect(refused?.reason == reason)
  }

  @Test("with an absurd header length is refused before anything is allocated")
  func absurdLength() {
    let short = error(FileError.self) { _ = try SafetensorsFile(bytes: [1, 2], path: "x") }
    #expect(
      short?.description
        == "cannot read x: found 2 bytes, expected at least the 8 of the header's length")
    for (byte, count) in [(UInt8(0xFF), 8), (0x01, 8)] {
      let bytes = [UInt8](repeating: byte, count: count) + [0x7B]
      let refused = error(FileError.self) { _ = try SafetensorsFile(bytes: bytes, path: "x") }
      #expect(refused?.reason.hasPrefix("header length: found ") == true)
    }
    let long = withUnsafeBytes(of: UInt64(50)) { [UInt8]($0) } + [0x7B, 0x7D]
    let refused = error(FileError.self) { _ = try SafetensorsFile(bytes: long, path: "x") }
    #expect(refused?.reason == "header length: found 50, but only 2 bytes follow")
  }

  @Test("survives any one byte being changed, and any truncation")
  func mutations() throws {
    try sample().write(to: folder("a"), replacing: false)
    let bytes = try FileContents.bytes(of: folder("a"), atMost: 10_000)
    for index in bytes.indices {
      for value: UInt8 in [0, 1, 0x22, 0x2D, 0x39, 0x7F, 0xFF, bytes[index] ^ 1] {
        var changed = bytes
        changed[index] = value
        _ = try? SafetensorsFile(bytes: changed, path: "x")
      }
      #expect(throws: FileError.self) {
        _ = try SafetensorsFile(bytes: Array(bytes[..<index]), path: "x")
      }
    }
  }

  @Test("of a hundred megabytes is read as it was written")
  func isLarge() throws {
    let values = (0..<(25 << 20)).map { Float($0 & 0xFF_FFFF) }
    var file = SafetensorsFile()
    file.set("a", values, shape: [values.count])
    try file.write(to: folder("a"), replacing: false)
    #expect(try SafetensorsFile(contentsOf: folder("a")).floats("a").values == values)
  }
}
