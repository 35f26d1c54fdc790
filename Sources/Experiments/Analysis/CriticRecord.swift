internal import Agents
internal import Documents
internal import Reports
internal import TensorCore

/// What a critic said at each step, beside what is true and what came.
struct CriticRecord {
  private struct Point {
    var time: Int
    var predicted: Double
    var exact: Double
    var came: Double
    var isSolved: Bool
  }

  private var points: [Point] = []

  mutating func add(time: Int, predicted: Double, exact: Double, came: Double, isSolved: Bool) {
    points.append(
      Point(time: time, predicted: predicted, exact: exact, came: came, isSolved: isSolved))
  }

  func measures(phaseStarts: [Int]) -> Measures {
    var measures: Measures = phaseStarts.enumerated().dropFirst().map { phase, start in
      let shown = points.filter { $0.time == start }
      let mean = Self.mean(shown.map(\.exact)) ?? 0
      return (
        "auroc_phase_\(phase + 1)",
        Self.known(
          Forecast.areaUnderROC(shown.map(\.predicted), shown.map { $0.exact > mean }))
      )
    }
    let correlation = Correlation.pearson(points.map(\.predicted), points.map(\.exact))
    measures += [
      ("correlation", Self.known(correlation)),
      ("mean_absolute_error", Self.mean(points.map { abs($0.predicted - $0.exact) })),
      (
        "squared_error",
        Self.mean(points.map { ($0.predicted - $0.came) * ($0.predicted - $0.came) })
      ),
      (
        "squared_error_exact", Self.mean(points.map { ($0.exact - $0.came) * ($0.exact - $0.came) })
      ),
      ("calibration_error", calibrationError(bins: 10)),
    ]
    return measures
  }

  /// By step, for solved episodes and others: mean prediction and mean exact expectation.
  var curves: Document {
    func curve(_ isSolved: Bool) -> Document {
      let own = Dictionary(grouping: points.filter { $0.isSolved == isSolved }, by: \.time)
      return .array(
        own.keys.sorted().map { time in
          let shown = own[time] ?? []
          return [
            "step": .integer(time), "episodes": .integer(shown.count),
            "predicted": Self.mean(shown.map(\.predicted)).document,
            "exact": Self.mean(shown.map(\.exact)).document,
          ]
        })
    }
    return ["solved": curve(true), "unsolved": curve(false)]
  }

  private func calibrationError(bins: Int) -> Double? {
    let sorted = points.sorted { $0.predicted < $1.predicted }
    guard !sorted.isEmpty else { return nil }
    var sum = 0.0
    for bin in 0..<bins {
      let own = sorted[(bin * sorted.count / bins)..<((bin + 1) * sorted.count / bins)]
      guard let predicted = Self.mean(own.map(\.predicted)), let came = Self.mean(own.map(\.came))
      else { continue }
      sum += Double(own.count) * abs(predicted - came)
    }
    return sum / Double(sorted.count)
  }

  /// `nil` for what is not known.
  private static func known(_ value: Double) -> Double? { value.isFinite ? value : nil }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

/// What the last phase of solved episodes looks at in the phase that decided them.
struct Gaze {
  private let phaseStarts: [Int]
  private var episodes = 0
  private var hits = 0
  private var chance = 0.0

  init(phaseStarts: [Int]) { self.phaseStarts = phaseStarts }

  /// - Parameters:
  ///   - layers: over windows that hold whole episodes.
  ///   - expectations: `[windows][steps]` The exact expected return.
  mutating func add(
    _ layers: [AttentionWeights], of model: DecisionTransformer, expectations: [[Double]]
  ) {
    guard let last = phaseStarts.last, !layers.isEmpty else { return }
    for (window, expected) in expectations.enumerated() where expected.count > last {
      let rises = (1...last).map { expected[$0] - expected[$0 - 1] }
      guard let key = rises.indices.max(by: { rises[$0] < rises[$1] }) else { continue }
      let phase = phaseStarts.lastIndex { $0 <= key } ?? 0
      let steps =
        phaseStarts[phase]..<(phase + 1 < phaseStarts.count ? phaseStarts[phase + 1] : last)
      var attention = [Double](repeating: 0, count: steps.count)
      for layer in layers {
        for step in last..<expected.count {
          guard let query = model.place(of: .observation, atStep: step) else { continue }
          for (index, seen) in steps.enumerated() {
            for token in 0..<model.tokensPerStep {
              for head in 0..<layer.heads {
                attention[index] += Double(
                  layer[
                    window: window, head: head, query: query,
                    key: seen * model.tokensPerStep + token])
              }
            }
          }
        }
      }
      let best = attention.indices.sorted { attention[$0] > attention[$1] }.prefix(3)
      let wanted = [key, key + 1].filter { steps.contains($0) }.map { $0 - steps.lowerBound }
      episodes += 1
      if best.contains(where: { wanted.contains($0) }) { hits += 1 }
      chance += Self.chance(of: wanted.count, in: 3, from: steps.count)
    }
  }

  /// The probability that `drawn` of `count` things hold one of `wanted`.
  private static func chance(of wanted: Int, in drawn: Int, from count: Int) -> Double {
    1
      - (0..<min(drawn, count)).reduce(1) { left, taken in
        left * Double(max(count - wanted - taken, 0)) / Double(count - taken)
      }
  }

  var measures: Measures {
    guard episodes > 0 else { return [] }
    return [
      ("solved_episodes", Double(episodes)),
      ("key_step_in_top_3", Double(hits) / Double(episodes)),
      ("key_step_in_top_3_by_chance", chance / Double(episodes)),
    ]
  }
}
