/// A picture of pixels.
public struct Raster: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `[height, width, 4]` Red, green, blue and opacity of each pixel, rows from the top; colours are
  /// not multiplied with the opacity.
  public private(set) var pixels: [UInt8]

  /// A picture of one colour.
  public init(width: Int, height: Int, filledWith colour: Colour = .clear) {
    precondition(width > 0 && height > 0, "a raster of \(width) × \(height) pixels")
    (self.width, self.height) = (width, height)
    pixels = [UInt8](repeating: 0, count: width * height * 4)
    guard colour != .clear else { return }
    for index in 0..<width * height { set(index, colour) }
  }

  /// Draws a drawing, antialiased.
  ///
  /// - Parameter scale: pixels per unit of the drawing.
  public init(_ drawing: Drawing, scale: Double = 1) {
    precondition(scale > 0, "scale is \(scale), must be positive")
    self.init(
      width: max(1, Int((drawing.width * scale).rounded(.up))),
      height: max(1, Int((drawing.height * scale).rounded(.up))),
      filledWith: drawing.background)
    draw(drawing.elements, Placement(offset: Drawing.Point(0, 0), scale: scale))
  }

  public subscript(x: Int, y: Int) -> Colour {
    let place = (y * width + x) * 4
    return Colour(pixels[place], pixels[place + 1], pixels[place + 2], alpha: pixels[place + 3])
  }

  /// Whether no pixel lets anything through.
  public var isOpaque: Bool {
    stride(from: 3, to: pixels.count, by: 4).allSatisfy { pixels[$0] == 255 }
  }

  /// Colours the pixels that outlines cover together, each as far as it is covered.
  ///
  /// Of a pixel that several outlines cover in part, the largest part counts. That is right where
  /// one lies in another, as the pieces of a line do at its corners.
  mutating func paint(_ colour: Colour, over outlines: [[Drawing.Point]]) {
    let masks = outlines.map { Mask($0, width: width, height: height) }
      .filter { !$0.rows.isEmpty && !$0.columns.isEmpty }
    guard colour.alpha > 0, let left = masks.map(\.columns.lowerBound).min(),
      let right = masks.map(\.columns.upperBound).max(),
      let top = masks.map(\.rows.lowerBound).min(),
      let bottom = masks.map(\.rows.upperBound).max()
    else { return }
    let columns = right - left
    var covered = [Float](repeating: 0, count: columns * (bottom - top))
    for mask in masks {
      for y in mask.rows {
        var place = (y - top) * columns + mask.columns.lowerBound - left
        for share in mask.coverage(ofRow: y) {
          covered[place] = max(covered[place], share)
          place += 1
        }
      }
    }
    let opacity = Float(colour.alpha) / 255
    for (place, share) in covered.enumerated() where share > 0 {
      let (y, x) = place.quotientAndRemainder(dividingBy: columns)
      blend((top + y) * width + left + x, colour, share * opacity)
    }
  }

  /// Porter and Duff's "over":
  ///
  ///     a' = a + b (1 - a),    c' = (c a + d b (1 - a)) / a'
  ///
  /// with a and c of the source, b and d of the pixel.
  private mutating func blend(_ index: Int, _ colour: Colour, _ a: Float) {
    let place = index * 4
    if a >= 0.999 {
      set(index, Colour(colour.red, colour.green, colour.blue))
      return
    }
    let below = Float(pixels[place + 3]) / 255 * (1 - a)
    let sum = a + below
    guard sum > 0 else { return }
    func mix(_ new: UInt8, _ old: UInt8) -> UInt8 {
      UInt8(((Float(new) * a + Float(old) * below) / sum).rounded())
    }
    pixels[place] = mix(colour.red, pixels[place])
    pixels[place + 1] = mix(colour.green, pixels[place + 1])
    pixels[place + 2] = mix(colour.blue, pixels[place + 2])
    pixels[place + 3] = UInt8((sum * 255).rounded())
  }

  private mutating func set(_ index: Int, _ colour: Colour) {
    let place = index * 4
    pixels[place] = colour.red
    pixels[place + 1] = colour.green
    pixels[place + 2] = colour.blue
    pixels[place + 3] = colour.alpha
  }
}
