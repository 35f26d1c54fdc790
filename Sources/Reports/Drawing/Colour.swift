import Foundation

/// A colour of the sRGB space with an opacity, 8 bits each.
public struct Colour: Sendable, Hashable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8
  /// 0 is invisible, 255 hides what is below.
  public var alpha: UInt8

  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8, alpha: UInt8 = 255) {
    (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
  }

  public static let black = Colour(0, 0, 0)
  public static let white = Colour(255, 255, 255)
  public static let clear = Colour(0, 0, 0, alpha: 0)

  /// The same colour with another opacity, in `0...1`.
  public func opacity(_ opacity: Double) -> Colour {
    Colour(red, green, blue, alpha: UInt8((min(max(opacity, 0), 1) * 255).rounded()))
  }

  /// The colour a share of the way to another.
  ///
  /// - Parameter share: in `0...1`; what lies outside is cut.
  public func mixed(with other: Colour, _ share: Double) -> Colour {
    let share = min(max(share, 0), 1)
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + (Double(b) - Double(a)) * share).rounded())
    }
    return Colour(
      mix(red, other.red), mix(green, other.green), mix(blue, other.blue),
      alpha: mix(alpha, other.alpha))
  }

  /// How bright the colour looks, in `0...1` (Rec. 709 weights on the encoded values).
  public var brightness: Double {
    (0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)) / 255
  }

  /// The relative luminance of WCAG 2.2: the linear light of each channel, weighted, in `0...1`.
  public var luminance: Double {
    func linear(_ value: UInt8) -> Double {
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// `#rrggbb`; the opacity is not in it.
  public var hex: String {
    let digits = Array("0123456789abcdef")
    return [red, green, blue].reduce(into: "#") { text, part in
      text.append(digits[Int(part >> 4)])
      text.append(digits[Int(part & 15)])
    }
  }
}

/// Colours for amounts, from few to many.
public struct ColourScale: Sendable, Equatable {
  /// At least two, evenly spaced.
  private let stops: [Colour]

  public init(_ stops: [Colour]) {
    precondition(stops.count >= 2, "a scale of \(stops.count) colours")
    self.stops = stops
  }

  /// The colour for `share`, which is in `0...1`.
  public func callAsFunction(_ share: Double) -> Colour {
    let place = min(max(share, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], place - Double(index))
  }

  /// Viridis (Smith and van der Walt, matplotlib): even steps to every eye, colour-blind ones too.
  public static let viridis = ColourScale([
    Colour(68, 1, 84), Colour(71, 44, 122), Colour(59, 81, 139), Colour(44, 113, 142),
    Colour(33, 144, 141), Colour(39, 173, 129), Colour(92, 200, 99), Colour(170, 220, 50),
    Colour(253, 231, 37),
  ])
}
