#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How much of each step's action is imitated: `min(exp(inverseTemperature · advantage), limit)`.
func advantageWeights(
  _ advantages: [Float], inverseTemperature: Double, limit: Double
) -> [Float] {
  advantages.map { Float(min(exp(inverseTemperature * Double($0)), limit)) }
}
