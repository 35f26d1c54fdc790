internal import Environments
internal import HDF5

extension EpisodeRecording {
  /// Whether what was seen is in the columns' own types, and actions are discrete. What is not is to be
  /// made a dataset first.
  func isPacked(in header: DatasetHeader) -> Bool {
    guard case .discrete = header.actionSpace else { return false }
    return isBytes && header.observationSpace.leaves.allSatisfy { $0.width > 0 }
  }
}

// Recorded episodes are packed where they lie: no copy of what was seen is made, and an observation that
// came several times is looked at once.
extension PartColumns {
  /// Columns for recordings.
  init(ofRecordings header: DatasetHeader, withComponents: Bool) {
    let infos = [Info(name: Info.solved, column: .uint8([]))]
    self.init(
      header, withLogProbabilities: true,
      infos: withComponents ? infos + [Info(name: Info.behaviour, column: .int64([]))] : infos)
  }

  mutating func append(
    _ episodes: ArraySlice<EpisodeRecording.Episode>, of recording: EpisodeRecording,
    _ packer: inout BlockPacker
  ) {
    guard let first = episodes.first, let last = episodes.last else { return }
    let steps = recording.steps[first.steps.lowerBound..<last.steps.upperBound]
    let numbers = steps.map(\.row)
    recording.bytes.withUnsafeBytes { all in
      let rows = UnsafeRawBufferPointer(
        rebasing: all[..<(recording.rowCount * recording.byteCount)])
      var start = 0
      for leaf in observations.indices {
        observations[leaf].packed.append(
          partsOf: rows, stride: recording.byteCount, at: start, numbers: numbers, using: &packer)
        for episode in episodes {
          let from = Int(episode.finalRow) * recording.byteCount + start
          let row = rows[from..<from + finalObservations[leaf].byteCount]
          finalObservations[leaf].packed.appendZeros(
            rows: episode.steps.count - 1, using: &packer)
          finalObservations[leaf].packed.append(
            row: UnsafeRawBufferPointer(rebasing: row), count: 1, using: &packer)
        }
        start += observations[leaf].byteCount
      }
    }
    actions[0].append(actionsOf: steps, &packer)
    rewards.append(ofEach: steps, &packer) { $0.reward }
    terminals.append(ofEach: steps, &packer) { $0.isTerminated }
    timeouts.append(ofEach: steps, &packer) { $0.isTruncated }
    behaviourLogProbabilities?.append(ofEach: steps, &packer) { Float($0.logProbability) }
    func place(_ name: String) -> Int? { episodeInfos.firstIndex { $0.path == name } }
    let behaviour = place(Info.behaviour)
    guard let solved = place(Info.solved), episodeInfos.count == (behaviour == nil ? 1 : 2) else {
      preconditionFailure("a dataset has other infos")
    }
    for episode in episodes {
      let length = episode.steps.count
      append(timesUpTo: length, &packer)
      episodeSeeds.append(row: episode.seed, count: length, &packer)
      episodeInfos[solved].packed.append(
        row: episode.isSolved ? 1 : 0 as UInt8, count: length, &packer)
      precondition(
        (episode.component != nil) == (behaviour != nil),
        "some episodes say which policy acted and some do not")
      if let behaviour, let component = episode.component {
        episodeInfos[behaviour].packed.append(row: Int64(component), count: length, &packer)
      }
    }
  }
}

extension PackedLeaf {
  /// Bytes of a row.
  fileprivate var byteCount: Int { width * element.bytes }
}

extension PackedLeaf<PackedColumn> {
  fileprivate mutating func append(
    actionsOf steps: ArraySlice<EpisodeRecording.Step>, _ packer: inout BlockPacker
  ) {
    switch element {
    case .uint8: packed.append(ofEach: steps, &packer) { UInt8($0.action) }
    case .int32: packed.append(ofEach: steps, &packer) { Int32($0.action) }
    case .int64: packed.append(ofEach: steps, &packer) { Int64($0.action) }
    case .float32: packed.append(ofEach: steps, &packer) { Float($0.action) }
    case .float64: packed.append(ofEach: steps, &packer) { Double($0.action) }
    }
  }
}

extension PackedColumn {
  /// Adds a number for each step.
  @inline(__always)
  fileprivate mutating func append<Number: BitwiseCopyable>(
    ofEach steps: ArraySlice<EpisodeRecording.Step>, _ packer: inout BlockPacker,
    _ number: (EpisodeRecording.Step) -> Number
  ) {
    append(rows: steps.count, using: &packer) { place, rows in
      var offset = 0
      for index in rows {
        place.storeBytes(
          of: number(steps[steps.startIndex + index]), toByteOffset: offset, as: Number.self)
        offset += MemoryLayout<Number>.size
      }
    }
  }
}

extension PackedRuns {
  /// Adds a row of one number several times.
  fileprivate mutating func append<Number: BitwiseCopyable>(
    row number: Number, count: Int, _ packer: inout BlockPacker
  ) {
    withUnsafeBytes(of: number) { append(row: $0, count: count, using: &packer) }
  }
}
