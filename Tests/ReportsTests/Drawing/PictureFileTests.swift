import Foundation
import Reports
import Testing

@Suite("Picture files")
struct PictureFileTests {
  /// A GIF taken apart again, by the rules of GIF89a alone.
  struct DecodedGIF {
    var width = 0
    var height = 0
    var isLooping = false
    var delays: [Int] = []
    /// `[frame][height · width]` as 0xRRGGBB, as they are shown.
    var frames: [[UInt32]] = []

    init(_ bytes: [UInt8]) throws {
      var rest = bytes[...]
      func number(_ bytes: ArraySlice<UInt8>) -> Int {
        Int(bytes[bytes.startIndex]) | Int(bytes[bytes.startIndex + 1]) << 8
      }
      func take(_ count: Int) throws -> ArraySlice<UInt8> {
        try #require(rest.count >= count, "the file ends early")
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
      }
      func takeBlocks() throws -> [UInt8] {
        var data: [UInt8] = []
        while true {
          let count = Int(try take(1).first ?? 0)
          if count == 0 { return data }
          data += try take(count)
        }
      }
      #expect(try take(6).elementsEqual("GIF89a".utf8))
      width = number(try take(2))
      height = number(try take(2))
      let flags = try take(3)
      let size = 2 << Int(flags[flags.startIndex] & 7)
      let table = Array(try take(3 * size))
      let palette: [UInt32] = stride(from: 0, to: table.count, by: 3).map { place in
        table[place..<place + 3].reduce(0) { $0 << 8 | UInt32($1) }
      }
      var canvas = [UInt32](repeating: 0, count: width * height)
      while true {
        switch try take(1).first {
        case 0x3B:
          #expect(rest.isEmpty)
          return
        case 0x21:
          let kind = try take(1).first
          let data = try takeBlocks()
          if kind == 0xFF { isLooping = data.starts(with: Array("NETSCAPE2.0".utf8)) }
          if kind == 0xF9 { delays.append(Int(data[1]) | Int(data[2]) << 8) }
        case 0x2C:
          let place = Array(try take(9))
          let (left, top) = (number(place[0...]), number(place[2...]))
          let (columns, rows) = (number(place[4...]), number(place[6...]))
          let bits = Int(try take(1).first ?? 0)
          let indices = try Self.unpacked(takeBlocks(), bits: bits)
          try #require(indices.count == columns * rows)
          for (offset, index) in indices.enumerated() {
            canvas[(top + offset / columns) * width + left + offset % columns] = palette[index]
          }
          frames.append(canvas)
        default: Issue.record("an unknown block")
        }
      }
    }

    static func unpacked(_ bytes: [UInt8], bits: Int) throws -> [Int] {
      let clear = 1 << bits
      var table: [[Int]] = []
      var width = bits + 1
      var last: [Int] = []
      var result: [Int] = []
      var (buffer, count) = (0, 0)
      var rest = bytes[...]
      while true {
        while count < width {
          let byte = rest.popFirst()
          buffer |= Int(try #require(byte)) << count
          count += 8
        }
        let code = buffer & (1 << width - 1)
        buffer >>= width
        count -= width
        if code == clear {
          table = (0..<clear + 2).map { [$0] }
          width = bits + 1
          last = []
          continue
        }
        if code == clear + 1 { return result }
        let run = code < table.count ? table[code] : last + [last[0]]
        result += run
        if !last.isEmpty, table.count < 4096 { table.append(last + [run[0]]) }
        if table.count == 1 << width, width < 12 { width += 1 }
        last = run
      }
    }
  }

  private func packed(_ raster: Raster) -> [UInt32] {
    (0..<raster.height).flatMap { y in
      (0..<raster.width).map { x in
        let colour = raster[x, y]
        return UInt32(colour.red) << 16 | UInt32(colour.green) << 8 | UInt32(colour.blue)
      }
    }
  }

