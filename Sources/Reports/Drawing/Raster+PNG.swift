internal import CZlib

extension Raster {
  /// The picture as a PNG file: 8 bits per channel, with an alpha channel only where it is needed.
  public var png: [UInt8] {
    let hasAlpha = !isOpaque
    let channels = hasAlpha ? 4 : 3
    var rows: [UInt8] = []
    rows.reserveCapacity(height * (width * channels + 1))
    for y in 0..<height {
      rows.append(0)  // no filter: flat colours pack best as they are
      let row = y * width * 4..<(y + 1) * width * 4
      if hasAlpha {
        rows += pixels[row]
      } else {
        for place in stride(from: row.lowerBound, to: row.upperBound, by: 4) {
          rows += pixels[place..<place + 3]
        }
      }
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let header = Self.bigEndian(width) + Self.bigEndian(height) + [8, hasAlpha ? 6 : 2, 0, 0, 0]
    Self.append("IHDR", header, to: &file)
    Self.append("IDAT", Self.deflated(rows), to: &file)
    Self.append("IEND", [], to: &file)
    return file
  }

  /// Length, name, bytes, CRC-32 of the latter two.
  private static func append(_ name: String, _ bytes: [UInt8], to file: inout [UInt8]) {
    let checked = Array(name.utf8) + bytes
    file += bigEndian(bytes.count) + checked
    file += bigEndian(Int(crc32(0, checked, uInt(checked.count))))
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var length = compressBound(uLong(bytes.count))
    var packed = [UInt8](repeating: 0, count: Int(length))
    let code = compress2(&packed, &length, bytes, uLong(bytes.count), 9)
    precondition(code == Z_OK, "zlib failed with \(code): no memory")
    packed.removeLast(packed.count - Int(length))
    return packed
  }
}
