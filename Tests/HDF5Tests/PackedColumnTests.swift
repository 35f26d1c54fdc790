import HDF5
import Testing

@Suite("A column that is packed block by block")
struct PackedColumnTests {
  /// Rows that repeat, rows that nearly do, runs, small numbers and noise, as data of worlds are.
  private static func bytes(_ kind: String, _ count: Int) -> [UInt8] {
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    return switch kind {
    case "zeros": [UInt8](repeating: 0, count: count)
    case "views":
      Array(
        (0...count / 147).flatMap { _ in
          let view = next() % 40
          return (0..<147).map { UInt8(truncatingIfNeeded: (view &* 31 &+ UInt64($0)) % 11) }
        }[..<count])
    case "choices": (0..<count).map { _ in UInt8(next() % 7) }
    case "times": (0..<count).map { UInt8($0 % 30) }
    case "runs": (0..<count).map { UInt8(truncatingIfNeeded: $0 / 29 &* 77) }
    default: (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
  }

  private static let kinds = ["zeros", "views", "choices", "times", "runs", "noise"]

  private func image(_ column: PackedColumn, _ packer: inout BlockPacker) throws -> [UInt8] {
    let file = try HDF5File()
    try file.root.write(column, as: "column", using: &packer)
    return try file.image()
  }

  @Test("comes back through our reader and through libhdf5's", arguments: kinds, [1, 4, 8])
  func comesBack(kind: String, elementBytes: Int) throws {
    var packer = BlockPacker()
    let rows = 5000
    func check<Value: HDF5Value & FixedWidthInteger>(_ type: Value.Type, width: Int) throws {
      let raw = Self.bytes(kind, rows * width)
      let values = raw.map { Value(truncatingIfNeeded: $0) }
      var column = PackedColumn(Value.storedType, rowShape: [width], blockRows: 1783)
      column.append(values, values.indices, using: &packer)
      let file = try HDF5File(image: try image(column, &packer))
      let dataset = try file.root.dataset("column")
      #expect(dataset.shape == [rows, width])
      #expect(try dataset.read() as [Value] == values)
      // Numbers of another type are the library's to read, and to unpack.
      #expect(try dataset.read() as [Double] == values.map { Double($0) })
      let reader = BlockReader()
      for part in [0..<1, 1780..<1790, 1783..<3566, 4999..<5000, 0..<rows] {
        let wanted = Array(values[part.lowerBound * width..<part.upperBound * width])
        #expect(try dataset.read(rows: part, using: reader) as [Value] == wanted)
      }
    }
    switch elementBytes {
    case 1: try check(UInt8.self, width: 147)
    case 4: try check(Int32.self, width: 3)
    default: try check(Int64.self, width: 1)
    }
  }

  @Test("has the same bytes whatever portions it came in", arguments: [1, 7, 1783, 4000])
  func portions(size: Int) throws {
    var packer = BlockPacker()
    let values = Self.bytes("views", 4000 * 20)
    func make(_ size: Int) throws -> [UInt8] {
      var column = PackedColumn(UInt8.storedType, rowShape: [20], blockRows: 600)
      for row in stride(from: 0, to: 4000, by: size) {
        column.append(values, row * 20..<min(row + size, 4000) * 20, using: &packer)
      }
      #expect(column.rows == 4000)
      return try image(column, &packer)
    }
    #expect(try make(size) == make(4000))
  }

  @Test("has the same bytes where rows are given by number", arguments: [1, 30, 700, 4000])
  func numbered(size: Int) throws {
    var packer = BlockPacker()
    // Rows of 8 and 60 bytes side by side, some of them equal; the wide ones are kept once each.
    let kinds = 90
    let wide = Self.bytes("views", kinds * 60)
    let narrow = (0..<kinds).map { Int64($0 % 7) }
    var rows: [UInt8] = []
    for kind in 0..<kinds {
      withUnsafeBytes(of: narrow[kind]) { rows += $0 }
      rows += wide[kind * 60..<(kind + 1) * 60]
    }
    let numbers = Self.bytes("noise", 4000).map { Int32($0) % Int32(kinds) }
    var (pictures, others) = (
      PackedColumn(UInt8.storedType, rowShape: [5, 4, 3], blockRows: 600),
      PackedColumn(Int64.storedType, blockRows: 900)
    )
    var (laidOut, plain) = (pictures, others)
    for start in stride(from: 0, to: numbers.count, by: size) {
      let part = Array(numbers[start..<min(start + size, numbers.count)])
      rows.withUnsafeBytes {
        others.append(partsOf: $0, stride: 68, at: 0, numbers: part, using: &packer)
        pictures.append(partsOf: $0, stride: 68, at: 8, numbers: part, using: &packer)
      }
    }
    let seen = numbers.flatMap { wide[Int($0) * 60..<(Int($0) + 1) * 60] }
    laidOut.append(seen, seen.indices, using: &packer)
    let values = numbers.map { narrow[Int($0)] }
    plain.append(values, values.indices, using: &packer)
    #expect(try image(pictures, &packer) == image(laidOut, &packer))
    #expect(try image(others, &packer) == image(plain, &packer))
    let file = try HDF5File(image: try image(pictures, &packer))
    #expect(try file.root.dataset("column").read() as [UInt8] == seen)
  }

  @Test("takes a fraction of the room where rows repeat", arguments: ["zeros", "views", "times"])
  func isSmall(kind: String) throws {
    var packer = BlockPacker()
    let values = Self.bytes(kind, 2000 * 147)
    var column = PackedColumn(UInt8.storedType, rowShape: [147], blockRows: 1783)
    column.append(values, values.indices, using: &packer)
    let count = try image(column, &packer).count
    #expect(count < values.count / 15, "\(count) of \(values.count) bytes")
  }

  @Test("is left to libhdf5 where a block is damaged, which says so")
  func damaged() throws {
    var packer = BlockPacker()
    let values = Self.bytes("noise", 3000)
    var column = PackedColumn(UInt8.storedType, rowShape: [3], blockRows: 1000)
    column.append(values, values.indices, using: &packer)
    var bytes = try image(column, &packer)
    let place = try #require(bytes.firstRange(of: values[100..<110])).lowerBound
    bytes[place] ^= 1
    let file = try HDF5File(image: bytes)
    let dataset = try file.root.dataset("column")
    let found = problem { _ = try dataset.read() as [UInt8] }
    #expect(found?.hasPrefix("column: cannot read the dataset") == true, "\(found ?? "nothing")")
  }
}
