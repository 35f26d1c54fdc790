import CKernels
import Randomness
import Testing

/// Our own matrix products against sums taken in double precision, at every level that this
/// processor has.
@Suite("Matrix products")
struct MatrixProductTests {
  static let levels = [0] + (3...4).filter { $0 <= Int(hs_gemm_level()) }

  /// Odd sizes around the tiles' edges, one block of 256 and several.
  static let shapes = [
    (1, 1, 1), (1, 300, 7), (3, 33, 5), (4, 32, 16), (11, 31, 64), (12, 64, 256), (13, 65, 257),
    (25, 5, 128), (30, 100, 600), (7, 1, 3), (2, 1024, 9),
  ]

  private func numbers(_ count: Int, _ name: String) -> [Float] {
    var random = RandomStream(seed: 1, name)
    return (0..<count).map { _ in Float(random.normal()) }
  }

  @Test(
    "equal sums in double precision", arguments: levels, shapes.indices.map { $0 })
  func equalSums(level: Int, shape: Int) {
    let (rows, columns, inner) = Self.shapes[shape]
    let a = numbers(rows * inner, "a")
    let b = numbers(inner * columns, "b")
    let start = numbers(rows * (columns + 3), "c")  // rows of c are three floats apart
    for isATransposed in [false, true] {
      for isBTransposed in [false, true] {
        for accumulates in [false, true] {
          var c = start
          hs_gemm(
            Int32(level), a, isATransposed ? 1 : inner, isATransposed ? rows : 1, b,
            isBTransposed ? 1 : columns, isBTransposed ? inner : 1, &c, columns + 3, rows, columns,
            inner, accumulates)
          for row in 0..<rows {
            for column in 0..<(columns + 3) {
              let before = Double(start[row * (columns + 3) + column])
              var expected = accumulates ? before : 0
              if column >= columns {
                expected = before  // not ours to write
              } else {
                for k in 0..<inner {
                  expected +=
                    Double(a[isATransposed ? k * rows + row : row * inner + k])
                    * Double(b[isBTransposed ? column * inner + k : k * columns + column])
                }
              }
              let error = abs(Double(c[row * (columns + 3) + column]) - expected)
              #expect(error <= 2e-6 * Double(inner), "[\(row), \(column)]")
            }
          }
        }
      }
    }
  }

  @Test("give a row the same bits however many rows there are", arguments: levels)
  func rowsAreIndependent(level: Int) {
    let (columns, inner) = (96 + 5, 300)
    let a = numbers(40 * inner, "a")
    let b = numbers(inner * columns, "b")
    var all = [Float](repeating: 0, count: 40 * columns)
    hs_gemm(Int32(level), a, inner, 1, b, columns, 1, &all, columns, 40, columns, inner, false)
    for row in 0..<40 {
      var one = [Float](repeating: 0, count: columns)
      let part = Array(a[(row * inner)..<((row + 1) * inner)])
      hs_gemm(Int32(level), part, inner, 1, b, columns, 1, &one, columns, 1, columns, inner, false)
      #expect(one == Array(all[(row * columns)..<((row + 1) * columns)]), "row \(row)")
    }
  }
}
