import Foundation

/// Letters made of lines, for text in pixels; SVG uses the reader's own fonts.
///
/// A letter is drawn on a grid of x from 0 (at most 4) and y from 0 (capitals' tops) over 2 (small
/// letters' tops) and 6 (the base line) to 8 (the lowest tails). It is a list of strokes, separated
/// by spaces; a stroke is a list of grid points, two digits each: `"0006"` is an upright. Where the
/// direction changes by little the corner is rounded, so eight points make an O.
enum StrokeFont {
  /// Width of the strokes as a share of the size.
  static let thickness = 0.085
  /// Size of a grid unit as a share of the size.
  private static let unit = (x: 0.098, y: 0.12)
  /// Grid units between two letters.
  private static let gap = 2.0

  /// The strokes of a text where it stands.
  static func strokes(of text: Drawing.Text) -> [[Drawing.Point]] {
    var x = text.origin.x
    switch text.anchor {
    case .start: break
    case .middle: x -= width(of: text.string) * text.size / 2
    case .end: x -= width(of: text.string) * text.size
    }
    var result: [[Drawing.Point]] = []
    for character in text.string {
      let glyph = glyph(character)
      for stroke in glyph.strokes {
        result.append(
          stroke.map { point in
            Drawing.Point(
              x + point.x * unit.x * text.size,
              text.origin.y + (point.y - 6) * unit.y * text.size)
          })
      }
      x += (glyph.width + gap) * unit.x * text.size
    }
    return result
  }

  /// The width of a text as a share of the size.
  static func width(of string: String) -> Double {
    guard !string.isEmpty else { return 0 }
    return (string.reduce(0) { $0 + glyph($1).width + gap } - gap) * unit.x
  }

  private static func glyph(_ character: Character) -> (width: Double, strokes: [[Drawing.Point]]) {
    if character == " " { return (1.5, []) }
    let code = glyphs[character] ?? "0040460600"
    let strokes = code.split(separator: " ").map { stroke in
      let digits = stroke.utf8.map { Double($0) - Double(UInt8(ascii: "0")) }
      return Swift.stride(from: 0, to: digits.count, by: 2).map {
        Drawing.Point(digits[$0], digits[$0 + 1])
      }
    }
    return (strokes.joined().map(\.x).max() ?? 0, strokes.map(rounded))
  }

  /// The stroke with its gentle corners replaced by parabolas.
  private static func rounded(_ points: [Drawing.Point]) -> [Drawing.Point] {
    guard points.count > 2 else { return points }
    let isClosed = points.first == points.last
    let corners = isClosed ? Array(points.dropLast()) : points
    var result: [Drawing.Point] = []
    for (index, corner) in corners.enumerated() {
      guard isClosed || (index > 0 && index < corners.count - 1) else {
        result.append(corner)
        continue
      }
      let before = corners[(index + corners.count - 1) % corners.count]
      let after = corners[(index + 1) % corners.count]
      let (a, b) = (
        hypot(corner.x - before.x, corner.y - before.y),
        hypot(after.x - corner.x, after.y - corner.y)
      )
      let cosine =
        ((corner.x - before.x) * (after.x - corner.x)
          + (corner.y - before.y) * (after.y - corner.y)) / (a * b)
      guard cosine > 0.6 || (cosine > -0.1 && max(a, b) < 1.5) else {
        result.append(corner)
        continue
      }
      let (reachBefore, reachAfter) = (min(a / 2, 1) / a, min(b / 2, 1) / b)
      func towards(_ point: Drawing.Point, _ share: Double) -> Drawing.Point {
        Drawing.Point(
          corner.x + (point.x - corner.x) * share, corner.y + (point.y - corner.y) * share)
      }
      let (start, end) = (towards(before, reachBefore), towards(after, reachAfter))
      for step in 0...6 {
        let t = Double(step) / 6
        let (u, v, w) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t)
        result.append(
          Drawing.Point(
            u * start.x + v * corner.x + w * end.x, u * start.y + v * corner.y + w * end.y))
      }
    }
    if isClosed, let first = result.first { result.append(first) }
    return result
  }

  private static let glyphs: [Character: String] = [
    "!": "0004 0606", "\"": "0002 1012", "#": "1016 3036 0242 0444",
    "$": "413010010213334445361605 2026", "%": "0640 0010110100 3545463635",
    "&": "4612112031320405162644", "'": "0002", "(": "10010617", ")": "00111607",
    "*": "2024 0143 4103", "+": "2125 0343", ",": "1607", "-": "0333", ".": "0606",
    "/": "0630", "0": "102031352616050110", "1": "112026 1636", "2": "01103041420646",
    "3": "01103041423323 334445361605", "4": "36300444", "5": "40000312324345361605",
    "6": "413010010516364544331304", "7": "004016",
    "8": "103041423313020110 133344453616050413", "9": "051636454130100102133342",
    ":": "0303 0606", ";": "1313 1607", "<": "410345", "=": "0242 0444", ">": "014305",
    "?": "01103041422324 2626", "@": "46160501103041443432222434",
    "A": "062046 1434", "B": "0333444536060030414233", "C": "4130100105163645",
    "D": "00063645413000", "E": "40000646 0333", "F": "400006 0333",
    "G": "41301001051636454323", "H": "0006 4046 0343", "I": "0006", "J": "3035261605",
    "K": "0006 4004 1346", "L": "000646", "M": "0600234046", "N": "06004640",
    "O": "103041453616050110", "P": "06003041423303", "Q": "103041453616050110 2446",
    "R": "06003041423303 2346", "S": "413010010213334445361605", "T": "0040 2026",
    "U": "000516364540", "V": "002640", "W": "0016223640", "X": "0046 4006",
    "Y": "002340 2326", "Z": "00400646", "[": "10000717", "\\": "0036", "]": "00101707",
    "^": "022042", "_": "0747", "`": "0011",
    "a": "3322120305162635 3236", "b": "0006 0312223335261605", "c": "3322120305162635",
    "d": "3036 3322120305162635", "e": "04343322120305162635", "f": "201116 0222",
    "g": "3322120305162635 3237281807", "h": "0006 0312223336", "i": "0206 0000",
    "j": "121708 1010", "k": "0006 3205 1436", "l": "000516",
    "m": "0206 03122326 23324346", "n": "0206 0312223336", "o": "122233352616050312",
    "p": "0208 0312223335261605", "q": "3238 3322120305162635", "r": "0206 031222",
    "s": "33221203142435261605", "t": "101526 0222", "u": "0205162635 3236", "v": "022642",
    "w": "0216233642", "x": "0236 3206", "y": "0226 4218", "z": "02320636",
    "{": "20111203141627", "|": "0007", "}": "00111223141607", "~": "04132433",
    "·": "0404", "×": "0235 3205", "–": "0343", "−": "0343", "…": "0606 2626 4646",
    "→": "0343 214325", "°": "0010110100", "±": "2024 0242 0646",
  ]
}
