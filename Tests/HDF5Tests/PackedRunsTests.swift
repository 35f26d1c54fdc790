import HDF5
import Testing

@Suite("A column of rows that come several times")
struct PackedRunsTests {
  /// How often each row comes: episodes of one length, of many, of one step, and long ones.
  enum Lengths: CaseIterable {
    case equal, mixed, single, long

    func callAsFunction(_ run: Int) -> Int {
      switch self {
      case .equal: 30
      case .mixed: 1 + run * run % 70
      case .single: 1
      case .long: 1 + run * 1777 % 4000
      }
    }
  }

  /// Rows, of which some are alike, equal, and zeros.
  private static func row<Value: FixedWidthInteger>(_ index: Int, width: Int) -> [Value] {
    switch index % 5 {
    case 0: [Value](repeating: 0, count: width)
    case 1: (0..<width).map { Value(truncatingIfNeeded: ($0 * 7 + index) % 11) }
    case 2: (0..<width).map { Value(truncatingIfNeeded: $0 / 9 + index % 3) }
    case 3: [Value](repeating: Value(truncatingIfNeeded: index &* 0x9E37_79B9_7F4A), count: width)
    default: (0..<width).map { Value(truncatingIfNeeded: ($0 + 1) &* index &* 0x1F3D_5B79) }
    }
  }

  private func image(_ column: some PackedRows, _ packer: inout BlockPacker) throws -> [UInt8] {
    let file = try HDF5File()
    try file.root.write(column, as: "column", using: &packer)
    return try file.image()
  }

  private func check<Value: HDF5Value & FixedWidthInteger>(
    _ type: Value.Type, width: Int, length: Lengths
  ) throws {
    var packer = BlockPacker()
    var column = PackedRuns(Value.storedType, rowShape: [width], blockRows: 1783)
    var values: [Value] = []
    for run in 0..<400 {
      let row: [Value] = Self.row(run, width: width)
      let count = length(run)
      // Zeros may come without their row.
      if run % 10 == 0 {
        column.appendZeros(rows: count, using: &packer)
      } else {
        column.append([9] + row, 1..<1 + width, count: count, using: &packer)
      }
      for _ in 0..<count { values += row }
    }
    let rows = values.count / width
    #expect(column.rows == rows)
    let file = try HDF5File(image: try image(column, &packer))
    let dataset = try file.root.dataset("column")
    #expect(dataset.shape == [rows, width])
    // Through our reader, and, as numbers of another type, through libhdf5 and zlib.
    let read: [Value] = try dataset.read()
    #expect(read == values)
    let doubles: [Double] = try dataset.read()
    #expect(doubles == values.map { Double($0) })
  }

  @Test("comes back through our reader and through libhdf5's", arguments: Lengths.allCases)
  func comesBack(length: Lengths) throws {
    try check(UInt8.self, width: 147, length: length)
    try check(UInt8.self, width: 1, length: length)
    try check(UInt8.self, width: 2, length: length)
    try check(UInt8.self, width: 64, length: length)
    try check(Int32.self, width: 3, length: length)
    try check(Int64.self, width: 1, length: length)
    try check(Int64.self, width: 70, length: length)
  }

  @Test("takes little room, whether or not rows are shuffled")
  func isSmall() throws {
    var packer = BlockPacker()
    var seeds = PackedRuns(UInt64.storedType, blockRows: 32768)
    var views = PackedRuns(UInt8.storedType, rowShape: [147], blockRows: 1783)
    for run in 0..<1000 {
      seeds.append([UInt64(run) &* 0x9E37_79B9_7F4A_7C15], 0..<1, count: 30, using: &packer)
      views.appendZeros(rows: 29, using: &packer)
      let view: [UInt8] = Self.row(5 * (run / 3) + 1, width: 147)
      views.append(view, 0..<147, count: 1, using: &packer)
    }
    let ofSeeds = try image(seeds, &packer).count
    #expect(ofSeeds < 16_000, "\(ofSeeds) of 240,000 bytes")
    let ofViews = try image(views, &packer).count
    #expect(ofViews < 80_000, "\(ofViews) of 4,410,000 bytes")
  }

  @Test("is packed the same whatever was packed before", arguments: [4, 10, 30])
  func history(length: Int) throws {
    func seeds(_ packer: inout BlockPacker) throws -> [UInt8] {
      var column = PackedRuns(UInt64.storedType, blockRows: 32768)
      for run in 0..<40_000 / length {
        let seed = UInt64(run + 1) &* 0x9E37_79B9_7F4A_7C15
        column.append([seed ^ seed >> 29], 0..<1, count: length, using: &packer)
      }
      return try image(column, &packer)
    }
    var packer = BlockPacker()
    let first = try seeds(&packer)
    var noise = PackedColumn(UInt64.storedType, blockRows: 32768)
    let numbers = (0..<70_000).map { UInt64($0) &* 0xD1B5_4A32_D192_ED03 &+ UInt64($0 * $0) }
    noise.append(numbers, numbers.indices, using: &packer)
    #expect(try seeds(&packer) == first)
  }

  @Test("takes rows that are wider than deflate's window")
  func wide() throws {
    var packer = BlockPacker()
    var column = PackedRuns(UInt8.storedType, rowShape: [40_000], blockRows: 6)
    let row = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 / 300) }
    column.append(row, row.indices, count: 8, using: &packer)
    column.appendZeros(rows: 3, using: &packer)
    let file = try HDF5File(image: try image(column, &packer))
    let read: [UInt8] = try file.root.dataset("column").read()
    #expect(
      read == Array(repeatElement(row, count: 8).joined()) + [UInt8](repeating: 0, count: 120_000))
  }

  @Test("holds rows without numbers, and no rows")
  func isEmpty() throws {
    var packer = BlockPacker()
    var column = PackedRuns(UInt8.storedType, rowShape: [0], blockRows: 10)
    column.append([1, 2] as [UInt8], 1..<1, count: 25, using: &packer)
    let file = try HDF5File(image: try image(column, &packer))
    #expect(try file.root.dataset("column").shape == [25, 0])
    let none = PackedRuns(Int32.storedType, blockRows: 10)
    let other = try HDF5File(image: try image(none, &packer))
    #expect(try other.root.dataset("column").shape == [0])
  }
}
