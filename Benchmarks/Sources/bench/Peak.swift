import CBLAS
import Documents

/// The machine's single-precision matrix-product rate, by OpenBLAS at N = 2048: what other rates are
/// fractions of.
struct Peak {
  /// Operations per second on one and on two threads.
  let one: Double
  let two: Double

  static func measure(repetitions: Int = 3) -> Peak {
    let n = 2048
    let a = [Float](repeating: 0.5, count: n * n)
    let b = [Float](repeating: 0.25, count: n * n)
    var c = [Float](repeating: 0, count: n * n)
    func best(threads: Int32) -> Double {
      openblas_set_num_threads(threads)
      var best = Double.infinity
      for _ in 0...repetitions {
        best = min(
          best,
          time {
            cblas_sgemm(
              CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(n), Int32(n), Int32(n), 1, a,
              Int32(n), b, Int32(n), 0, &c, Int32(n))
          })
      }
      return 2 * Double(n * n * n) / best
    }
    let peak = Peak(one: best(threads: 1), two: best(threads: 2))
    openblas_set_num_threads(1)
    return peak
  }

  func rate(threads: Int) -> Double { threads == 1 ? one : two }

  var fields: Document.Fields {
    [
      "sgemm_gflops_1": .number(one * 1e-9), "sgemm_gflops_2": .number(two * 1e-9),
      "openblas_core": .string(String(cString: openblas_get_corename())),
    ]
  }
}
