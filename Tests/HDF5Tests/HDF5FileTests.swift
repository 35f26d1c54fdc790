import Foundation
import HDF5
import Testing

@Suite("An HDF5 file of ours")
struct HDF5FileTests {
  private func sample() throws -> [UInt8] {
    let file = try HDF5File()
    try file.root.write([1, 2, 3] as [UInt8], shape: [3], as: "uint8")
    try file.root.write([-1, 2] as [Int8], shape: [2], as: "int8")
    try file.root.write([Int32.min, 7] as [Int32], shape: [2], as: "int32")
    try file.root.write([Int64.max] as [Int64], shape: [1], as: "int64")
    try file.root.write([UInt64.max] as [UInt64], shape: [1], as: "uint64")
    try file.root.write([0.5, .infinity] as [Float], shape: [1, 2], as: "float32")
    try file.root.write(
      (0..<600).map { Double($0) / 3 }, shape: [100, 2, 3], as: "float64",
      storage: .chunked(rows: 7))
    try file.root.write([true, false, true], shape: [3], as: "bool")
    try file.root.write(
      [] as [Float], shape: [0, 4], as: "empty", storage: .chunked(rows: 9))
    let group = try file.root.makeGroup("group")
    try group.write([7] as [Int], shape: [1], as: "below")
    try group.setAttribute("note", "")
    try file.root.setAttribute("text", "grüße \u{1F511} " + String(repeating: "x", count: 100_000))
    try file.root.setAttribute("seed", UInt64.max)
    try file.root.setAttribute("version", Int64(-3))
    try file.root.setAttribute("ratio", 0.1)
    return try file.image()
  }

