/// How much of each pixel an outline covers.
///
/// Every edge adds, to the pixels of its rows, the signed area between itself and the right side;
/// a sum along the row then gives the exact share that is inside (the method of font-rs).
///
///     coverage = min(|sum of signed areas up to here|, 1)
struct Mask {
  /// The pixels that may be covered.
  let columns: Range<Int>
  let rows: Range<Int>
  /// `[rows, columns + 2]` What each edge adds where it is.
  private var changes: [Float]
  private let stride: Int

  /// Covers what is within a closed outline, cut to the picture.
  ///
  /// - Parameter outline: its corners; the first need not be repeated at the end.
  init(_ outline: [Drawing.Point], width: Int, height: Int) {
    var low = Drawing.Point(.infinity, .infinity)
    var high = Drawing.Point(-.infinity, -.infinity)
    for point in outline {
      low = Drawing.Point(min(low.x, point.x), min(low.y, point.y))
      high = Drawing.Point(max(high.x, point.x), max(high.y, point.y))
    }
    func range(_ low: Double, _ high: Double, _ limit: Int) -> Range<Int> {
      guard low < high, low < Double(limit), high > 0 else { return 0..<0 }
      return Int(max(low, 0).rounded(.down))..<Int(min(high, Double(limit)).rounded(.up))
    }
    columns = range(low.x, high.x, width)
    rows = range(low.y, high.y, height)
    stride = columns.count + 2
    changes = [Float](repeating: 0, count: rows.count * stride)
    guard !columns.isEmpty, var last = outline.last, outline.count > 2 else { return }
    for point in outline {
      addEdge(from: last, to: point)
      last = point
    }
  }

  private mutating func addEdge(from start: Drawing.Point, to end: Drawing.Point) {
    guard start.y != end.y else { return }
    let sign: Float = start.y < end.y ? 1 : -1
    let (top, bottom) = start.y < end.y ? (start, end) : (end, start)
    let slope = (bottom.x - top.x) / (bottom.y - top.y)
    let first = max(rows.lowerBound, Int(max(top.y, 0).rounded(.down)))
    let limit = Double(columns.count)
    for y in first..<max(first, rows.upperBound) {
      let (from, to) = (max(Double(y), top.y), min(Double(y + 1), bottom.y))
      guard from < to else { break }
      func x(_ y: Double) -> Double {
        let x = top.x + (y - top.y) * slope - Double(columns.lowerBound)
        return min(max(x, 0), limit)
      }
      let (x0, x1) = (x(from), x(to))
      add(
        row: (y - rows.lowerBound) * stride, Float(min(x0, x1)), Float(max(x0, x1)),
        height: Float(to - from) * sign)
    }
  }

  /// Adds a piece of an edge that lies within one row of pixels, from `x0` to `x1`.
  private mutating func add(row: Int, _ x0: Float, _ x1: Float, height: Float) {
    let first = Int(x0)
    let last = Int(x1.rounded(.up))
    if last <= first + 1 {
      let right = (x0 + x1) / 2 - Float(first)
      changes[row + first] += height * (1 - right)
      changes[row + first + 1] += height * right
      return
    }
    // The covered area to the left of each pixel's right side grows as a parabola, a line and a
    // parabola; the buffer holds its second differences.
    let perPixel = 1 / (x1 - x0)
    func covered(upTo x: Float) -> Float {
      if x <= x0 { return 0 }
      let inside = min(x, x1) - x0
      return perPixel * inside * inside / 2 + max(x - x1, 0)
    }
    var before: (area: Float, share: Float) = (0, 0)
    for pixel in first...last {
      let area = covered(upTo: Float(pixel + 1))
      let share = area - before.area
      changes[row + pixel] += height * (share - before.share)
      before = (area, share)
    }
  }

  /// The covered share of each pixel of a row, in `0...1`.
  func coverage(ofRow y: Int) -> [Float] {
    let row = (y - rows.lowerBound) * stride
    var sum: Float = 0
    return (0..<columns.count).map { x in
      sum += changes[row + x]
      let coverage = min(abs(sum), 1)
      return coverage < 0.002 ? 0 : coverage
    }
  }
}
