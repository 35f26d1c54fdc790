internal import CKernels
package import Parallel

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as PyTorch computes it:
///
///     m ← β₁ m + (1 − β₁) g          v ← β₂ v + (1 − β₂) g²
///     p ← p (1 − rate · decay) − rate · m / (1 − β₁ᵗ) / (√v / √(1 − β₂ᵗ) + ε)
///
/// Decay applies to parameters whose specification says so. A parameter that got no gradient is
/// left alone, as PyTorch leaves one whose `grad` is `None`.
///
/// A class because moments are as large as the model and are updated in place.
package final class AdamW: @unchecked Sendable {
  package struct Settings: Sendable, Equatable {
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    package var weightDecay: Double
    /// Decay every parameter, not only those whose specification asks for it.
    package var decaysAll: Bool

    package init(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
      weightDecay: Double = 1e-4, decaysAll: Bool = false
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
      self.decaysAll = decaysAll
    }
  }

  package let settings: Settings
  /// By name; a group that is not here is updated at every step at the full rate.
  private let groups: [String: ParameterGroup]
  package let firstMoments: ParameterBuffer
  package let secondMoments: ParameterBuffer
  /// Updates made so far (t).
  package var updateCount = 0

  package init(_ settings: Settings, groups: [ParameterGroup] = [], for store: ParameterStore) {
    self.settings = settings
    self.groups = Dictionary(uniqueKeysWithValues: groups.map { ($0.name, $0) })
    firstMoments = ParameterBuffer(like: store)
    secondMoments = ParameterBuffer(like: store)
  }

  /// What of the moments holds NaN or infinity first, in words.
  package var firstNonFinite: String? {
    firstMoments.firstNonFiniteOfAll.map { "the first moment of \($0)" }
      ?? secondMoments.firstNonFiniteOfAll.map { "the second moment of \($0)" }
  }

  /// Takes one step with `gradients · gradientScale`.
  package func update(
    _ store: ParameterStore, gradients: ParameterBuffer, rate: Double, gradientScale: Double,
    on pool: WorkerPool
  ) {
    updateCount += 1
    pool.run(store.specifications.count) { [self] index, _ in
      let specification = store.specifications[index]
      let group = groups[specification.group] ?? ParameterGroup(specification.group)
      guard gradients.isWritten[index], updateCount % group.period == 0 else { return }
      let rate = rate * group.rateFactor
      let updates = updateCount / group.period
      let correction1 = 1 - power(settings.beta1, updates)
      let correction2 = (1 - power(settings.beta2, updates)).squareRoot()
      let offset = specification.offset
      let decay = settings.decaysAll || specification.decays ? settings.weightDecay : 0
      hs_adamw(
        store.start + offset, gradients.start + offset, firstMoments.start + offset,
        secondMoments.start + offset, Float(rate), Float(decay), Float(settings.beta1),
        Float(settings.beta2), Float(correction1), Float(correction2), Float(settings.epsilon),
        Float(gradientScale), specification.count)
    }
  }
}

/// `base` to a whole exponent, by repeated squaring.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var left = exponent
  while left > 0 {
    if left & 1 == 1 { result *= square }
    square *= square
    left >>= 1
  }
  return result
}
