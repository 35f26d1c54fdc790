/// An animated GIF in the making.
///
/// Of each picture only the rectangle that differs from the one before is kept, so long episodes
/// stay small in memory and in the file. What is transparent is shown on white.
public struct GIF: Sendable {
  private let width: Int
  private let height: Int
  private var frames: [Frame] = []
  private var shown: [UInt32] = []
  private var counts: [UInt32: Int] = [:]

  private struct Frame {
    var left: Int
    var top: Int
    var width: Int
    var pixels: [UInt32]
    /// In hundredths of a second.
    var delay: Int
  }

  /// - Parameters:
  ///   - width: pixels, at most 65535.
  ///   - height: likewise.
  public init(width: Int, height: Int) {
    precondition(
      1...65_535 ~= width && 1...65_535 ~= height, "a GIF of \(width) × \(height) pixels")
    (self.width, self.height) = (width, height)
  }

  /// Adds a picture.
  ///
  /// - Parameter delay: seconds that it is shown; viewers know hundredths and at least two of them.
  public mutating func append(_ raster: Raster, delay: Double) {
    precondition(
      raster.width == width && raster.height == height,
      "a picture of \(raster.width) × \(raster.height) in a GIF of \(width) × \(height)")
    let pixels = raster.packed
    var rows = (low: height, high: -1)
    var columns = (low: width, high: -1)
    if shown.isEmpty {
      (rows, columns) = ((0, height - 1), (0, width - 1))
    } else {
      for y in 0..<height {
        for x in 0..<width where pixels[y * width + x] != shown[y * width + x] {
          rows = (min(rows.low, y), max(rows.high, y))
          columns = (min(columns.low, x), max(columns.high, x))
        }
      }
      if rows.high < 0 { (rows, columns) = ((0, 0), (0, 0)) }
    }
    var changed: [UInt32] = []
    for y in rows.low...rows.high {
      changed += pixels[y * width + columns.low...y * width + columns.high]
    }
    for colour in changed { counts[colour, default: 0] += 1 }
    frames.append(
      Frame(
        left: columns.low, top: rows.low, width: columns.high - columns.low + 1, pixels: changed,
        delay: min(max(Int((delay * 100).rounded()), 2), 65_535)))
    shown = pixels
  }

  /// The file (GIF89a), which repeats for ever.
  public var bytes: [UInt8] {
    precondition(!frames.isEmpty, "a GIF without pictures")
    let palette = Palette(counts)
    var bits = 1
    while 1 << bits < palette.colours.count { bits += 1 }
    var file = Array("GIF89a".utf8) + Self.littleEndian(width) + Self.littleEndian(height)
    file += [0xF0 | UInt8(bits - 1), 0, 0]
    for index in 0..<1 << bits {
      let colour = index < palette.colours.count ? palette.colours[index] : 0
      file += [16, 8, 0].map { UInt8(truncatingIfNeeded: colour >> $0) }
    }
    if frames.count > 1 {
      file += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
    }
    for frame in frames {
      file += [0x21, 0xF9, 4, 0x04] + Self.littleEndian(frame.delay) + [0, 0]
      file += [0x2C] + Self.littleEndian(frame.left) + Self.littleEndian(frame.top)
      file += Self.littleEndian(frame.width)
      file += Self.littleEndian(frame.pixels.count / frame.width) + [0]
      let codeBits = max(bits, 2)
      file.append(UInt8(codeBits))
      let codes = LZW.encode(frame.pixels.map(palette.index), bits: codeBits)
      for start in stride(from: 0, to: codes.count, by: 255) {
        let block = codes[start..<min(start + 255, codes.count)]
        file.append(UInt8(block.count))
        file += block
      }
      file.append(0)
    }
    return file + [0x3B]
  }

  private static func littleEndian(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
  }
}

extension AnimatedDrawing {
  /// The frames as an animated GIF.
  ///
  /// - Parameter scale: pixels per unit of the drawings.
  public func gif(scale: Double = 1) -> [UInt8] {
    let first = Raster(frames[0], scale: scale)
    var gif = GIF(width: first.width, height: first.height)
    for (index, frame) in frames.enumerated() {
      gif.append(
        index == 0 ? first : Raster(frame, scale: scale),
        delay: index == frames.count - 1 ? lastDelay : delay)
    }
    return gif.bytes
  }
}

extension Raster {
  /// `[height, width]` The pixels as 0xRRGGBB, on white.
  fileprivate var packed: [UInt32] {
    (0..<width * height).map { index in
      let place = index * 4
      let alpha = UInt32(pixels[place + 3])
      func onWhite(_ part: UInt8) -> UInt32 { (UInt32(part) * alpha + 255 * (255 - alpha)) / 255 }
      return onWhite(pixels[place]) << 16 | onWhite(pixels[place + 1]) << 8
        | onWhite(pixels[place + 2])
    }
  }
}
