import Reports
import Testing

@Suite("A drawing as SVG")
struct SVGTests {
  @Test("is this document, with text kept as text and escaped")
  func golden() {
    var drawing = Drawing(width: 40, height: 20.5, background: .white)
    drawing.add(.rectangle(1, 2, 3, 4), fill: Colour(255, 0, 16))
    drawing.add(
      .rectangle(x: 0, y: 0, width: 8, height: 8, radius: 2),
      stroke: Drawing.Stroke(.black.opacity(0.5), width: 1.5))
    drawing.add(.circle(5, 6, 1.0 / 3), fill: .black.opacity(0.2))
    drawing.add(.polygon([.init(0, 0), .init(1, 0), .init(0, -1)]), fill: .black)
    drawing.add(.line(0, 0, 2, 2), fill: .black, stroke: .init(.black, width: 1))
    drawing.add(.init("a < b & \"c\"\u{1B}", at: .init(1, 10), size: 9, anchor: .middle))
    var inner = Drawing(width: 2, height: 2)
    inner.add(.circle(1, 1, 1), fill: .white)
    drawing.add(inner, at: .init(3, 4), scale: 2)
    #expect(
      drawing.svg == """
        <svg xmlns="http://www.w3.org/2000/svg" width="40" height="20.5" viewBox="0 0 40 20.5">
        <rect x="0" y="0" width="40" height="20.5" fill="#ffffff"/>
        <rect x="1" y="2" width="3" height="4" fill="#ff0010"/>
        <rect x="0" y="0" width="8" height="8" rx="2" fill="none" stroke="#000000" \
        stroke-opacity="0.502" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>
        <circle cx="5" cy="6" r="0.333" fill="#000000" fill-opacity="0.2"/>
        <polygon points="0,0 1,0 0,-1" fill="#000000"/>
        <polyline points="0,0 2,2" fill="none" stroke="#000000" stroke-width="1" \
        stroke-linecap="round" stroke-linejoin="round"/>
        <text x="1" y="10" font-family="Helvetica, Arial, sans-serif" font-size="9" \
        text-anchor="middle" fill="#000000">a &lt; b &amp; &quot;c&quot;</text>
        <g transform="translate(3 4) scale(2)"><circle cx="1" cy="1" r="1" fill="#ffffff"/></g>
        </svg>

        """)
  }

  @Test("writes what does not change between frames once, and shows the rest in its time")
  func animation() {
    func frame(_ x: Double) -> Drawing {
      var drawing = Drawing(width: 10, height: 10)
      drawing.add(.rectangle(0, 0, 10, 10), fill: .black)
      drawing.add(.circle(x, 5, 1), fill: .white)
      return drawing
    }
    let svg = AnimatedDrawing([frame(1), frame(2), frame(2), frame(1)], delay: 0.25).svg
    #expect(
      svg == """
        <svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" viewBox="0 0 10 10">
        <rect x="0" y="0" width="10" height="10" fill="#000000"/>
        <circle cx="1" cy="5" r="1" fill="#ffffff"><animate attributeName="display" \
        calcMode="discrete" repeatCount="indefinite" dur="1s" values="inline;none" \
        keyTimes="0;0.250000"/></circle>
        <circle cx="2" cy="5" r="1" fill="#ffffff" display="none"><animate attributeName="display" \
        calcMode="discrete" repeatCount="indefinite" dur="1s" values="none;inline;none" \
        keyTimes="0;0.250000;0.750000"/></circle>
        <circle cx="1" cy="5" r="1" fill="#ffffff" display="none"><animate attributeName="display" \
        calcMode="discrete" repeatCount="indefinite" dur="1s" values="none;inline" \
        keyTimes="0;0.750000"/></circle>
        </svg>

        """)
  }
}
