internal import Environments
internal import HDF5

/// Reads single runs of rows from a dataset's files, which stay open, a limited number at a time.
///
/// A class because it owns the library's handles; one thread uses it at a time.
final class RowReader {
  private let parts: [PartFile]
  /// Open files by part, and the parts in the order of their last use.
  private var open: [Int: OpenPart] = [:]
  private var order: [Int] = []

  /// Most files that are open at once: each keeps some blocks of every column unpacked.
  private static let openLimit = 24

  init(_ reader: DatasetReader) { parts = reader.parts }

  /// The columns of a part.
  func part(_ number: Int) throws(DatasetError) -> OpenPart {
    if let found = open[number] {
      if order.last != number {
        order.removeAll { $0 == number }
        order.append(number)
      }
      return found
    }
    if order.count == Self.openLimit { open[order.removeFirst()] = nil }
    let part = try OpenPart(parts[number])
    open[number] = part
    order.append(number)
    return part
  }
}

/// An open file with the columns that windows are made of.
///
/// A class because the library's handles cannot be copied.
final class OpenPart {
  let file: PartFile
  private let content: HDF5File
  private let leaves: [Space.Leaf]
  private let observations: [OpenColumn]
  private let finalObservations: [OpenColumn]
  private let actions: OpenColumn
  private let rewards: OpenColumn
  private let behaviour: OpenColumn?

  init(_ file: PartFile) throws(DatasetError) {
    let content = try file.open()
    let leaves = file.header.observationSpace.leaves
    do throws(HDF5Error) {
      var seen: [OpenColumn] = []
      var last: [OpenColumn] = []
      for leaf in leaves {
        seen.append(
          OpenColumn(
            try content.root.dataset(atPath: Layout.path(of: leaf, in: Layout.observations))))
        last.append(
          OpenColumn(
            try content.root.dataset(atPath: Layout.path(of: leaf, in: Layout.finalObservations))))
      }
      observations = seen
      finalObservations = last
      actions = OpenColumn(try content.root.dataset(Layout.actions))
      rewards = OpenColumn(try content.root.dataset(Layout.rewards))
      behaviour =
        try content.root.contains(Layout.behaviourLogProbabilities)
        ? OpenColumn(try content.root.dataset(Layout.behaviourLogProbabilities)) : nil
    } catch {
      throw DatasetError(error, file: file.path)
    }
    self.file = file
    self.leaves = leaves
    self.content = content
  }

  /// Adds the rows of a window, checked, to `rows`, which holds those of the windows before it.
  ///
  /// - Parameters:
  ///   - episode: its number in the file.
  ///   - start: the time of the window's first step.
  ///   - steps: how many it has.
  /// - Returns: where they are; `window` is its number among those of `rows`.
  func append(
    episode: Int, start: Int, steps: Int, window: Int, needsBehaviour: Bool,
    isTerminated: Bool, isTruncated: Bool, to rows: inout WindowRows
  ) throws(DatasetError) -> WindowPlace {
    let first = file.episodeOffsets[episode] + start
    let end = file.episodeOffsets[episode + 1]
    let reachesEnd = first + steps == end
    // One more, which comes after the window.
    let seen = first..<first + steps + (reachesEnd ? 0 : 1)
    var part = Dataset(file.header)
    var paid: [Double]
    do throws(HDF5Error) {
      for (index, leaf) in leaves.enumerated() {
        part.observations[index] = try observations[index].rows(seen, leaf.element)
        part.finalObservations[index] =
          reachesEnd
          ? try finalObservations[index].rows(end - 1..<end, leaf.element)
          : Column(zeros: leaf.width, leaf.element)
      }
      part.actions[0] = try actions.rows(
        first..<first + steps, file.header.actionSpace.leaves[0].element)
      paid = try rewards.read(first..<end)
      if needsBehaviour, let behaviour {
        part.behaviourLogProbabilities = try behaviour.read(first..<first + steps)
      }
    } catch {
      throw DatasetError(error, file: file.path)
    }
    part.rewards = paid
    try part.check(file: file.path, firstStep: first, firstEpisode: episode)
    let place = WindowPlace(
      firstRow: rows.rewards.count, reachesEnd: reachesEnd, finalRow: window)
    var sum = 0.0
    for index in paid.indices.reversed() {
      sum += paid[index]
      paid[index] = sum
    }
    for index in leaves.indices {
      rows.observations[index].append(part.observations[index])
      rows.finalObservations[index].append(part.finalObservations[index])
    }
    rows.actions.append(part.actions[0])
    rows.behaviourLogProbabilities += part.behaviourLogProbabilities
    for step in 0..<steps {
      rows.rewards.append(Float(part.rewards[step]))
      rows.returnsToGo.append(Float(paid[step]))
      let isLast = reachesEnd && step == steps - 1
      rows.isTerminated.append(isLast && isTerminated)
      rows.isTruncated.append(isLast && isTruncated)
    }
    guard !reachesEnd else { return place }
    // The row that comes after has an observation only: the others keep in step.
    rows.actions.append(Column(zeros: part.actions[0].count / steps, part.actions[0].element))
    rows.rewards.append(0)
    rows.returnsToGo.append(0)
    rows.isTerminated.append(false)
    rows.isTruncated.append(false)
    if !part.behaviourLogProbabilities.isEmpty { rows.behaviourLogProbabilities.append(0) }
    return place
  }
}

/// An open column with the block that was unpacked last; a class because arrays hold no handles.
private final class OpenColumn {
  private let dataset: HDF5Dataset
  private let blocks = BlockReader()

  init(_ dataset: consuming HDF5Dataset) { self.dataset = dataset }

  func read<Value: HDF5Value>(_ rows: Range<Int>) throws(HDF5Error) -> [Value] {
    try dataset.read(rows: rows, using: blocks)
  }

  func rows(_ rows: Range<Int>, _ element: Space.Element) throws(HDF5Error) -> Column {
    switch element {
    case .uint8: .uint8(try read(rows))
    case .int32: .int32(try read(rows))
    case .int64: .int64(try read(rows))
    case .float32: .float32(try read(rows))
    case .float64: .float64(try read(rows))
    }
  }
}

extension Column {
  /// Zeros.
  fileprivate init(zeros count: Int, _ element: Space.Element) {
    self =
      switch element {
      case .uint8: .uint8(Array(repeating: 0, count: count))
      case .int32: .int32(Array(repeating: 0, count: count))
      case .int64: .int64(Array(repeating: 0, count: count))
      case .float32: .float32(Array(repeating: 0, count: count))
      case .float64: .float64(Array(repeating: 0, count: count))
      }
  }
}
