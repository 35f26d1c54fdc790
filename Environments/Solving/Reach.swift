/// Which states an episode can be in at which time, exactly.
///
/// For every time it is a range of states, or some of a range as bits. After some steps the sets
/// repeat, one by one or in twos; then no more are kept.
struct Reach: Sendable {
  private struct Layer: Sendable, Equatable {
    var range: Range<Int>
    /// A bit per state of the range; none where all are in.
    var bits: [UInt64]

    func contains(_ index: Int) -> Bool {
      guard range.contains(index) else { return false }
      let place = index - range.lowerBound
      return bits.isEmpty || bits[place >> 6] >> UInt64(place & 63) & 1 == 1
    }
  }

  private var layers: [Layer] = []
  /// After the last layer kept come those from so many before its successor on.
  private var period = 1
  private let horizon: Int

  /// - Throws: where the sets do not fit beside the table.
  init<World: Solvable>(_ table: StateTable<World>) throws(SolverError) {
    let graph = table.graph
    horizon = graph.horizon
    var bytes = 0
    var layer = Layer(range: graph.ranges[0], bits: [])
    for time in 0..<graph.horizon {
      bytes += layer.bits.count * 8 + MemoryLayout<Layer>.stride
      guard table.bytes + bytes <= table.memoryLimit else {
        throw .tablesTooLarge(
          what: "a list of which states can be reached when",
          bytes: table.bytes + graph.ranges.reduce(0) { $0 + $1.count / 8 },
          limit: table.memoryLimit)
      }
      layers.append(layer)
      for period in 1...2 where layers.count > period {
        guard layers[layers.count - 1 - period] == layer else { continue }
        layers.removeLast()
        self.period = period
        return
      }
      if time + 1 < graph.horizon { layer = Self.after(layer, graph.ranges[time + 1], in: graph) }
    }
  }

  private static func after(_ layer: Layer, _ range: Range<Int>, in graph: Graph) -> Layer {
    let low = range.lowerBound
    var bits = [UInt64](repeating: 0, count: (range.count + 63) / 64)
    var branches = Set<Int>()
    func mark(_ next: Int) {
      if next >= low { bits[(next - low) >> 6] |= 1 << UInt64((next - low) & 63) }
    }
    for index in layer.range where layer.contains(index) {
      for action in 0..<graph.actionCount {
        let next = graph.transition(index, action).next
        guard next < Int(Graph.ended) else {
          if next >= 0 { mark(next) }
          continue
        }
        let branch = Graph.branch(next)
        guard branches.insert(branch).inserted else { continue }
        for place in graph.edges(ofBranch: branch) where graph.edges[place].next >= 0 {
          mark(Int(graph.edges[place].next))
        }
      }
    }
    let isFull = bits.reduce(0) { $0 + $1.nonzeroBitCount } == range.count
    return Layer(range: range, bits: isFull ? [] : bits)
  }

  private func layer(at time: Int) -> Layer {
    guard time >= layers.count else { return layers[time] }
    return layers[layers.count - period + (time - layers.count) % period]
  }

  /// Whether an episode can be in state `index` after exactly `time` steps.
  func contains(_ index: Int, at time: Int) -> Bool {
    time >= 0 && time < horizon && layer(at: time).contains(index)
  }

  /// The states at `time`, in ascending order.
  func states(at time: Int) -> [Int] {
    let layer = layer(at: time)
    return layer.range.filter { layer.contains($0) }
  }

  /// Pairs of a state and a time.
  var pairCount: Int {
    (0..<horizon).reduce(0) { sum, time in
      let layer = layer(at: time)
      return sum
        + (layer.bits.isEmpty
          ? layer.range.count : layer.bits.reduce(0) { $0 + $1.nonzeroBitCount })
    }
  }
}
