internal import Environments

extension DataSummary {
  /// Summarises a dataset.
  ///
  ///     scale = standard deviation + 1e-6, but 1 where an element never changes
  ///
  /// Mean and deviation (of the population) are taken over all steps, in `Double`; final
  /// observations do not count, as in the official Decision Transformer code.
  ///
  /// - Parameters:
  ///   - horizon: steps of the longest episode the environment can give.
  ///   - normalisingObservations: whether mean and scale are those of the data, or 0 and 1.
  public init(of dataset: Dataset, horizon: Int, normalisingObservations: Bool) {
    var moments = ObservationMoments(dataset.header.observationSpace)
    if normalisingObservations {
      moments.sum(dataset)
      moments.beginDeviations()
      moments.deviate(dataset)
    }
    let table = EpisodeTable(of: dataset)
    let distribution = ReturnDistribution(returns: table.returns) { body in
      for episode in 0..<dataset.episodeCount {
        body(dataset.rewards[dataset.steps(ofEpisode: episode)])
      }
    }
    self.init(dataset.header, table, horizon: horizon, moments, distribution)
  }

  /// Summarises some episodes of a dataset that stays in its files, to the same bits.
  ///
  /// - Parameters:
  ///   - episodes: their numbers, in ascending order.
  ///   - table: of those episodes.
  init(
    of reader: DatasetReader, episodes: [Int], _ table: EpisodeTable, horizon: Int,
    normalisingObservations: Bool
  ) throws(DatasetError) {
    var moments = ObservationMoments(reader.header.observationSpace)
    if normalisingObservations {
      try reader.forEachBlock(of: .observations, keeping: episodes) { moments.sum($0) }
      moments.beginDeviations()
      try reader.forEachBlock(of: .observations, keeping: episodes) { moments.deviate($0) }
    }
    let distribution = try ReturnDistribution(returns: table.returns) {
      (body) throws(DatasetError) in
      try reader.forEachBlock(of: .rewards, keeping: episodes) { block in
        for episode in 0..<block.episodeCount {
          body(block.rewards[block.steps(ofEpisode: episode)])
        }
      }
    }
    self.init(reader.header, table, horizon: horizon, moments, distribution)
  }

  private init(
    _ header: DatasetHeader, _ table: EpisodeTable, horizon: Int, _ moments: ObservationMoments,
    _ distribution: ReturnDistribution
  ) {
    let returns = table.returns
    let (mean, scale) = moments.normalisation
    self.init(
      observationSpace: header.observationSpace, actionSpace: header.actionSpace,
      horizon: horizon, episodeCount: table.count, stepCount: table.stepCount,
      observationMean: mean, observationScale: scale, minimumReturn: returns.min() ?? 0,
      meanReturn: returns.isEmpty ? 0 : returns.reduce(0, +) / Double(returns.count),
      maximumReturn: returns.max() ?? 0,
      largestReturnToGo: table.largestReturnsToGo.reduce(0) { max($0, $1) },
      returnDistribution: distribution)
  }
}

extension DatasetReader {
  /// Reads a block at a time, of which only the given episodes are handed on; blocks without any
  /// are skipped.
  ///
  /// - Parameter episodes: in ascending order.
  func forEachBlock(
    of columns: DatasetColumns, keeping episodes: [Int],
    _ body: (Dataset) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    if episodes.count == episodeCount {
      return try forEachBlock(of: columns) { (block, _) throws(DatasetError) in try body(block) }
    }
    var next = 0
    try forEachBlock(of: columns.union(.episodeSeeds)) { (block, first) throws(DatasetError) in
      let start = next
      while next < episodes.count, episodes[next] < first + block.episodeCount { next += 1 }
      guard start < next else { return }
      try body(block.keeping(episodes: episodes[start..<next].map { $0 - first }))
    }
  }
}

/// Mean and variance of each number of an observation, in two passes over any number of datasets
/// that follow one another.
struct ObservationMoments {
  private let widths: [Int]
  /// Steps so far.
  private var rows = 0
  /// Per leaf `[width]`.
  private var sums: [[Double]]
  private var means: [[Double]]
  private var squares: [[Double]]
  /// Per leaf `[width]`: the first row, and whether all others equal it.
  private var firstRow: [Column]
  private var isConstant: [[Bool]]

