public import Documents
internal import Reports

/// What a picture's file is.
public enum PictureFormat: String, Sendable, CaseIterable {
  case gif, png, svg

  /// The format that a path's ending names; its case does not count.
  public init?(path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }
}

/// A film as a file: an animation, or a sheet of some steps.
public struct FilmFile {
  public let bytes: [UInt8]
  private let format: PictureFormat
  private let film: Film
  private let frames: Int
  /// In pixels.
  public let width: Int
  public let height: Int

  /// Steps on a sheet where nobody chose.
  private static let stepsPerSheet = 12
  /// Pixels that one picture may have.
  private static let pixelLimit = 64_000_000

  /// Draws the file.
  ///
  /// - Parameters:
  ///   - square: pixels per square of the grid.
  ///   - delay: seconds per step.
  ///   - steps: what to draw on a sheet; empty for an animation where the format has one, else for
  ///     steps spread over the episode.
  /// - Throws: ``PictureError`` where the episode has no such step, or the picture is too large.
  public init(
    _ film: Film, format: PictureFormat, square: Int, delay: Double, hasCaption: Bool, steps: [Int]
  ) throws(PictureError) {
    self.film = film
    self.format = format
    let drawing = FilmDrawing(film, square: Double(square), hasCaption: hasCaption)
    if steps.isEmpty, format != .png {
      let animation = drawing.animation(delay: delay)
      (width, height) = try Self.size(animation.frames[0])
      frames = animation.frames.count
      bytes = format == .gif ? animation.gif() : Array(animation.svg.utf8)
      return
    }
    let chosen = try steps.isEmpty ? film.spread(Self.stepsPerSheet) : film.frames(at: steps)
    let sheet = chosen.count == 1 ? drawing.drawing(of: chosen[0]) : drawing.sheet(of: chosen)
    (width, height) = try Self.size(sheet)
    frames = chosen.count
    bytes = format == .svg ? Array(sheet.svg.utf8) : Raster(sheet).png
  }

  private static func size(_ drawing: Drawing) throws(PictureError) -> (Int, Int) {
    let (width, height) = (Int(drawing.width.rounded(.up)), Int(drawing.height.rounded(.up)))
    guard width * height <= pixelLimit, max(width, height) <= 65_535 else {
      throw PictureError(
        "a picture of \(width) × \(height) pixels is too large; choose a smaller --size")
    }
    return (width, height)
  }

  /// A line about the file.
  public var summary: String {
    let count = frames == 1 ? "1 step" : "\(frames) steps"
    let last = film.frames[film.frames.count - 1]
    return "\(count) of \(film.environment) (\(film.actor)), \(width) × \(height) pixels, return "
      + Format.number(last.total)
  }

  /// The same for scripts.
  public func document(path: String) -> Document {
    let last = film.frames[film.frames.count - 1]
    return .object([
      "schema_version": 1, "path": .string(path), "format": .string(format.rawValue),
      "environment": .string(film.environment), "actor": .string(film.actor),
      "steps_drawn": .integer(frames), "width": .integer(width), "height": .integer(height),
      "length": .integer(last.step), "return": .number(last.total), "ending": .string(last.ending),
    ])
  }
}

extension Film {
  /// The numbers of all overlays, from the least to the largest.
  public var overlayRange: ClosedRange<Double>? {
    GridOverlay.range(of: frames.compactMap(\.overlay))
  }

  /// The frames of some steps.
  public func frames(at steps: [Int]) throws(PictureError) -> [Frame] {
    var chosen: [Frame] = []
    for step in steps {
      guard frames.indices.contains(step) else {
        throw PictureError("the episode has no step \(step); it has steps 0 to \(frames.count - 1)")
      }
      chosen.append(frames[step])
    }
    return chosen
  }
}
