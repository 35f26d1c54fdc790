import Foundation
import Reports
import Testing

@Suite("A drawing in pixels")
struct RasterTests {
  /// How many pixels black covers on white, antialiased ones in part.
  private func coverage(_ shape: Drawing.Shape, stroke: Double? = nil, scale: Double = 1) -> Double
  {
    var drawing = Drawing(width: 60, height: 50, background: .white)
    drawing.add(
      shape, fill: stroke == nil ? .black : nil, stroke: stroke.map { .init(.black, width: $0) })
    let raster = Raster(drawing, scale: scale)
    var sum = 0.0
    for y in 0..<raster.height {
      for x in 0..<raster.width { sum += Double(255 - raster[x, y].red) / 255 }
    }
    return sum
  }

  @Test("covers as much as the shape's area, wherever its edges are")
  func areas() {
    func expect(_ found: Double, _ area: Double) {
      // Each of the pixels on an edge is rounded to 255 levels.
      #expect(abs(found - area) < 0.3, "\(found) pixels instead of \(area)")
    }
    expect(coverage(.rectangle(3.25, 4.5, 10.5, 7.75)), 10.5 * 7.75)
    expect(coverage(.circle(20.3, 19.6, 12.4)), .pi * 12.4 * 12.4)
    expect(coverage(.circle(20.3, 19.6, 0.8)), .pi * 0.64)
    expect(coverage(.polygon([.init(2, 3), .init(41.5, 10.25), .init(7, 40)])), 712.625)
    expect(
      coverage(.rectangle(x: 5, y: 5, width: 30, height: 20, radius: 6)),
      600 - (4 - .pi) * 36)
    expect(coverage(.rectangle(1, 1, 5, 4), scale: 2.5), 5 * 4 * 6.25)
    // Both directions of turning.
    expect(coverage(.polygon([.init(2, 2), .init(2, 8), .init(9, 8), .init(9, 2)])), 42)
  }

  @Test("draws lines as wide as they are, with round ends and without gaps at corners")
  func strokes() {
    let line = coverage(.line(10, 10, 30, 10), stroke: 4)
    #expect(abs(line - (80 + .pi * 4)) < 0.3)
    let corner = coverage(
      .polyline([.init(10, 10), .init(30, 10), .init(30, 30)]), stroke: 4)
    // Two lines of 20, a rounded corner: where they meet, nothing counts twice.
    #expect(abs(corner - (160 + .pi * 4 - 4 + .pi)) < 1)
    // Many short pieces, whose parts of a pixel on the edge must not add up; taking the largest
    // part loses a little instead.
    let ring = coverage(.circle(25, 25, 10.3), stroke: 4)
    #expect(abs(ring - 2 * .pi * 10.3 * 4) < 4)
    let frame = coverage(.rectangle(10, 10, 20, 20), stroke: 2)
    #expect(abs(frame - (22 * 22 - 18 * 18 - (4 - .pi))) < 0.5)
  }

  @Test("cuts what lies outside the picture")
  func cuts() {
    #expect(abs(coverage(.rectangle(-10, -10, 20, 20)) - 100) < 0.01)
    #expect(abs(coverage(.circle(0, 0, 20)) - .pi * 100) < 0.3)
    #expect(coverage(.circle(200, 20, 20)) == 0)
    #expect(abs(coverage(.rectangle(50, 40, 100, 100)) - 100) < 0.01)
    #expect(abs(coverage(.polygon([.init(-50, 10), .init(110, 10), .init(30, 60)])) - 2277.5) < 2)
  }

  @Test("mixes transparent colours with what is below, by Porter and Duff's rule")
  func blends() {
    var drawing = Drawing(width: 2, height: 1, background: Colour(100, 0, 0))
    drawing.add(.rectangle(0, 0, 1, 1), fill: Colour(200, 100, 0, alpha: 51))
    #expect(Raster(drawing)[0, 0] == Colour(120, 20, 0))
    #expect(Raster(drawing)[1, 0] == Colour(100, 0, 0))
    drawing.background = .clear
    #expect(Raster(drawing)[0, 0] == Colour(200, 100, 0, alpha: 51))
    #expect(Raster(drawing)[1, 0] == .clear)
    #expect(!Raster(drawing).isOpaque)
    drawing.add(.rectangle(0, 0, 1, 1), fill: Colour(0, 0, 0, alpha: 51))
    // 51 of 255 on 51 of 255: opacity 0.36, of which the lower has 0.16.
    #expect(Raster(drawing)[0, 0] == Colour(89, 44, 0, alpha: 92))
  }

  @Test("moves and scales nested drawings")
  func nests() {
    var inner = Drawing(width: 4, height: 4, background: .black)
    inner.add(.rectangle(1, 1, 1, 1), fill: .white)
    var outer = Drawing(width: 20, height: 20, background: .white)
    outer.add(inner, at: .init(2, 4), scale: 3)
    let raster = Raster(outer)
    #expect(raster[1, 4] == .white)
    #expect(raster[2, 4] == .black)
    #expect(raster[4, 7] == .black)
    #expect(raster[5, 7] == .white)
    #expect(raster[7, 9] == .white)
    #expect(raster[8, 10] == .black)
    #expect(raster[13, 15] == .black)
    #expect(raster[14, 15] == .white)
  }

  @Test("has a letter for every character of ASCII, and a box for others")
  func letters() {
    func picture(_ text: String) -> Raster {
      var drawing = Drawing(width: 30, height: 30, background: .white)
      drawing.add(Drawing.Text(text, at: .init(5, 22), size: 20))
      return Raster(drawing)
    }
    let box = picture("\u{4E00}")
    var seen: [Raster] = []
    for code in UInt8(0x21)...0x7E {
      let letter = picture(String(UnicodeScalar(code)))
      #expect(letter != box)
      if seen.contains(letter) { Issue.record("\(UnicodeScalar(code)) looks like another") }
      seen.append(letter)
    }
    #expect(box != picture(" "))
  }

  @Test("anchors text at its start, middle or end")
  func anchors() {
    func columns(_ anchor: Drawing.Text.Anchor) -> ClosedRange<Int> {
      var drawing = Drawing(width: 100, height: 20, background: .white)
      drawing.add(Drawing.Text("HH", at: .init(50, 15), size: 10, anchor: anchor))
      let raster = Raster(drawing)
      let dark = (0..<100).filter { x in (0..<20).contains { raster[x, $0] != .white } }
      return (dark.first ?? 0)...(dark.last ?? 0)
    }
    #expect(columns(.start).lowerBound == 49)
    #expect(columns(.end).upperBound == 50)
    let middle = columns(.middle)
    #expect(middle.lowerBound + middle.upperBound == 99)
  }
}
