import Datasets
import Documents
import Environments
import Randomness

/// Datasets made up for tests.
enum Sample {
  /// A grid picture and a number; three actions that count from 1.
  static let pictured = Space.dictionary([
    .init("carrying", .discrete(count: 4)),
    .init(
      "image",
      .box(
        shape: [3, 3, 2], low: 0, high: 255, element: .uint8, meaning: .image(categories: [11, 0]))),
  ])

  static func header(
    observations: Space = .box(shape: [2], low: 0, high: 1),
    actions: Space = .discrete(count: 3, start: 1), seed: UInt64 = UInt64.max
  ) -> DatasetHeader {
    DatasetHeader(
      environment: "corridor", environmentConfiguration: ["length": 7, "horizon": 30],
      observationSpace: observations, actionSpace: actions,
      behaviourPolicy: ["id": "random", "épsilon": 0.5], seed: seed, creator: "hindsight 0.0.0",
      configuration: ["collect": ["episodes": 10], "note": "\u{1F511}"])
  }

  /// Episodes of random lengths and numbers.
  ///
  /// - Parameter isUnfinished: whether the last episode has no end.
  static func dataset(
    _ header: DatasetHeader = header(), episodes: Int = 10, lengths: ClosedRange<Int> = 1...9,
    seed: UInt64 = 0, isUnfinished: Bool = false
  ) -> Dataset {
    var builder = DatasetBuilder(header)
    for episode in 0..<episodes {
      append(
        to: &builder, header, episode: episode, lengths: lengths, seed: seed,
        isUnfinished: isUnfinished && episode == episodes - 1)
    }
    return builder.takeDataset()
  }

  /// Episode number `episode` of ``dataset(_:episodes:lengths:seed:isUnfinished:)``.
  static func episode(
    _ number: Int, _ header: DatasetHeader = header(), lengths: ClosedRange<Int> = 1...9
  ) -> Episode {
    var builder = DatasetBuilder(header)
    append(to: &builder, header, episode: number, lengths: lengths, seed: 0, isUnfinished: false)
    return builder.takeDataset()[episode: 0]
  }

  private static func append(
    to builder: inout DatasetBuilder, _ header: DatasetHeader, episode: Int,
    lengths: ClosedRange<Int>, seed: UInt64, isUnfinished: Bool
  ) {
    var random = RandomStream(seed: seed, "sample", UInt64(episode))
    func row() -> [Float] {
      header.observationSpace.leaves.flatMap { leaf in
        (0..<leaf.width).map { _ in
          switch leaf.element {
          case .float32, .float64: Float(random.uniform())
          default: Float(random.integer(below: 4))
          }
        }
      }
    }
    builder.beginEpisode(seed: UInt64(episode) &* 0x9E37_79B9_7F4A_7C15)
    let length = lengths.lowerBound + random.integer(below: lengths.count)
    for step in 0..<length {
      let isLast = step == length - 1
      let endsByRule = random.integer(below: 2) == 0
      let action: Action =
        switch header.actionSpace {
        case .discrete(let count, let start): .discrete(start + random.integer(below: count))
        default:
          .continuous((0..<header.actionSpace.width).map { _ in Float(random.uniform()) })
        }
      let seen = row()
      builder.append(
        observation: seen.span, action: action,
        outcome: Outcome(
          reward: Double(random.integer(below: 5)) / 4,
          isTerminated: isLast && endsByRule && !isUnfinished,
          isTruncated: isLast && !endsByRule && !isUnfinished),
        behaviourLogProbability: -random.uniform())
    }
    let last = row()
    builder.endEpisode(finalObservation: last.span, isSolved: episode % 3 == 0)
  }

  /// A dataset with given returns, one step per episode unless `lengths` says otherwise; the
  /// observation of step `t` of episode `e` is `[e, t]`.
  static func dataset(returns: [Double], lengths: [Int]? = nil) -> Dataset {
    let space = Space.box(shape: [2], low: 0, high: .infinity)
    var builder = DatasetBuilder(header(observations: space, actions: .discrete(count: 2)))
    for (episode, value) in returns.enumerated() {
      let length = lengths?[episode] ?? 1
      builder.beginEpisode(seed: UInt64(episode))
      for step in 0..<length {
        let isLast = step == length - 1
        let seen = [Float(episode), Float(step)]
        builder.append(
          observation: seen.span, action: .discrete(step % 2),
          outcome: Outcome(
            reward: isLast ? value : 0, isTerminated: isLast, isTruncated: false),
          behaviourLogProbability: -1)
      }
      let last = [Float(episode), Float(length)]
      builder.endEpisode(
        finalObservation: last.span, isSolved: value > 0)
    }
    return builder.takeDataset()
  }
}

/// The text of the error that `body` throws.
func text(of body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}