  @Test("gives back what was written, from memory")
  func roundTrip() throws {
    let file = try HDF5File(image: try sample())
    #expect(
      try file.root.names() == [
        "bool", "empty", "float32", "float64", "group", "int32", "int64", "int8", "uint64", "uint8",
      ])
    #expect(try file.root.child("group") == .group)
    #expect(try file.root.child("int8") == .dataset)
    #expect(try file.root.dataset("uint8").read() as [UInt8] == [1, 2, 3])
    #expect(try file.root.dataset("int8").read() as [Int8] == [-1, 2])
    #expect(try file.root.dataset("int32").read() as [Int32] == [Int32.min, 7])
    #expect(try file.root.dataset("int64").read() as [Int64] == [Int64.max])
    #expect(try file.root.dataset("uint64").read() as [UInt64] == [UInt64.max])
    #expect(try file.root.dataset("float32").read() as [Float] == [0.5, .infinity])
    #expect(try file.root.dataset("float64").read() as [Double] == (0..<600).map { Double($0) / 3 })
    #expect(try file.root.dataset("bool").readBools() == [true, false, true])
    #expect(try file.root.dataset("empty").shape == [0, 4])
    #expect(try file.root.dataset("empty").read() as [Float] == [])
    #expect(try file.root.group("group").dataset("below").read() as [Int] == [7])
    #expect(try file.root.group("group").textAttribute("note") == "")
    #expect(try file.root.textAttribute("text").hasPrefix("grüße \u{1F511} xxx"))
    #expect(try file.root.textAttribute("text").utf8.count == 100_013)
    #expect(try file.root.attribute("seed") as UInt64 == UInt64.max)
    #expect(try file.root.attribute("version") as Int64 == -3)
    #expect(try file.root.attribute("ratio") as Double == 0.1)
    try StructuralCheck().check(file)
  }

  @Test("knows its types and shapes")
  func types() throws {
    let file = try HDF5File(image: try sample())
    let expected: [(String, StoredType, [Int])] = [
      ("uint8", .integer(bytes: 1, isSigned: false), [3]),
      ("int32", .integer(bytes: 4, isSigned: true), [2]),
      ("uint64", .integer(bytes: 8, isSigned: false), [1]),
      ("float32", .float(bytes: 4), [1, 2]), ("float64", .float(bytes: 8), [100, 2, 3]),
      ("bool", .bool, [3]),
    ]
    for (name, type, shape) in expected {
      let dataset = try file.root.dataset(name)
      #expect(dataset.type == type)
      #expect(dataset.shape == shape)
    }
  }

  @Test("has the same bytes for the same content, and checksummed metadata")
  func isDeterministic() throws {
    let first = try sample()
    Thread.sleep(forTimeInterval: 1.1)  // a time in the file would show
    #expect(try sample() == first)
    #expect(first.starts(with: StructuralCheck.signature))
    #expect(first[8] == 3, "the superblock is of version \(first[8])")
  }

  @Test("is read in blocks, each equal to that part of the whole")
  func blocks() throws {
    let file = try HDF5File(image: try sample())
    let dataset = try file.root.dataset("float64")
    let whole: [Double] = try dataset.read()
    for rows in [0..<0, 0..<1, 5..<9, 93..<100, 0..<100] {
      let part: [Double] = try dataset.read(rows: rows)
      #expect(part == Array(whole[rows.lowerBound * 6..<rows.upperBound * 6]))
    }
    let block: [Double] = try dataset.read(from: [3, 1, 0], count: [2, 1, 2])
    #expect(block == [whole[21], whole[22], whole[27], whole[28]])
    #expect(try file.root.dataset("bool").readBools(rows: 1..<3) == [false, true])
  }

  @Test("converts numbers, going to the nearest where they do not fit")
  func conversion() throws {
    let file = try HDF5File(image: try sample())
    #expect(try file.root.dataset("int8").read() as [Float] == [-1, 2])
    #expect(try file.root.dataset("int8").read() as [UInt8] == [0, 2])
    #expect(try file.root.dataset("int64").read() as [Int32] == [Int32.max])
    #expect(try file.root.dataset("bool").read() as [UInt8] == [1, 0, 1])
  }

  @Test("says what is missing or of another kind, and prints nothing")
  func errors() throws {
    let file = try HDF5File(image: try sample())
    #expect(problem { _ = try file.root.dataset("none") } == "none: is missing")
    #expect(
      problem { _ = try file.root.dataset("group") }
        == "group: found a group, expected a dataset")
    #expect(
      problem { _ = try file.root.group("int8") } == "int8: found a dataset, expected a group")
    #expect(
      problem { _ = try file.root.group("group").dataset("none") } == "group/none: is missing")
    #expect(
      problem { _ = try file.root.textAttribute("none") } == "none: is missing, expected text")
    #expect(
      problem { _ = try file.root.textAttribute("seed") } == "seed: found uint64, expected text")
    #expect(
      problem { _ = try file.root.attribute("text") as Int64 }
        == "text: found text, expected a number")
    #expect(
      problem { _ = try file.root.dataset("float64").readBools() }
        == "float64: found float64, expected bool or 0 and 1 as integers")
    #expect(
      problem { try file.root.write([1] as [Int], shape: [1], as: "new") }?
        .hasPrefix("new: cannot create the dataset (") == true)
  }

  @Test("cut off anywhere is refused, with the library's reason")
  func truncation() throws {
    let bytes = try sample()
    for count in [0, 7, 8, 47, 48, 96, bytes.count / 2, bytes.count - 1] {
      let found = problem { _ = try HDF5File(image: Array(bytes[..<count])) }
      #expect(found != nil, "\(count) bytes were accepted")
    }
    let reason = problem { _ = try HDF5File(image: Array(bytes.dropLast())) }
    #expect(reason?.contains("truncated file") == true)
  }

  @Test("opened from several threads at once is read correctly by each")
  func threads() async throws {
    let bytes = try sample()
    try await withThrowingTaskGroup(of: [Double].self) { group in
      for _ in 0..<8 {
        group.addTask { try HDF5File(image: bytes).root.dataset("float64").read() }
      }
      for try await values in group { #expect(values == (0..<600).map { Double($0) / 3 }) }
    }
  }
}
