import Agents
import Documents
import Randomness
import TensorCore
import Testing

/// What every registered backbone must do, with its default settings made small.
@Suite("Every registered backbone")
struct BackboneContractTests {
  static let longest = 30

  struct Subject {
    let backbone: any SequenceBackbone
    let store: ParameterStore
  }

  private func make(_ id: String) throws -> Subject {
    var scope = ParameterScope()
    let component = Component(
      "backbone", id: id,
      settings: ["width": 24, "layers": 2, "heads": 3, "initialDeviation": 0.2, "dropout": 0.1])
    let backbone = try BackboneRegistry.builtIn.make(
      component, longest: Self.longest, into: &scope)
    let store = ParameterStore(scope, seed: 2)
    return Subject(backbone: backbone, store: store)
  }

  private func tokens(_ count: Int, seed: UInt64 = 1) -> [Float] {
    var random = RandomStream(seed: seed, "tokens")
    return (0..<(count * 24)).map { _ in Float(random.normal()) }
  }

  private func output(
    _ subject: Subject, _ tokens: [Float], _ offsets: [Int32], needed: [Int32]? = nil,
    threads: Int = 1
  ) -> [Float] {
    var tape = Tape(parameters: subject.store, threads: threads)
    let input = tape.constant(tokens, rows: tokens.count / 24, columns: 24)
    return tape.read(
      subject.backbone(input, TokenLayout(offsets: offsets, needed: needed), on: &tape))
  }

  @Test("looks neither ahead nor into other windows", arguments: BackboneRegistry.builtIn.ids)
  func causality(id: String) throws {
    let subject = try make(id)
    let offsets: [Int32] = [0, 9, 20]
    let before = tokens(20)
    let reference = output(subject, before, offsets)
    for changed in [0, 4, 8, 9, 15, 19] {
      var after = before
      after[changed * 24] += 3  // one channel: a shift of all is what layer norm removes
      let result = output(subject, after, offsets)
      let end = changed < 9 ? 9 : 20
      for row in 0..<20 {
        let channels = (row * 24)..<((row + 1) * 24)
        let difference = channels.map { abs(result[$0] - reference[$0]) }.max() ?? 0
        if row >= changed && row < end {
          if row == changed { #expect(difference > 1e-3, "token \(row) ignores itself") }
        } else {
          #expect(difference < 1e-6, "token \(row) sees a change of token \(changed)")
        }
      }
    }
  }

  /// Windows of all sizes, together large enough that products, norms, sums and attention are shared
  /// out.
  @Test(
    "gives the same bits on any number of threads", arguments: BackboneRegistry.builtIn.ids, [2, 3])
  func threads(id: String, threads: Int) throws {
    let subject = try make(id)
    var offsets: [Int32] = [0]
    for window in 0..<90 { offsets.append(offsets[window] + Int32(window % 30 + 1)) }
    let count = Int(offsets[90])
    let input = tokens(count)
    let alone = output(subject, input, offsets)
    #expect(output(subject, input, offsets, threads: threads) == alone)
    let needed = (0..<Int32(count)).filter { $0 % 3 == 1 }
    #expect(
      output(subject, input, offsets, needed: needed, threads: threads)
        == output(subject, input, offsets, needed: needed))
    #expect(
      output(subject, Array(input[..<(30 * 24)]), [0, 30], threads: threads)
        == output(subject, Array(input[..<(30 * 24)]), [0, 30]))
  }

  @Test("computes needed rows as it computes all", arguments: BackboneRegistry.builtIn.ids)
  func neededRows(id: String) throws {
    let subject = try make(id)
    let offsets: [Int32] = [0, 9, 10, 22]
    let input = tokens(22)
    let all = output(subject, input, offsets)
    let needed: [Int32] = [1, 4, 7, 9, 11, 21]
    let some = output(subject, input, offsets, needed: needed)
    for (index, row) in needed.enumerated() {
      for channel in 0..<24 {
        #expect(abs(some[index * 24 + channel] - all[Int(row) * 24 + channel]) < 1e-5)
      }
    }
  }

  @Test("steps through a sequence as it computes it whole", arguments: BackboneRegistry.builtIn.ids)
  func stepping(id: String) throws {
    func compare<Backbone: SequenceBackbone>(_ backbone: Backbone, _ subject: Subject) {
      // Two lanes of 17 and 11 tokens, given in uneven pieces; lane 2 is used before and forgotten.
      let input = tokens(28)
      let whole = output(subject, input, [0, 17, 28])
      var memory = backbone.makeMemory(lanes: 3)
      var tape = Tape(parameters: subject.store)
      func feed(_ pieces: [(lane: Int, rows: Range<Int>)], needed: [Int32]?) -> [Float] {
        tape.clear()
        let rows = pieces.flatMap {
          Array(input[($0.rows.lowerBound * 24)..<($0.rows.upperBound * 24)])
        }
        let input = tape.constant(rows, rows: rows.count / 24, columns: 24)
        var offsets: [Int32] = [0]
        for piece in pieces { offsets.append(offsets[offsets.count - 1] + Int32(piece.rows.count)) }
        let layout = TokenLayout(
          offsets: offsets, needed: needed, lanes: pieces.map(\.lane),
          seen: pieces.map { backbone.tokenCount(lane: $0.lane, in: memory) })
        return tape.read(backbone.step(input, layout, memory: &memory, on: &tape))
      }
      func expectRows(_ result: [Float], _ rows: [Int]) {
        for (index, row) in rows.enumerated() {
          for channel in 0..<24 {
            #expect(abs(result[index * 24 + channel] - whole[row * 24 + channel]) < 1e-4)
          }
        }
      }
      _ = feed([(2, 3..<9)], needed: nil)
      backbone.forget(lane: 2, in: &memory)
      expectRows(feed([(0, 0..<2)], needed: nil), [0, 1])
      expectRows(feed([(0, 2..<5), (2, 17..<19)], needed: nil), [2, 3, 4, 17, 18])
      expectRows(feed([(2, 19..<22), (0, 5..<8)], needed: [2, 5]), [21, 7])
      expectRows(feed([(0, 8..<17)], needed: [8]), [16])
      expectRows(feed([(2, 22..<28)], needed: nil), Array(22..<28))
    }
    let subject = try make(id)
    compare(subject.backbone, subject)
  }
}