  init(_ space: Space) {
    widths = space.leaves.map(\.width)
    sums = widths.map { [Double](repeating: 0, count: $0) }
    means = sums
    squares = sums
    firstRow = space.leaves.map { Column($0.element) }
    isConstant = widths.map { [Bool](repeating: true, count: $0) }
  }

  /// First pass: adds up.
  mutating func sum(_ dataset: Dataset) {
    guard dataset.stepCount > 0 else { return }
    for (leaf, width) in widths.enumerated() where width > 0 {
      let column = dataset.observations[leaf]
      if rows == 0 { firstRow[leaf] = column[0..<width] }
      column.addSums(to: &sums[leaf], width: width)
    }
    rows += dataset.stepCount
  }

  /// Between the two passes.
  mutating func beginDeviations() {
    means = sums.map { $0.map { rows == 0 ? 0 : $0 / Double(rows) } }
  }

  /// Second pass, over the same: adds up squared deviations.
  mutating func deviate(_ dataset: Dataset) {
    for (leaf, width) in widths.enumerated() where width > 0 && dataset.stepCount > 0 {
      dataset.observations[leaf].addSquares(
        to: &squares[leaf], isConstant: &isConstant[leaf], means: means[leaf],
        first: firstRow[leaf], width: width)
    }
  }

  /// `[observation width]` What is subtracted, and what divides: 0 and 1 where nothing was seen.
  var normalisation: (mean: [Float], scale: [Float]) {
    guard rows > 0 else {
      let width = widths.reduce(0, +)
      return ([Float](repeating: 0, count: width), [Float](repeating: 1, count: width))
    }
    let scale = zip(squares, isConstant).flatMap { squares, isConstant in
      zip(squares, isConstant).map { square, isConstant in
        isConstant ? 1 : Float((square / Double(rows)).squareRoot() + 1e-6)
      }
    }
    return (means.flatMap { $0.map { Float($0) } }, scale)
  }
}

extension Column {
  /// `[width]` Adds each row.
  fileprivate func addSums(to sums: inout [Double], width: Int) {
    switch self {
    case .uint8(let values): Self.addSums(values, &sums, width) { Double($0) }
    case .int32(let values): Self.addSums(values, &sums, width) { Double($0) }
    case .int64(let values): Self.addSums(values, &sums, width) { Double($0) }
    case .float32(let values): Self.addSums(values, &sums, width) { Double($0) }
    case .float64(let values): Self.addSums(values, &sums, width) { $0 }
    }
  }

  private static func addSums<Number>(
    _ values: [Number], _ sums: inout [Double], _ width: Int, _ asDouble: (Number) -> Double
  ) {
    for row in 0..<values.count / width {
      for index in 0..<width { sums[index] += asDouble(values[row * width + index]) }
    }
  }

  /// `[width]` Adds each row's squared distance from the means.
  fileprivate func addSquares(
    to squares: inout [Double], isConstant: inout [Bool], means: [Double], first: Column, width: Int
  ) {
    func add<Number: Equatable>(
      _ values: [Number], _ first: [Number], _ asDouble: (Number) -> Double
    ) {
      for row in 0..<values.count / width {
        for index in 0..<width {
          let value = values[row * width + index]
          let deviation = asDouble(value) - means[index]
          squares[index] += deviation * deviation
          if value != first[index] { isConstant[index] = false }
        }
      }
    }
    switch (self, first) {
    case (.uint8(let values), .uint8(let first)): add(values, first) { Double($0) }
    case (.int32(let values), .int32(let first)): add(values, first) { Double($0) }
    case (.int64(let values), .int64(let first)): add(values, first) { Double($0) }
    case (.float32(let values), .float32(let first)): add(values, first) { Double($0) }
    case (.float64(let values), .float64(let first)): add(values, first) { $0 }
    default: preconditionFailure("a leaf's column changes its type")
    }
  }
}