  @Test("GIFs show the very pixels, frame by frame, where colours are few")
  func exactGIF() throws {
    var gif = GIF(width: 37, height: 23)
    var rasters: [Raster] = []
    for step in 0..<9 {
      var drawing = Drawing(width: 37, height: 23, background: Colour(20, 20, 20))
      drawing.add(.rectangle(Double(step * 3), Double(step), 6, 9), fill: Colour(255, 0, 0))
      // One frame like the one before.
      if step == 5 { drawing = Drawing(width: 37, height: 23, background: Colour(20, 20, 20)) }
      if step == 6 { drawing = Drawing(width: 37, height: 23, background: Colour(20, 20, 20)) }
      rasters.append(Raster(drawing))
      gif.append(rasters[step], delay: Double(step) / 10)
    }
    let decoded = try DecodedGIF(gif.bytes)
    #expect((decoded.width, decoded.height) == (37, 23))
    #expect(decoded.isLooping)
    #expect(decoded.delays == [2, 10, 20, 30, 40, 50, 60, 70, 80])
    #expect(decoded.frames == rasters.map(packed))
  }

  @Test("GIFs of more colours than fit keep flat areas exact and the rest near")
  func quantisedGIF() throws {
    var drawing = Drawing(width: 200, height: 100, background: Colour(1, 2, 3))
    for x in 0..<100 {
      for y in 0..<50 {
        let colour = Colour(UInt8(x * 2), UInt8(y * 5), UInt8((x * 7 + y * 13) % 256))
        drawing.add(.rectangle(Double(x), Double(y), 1, 1), fill: colour)
      }
    }
    let raster = Raster(drawing)
    var gif = GIF(width: 200, height: 100)
    gif.append(raster, delay: 1)
    let shown = try DecodedGIF(gif.bytes).frames[0]
    let wanted = packed(raster)
    #expect(Set(shown).count <= 256)
    var error = 0
    for (a, b) in zip(shown, wanted) {
      if b == 0x010203 { #expect(a == b) }
      for shift in [0, 8, 16] as [UInt32] {
        error += abs(Int(a >> shift & 255) - Int(b >> shift & 255))
      }
    }
    // 5,000 pixels of three channels; the colours of a cube in 255 parts are some 20 apart.
    #expect(Double(error) / 15_000 < 14)
  }

  @Test("GIFs of noise, whose table of codes overflows, come back too")
  func noisyGIF() throws {
    var drawing = Drawing(width: 160, height: 160, background: .black)
    var state: UInt32 = 1
    for x in 0..<160 {
      for y in 0..<160 {
        state = state &* 1_664_525 &+ 1_013_904_223
        let level = UInt8(state >> 24) & 0xFC
        drawing.add(
          .rectangle(Double(x), Double(y), 1, 1), fill: Colour(level, level, level))
      }
    }
    let raster = Raster(drawing)
    var gif = GIF(width: 160, height: 160)
    gif.append(raster, delay: 1)
    let decoded = try DecodedGIF(gif.bytes)
    #expect(decoded.frames == [packed(raster)])
    #expect(!decoded.isLooping)
  }

  @Test("PNGs have the header, the chunks and the checksums of their format")
  func png() throws {
    let bytes = Raster(width: 3, height: 2, filledWith: Colour(1, 2, 3)).png
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    #expect(
      Array(bytes[8..<33]) == [
        0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0x12, 0x16,
        0xF1, 0x4D,
      ])
    #expect(
      Array(bytes.suffix(12)) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    let clear = Raster(width: 3, height: 2).png
    #expect(clear[25] == 6, "an alpha channel where something shows through")
  }

  @Test("an animation of drawings becomes a GIF of its size and times")
  func animation() throws {
    let drawings = [Colour.white, .black].map { Drawing(width: 4, height: 3, background: $0) }
    let gif = AnimatedDrawing(drawings, delay: 0.1, lastDelay: 1.5).gif(scale: 2)
    let decoded = try DecodedGIF(gif)
    #expect((decoded.width, decoded.height) == (8, 6))
    #expect(decoded.delays == [10, 150])
    #expect(decoded.frames.map { Set($0) } == [[0xFFFFFF], [0]])
  }
}
