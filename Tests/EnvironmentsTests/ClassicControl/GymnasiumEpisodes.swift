import Environments
import Foundation
import Testing

/// Episodes that Gymnasium played, as `Fixtures/make_classic_control.py` wrote them.
struct GymnasiumEpisodes: Decodable {
  struct Episode: Decodable {
    var seed: UInt64
    /// The state after `reset(seed)`, in double precision.
    var start: [Double]
    var observation: [Double]
    /// Indices, or the only numbers of boxes.
    var actions: [Double]
    var marks: [Mark]
    var terminated: Bool
    var truncated: Bool
  }

  /// What was seen after `step` steps, and the sum of rewards until then.
  struct Mark: Decodable {
    var step: Int
    var observation: [Double]
    var `return`: Double
  }

  var episodes: [String: [Episode]]

  static func read() throws -> GymnasiumEpisodes {
    let file = try #require(
      Bundle.module.url(
        forResource: "classic_control", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

/// Whether a number is within a millionth of a reference (or of 1, if that is more).
func agrees(_ value: Double, with reference: Double) -> Bool {
  abs(value - reference) <= 1e-6 * max(1, abs(reference))
}
