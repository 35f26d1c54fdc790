internal import COpenBLAS

/// What is worth knowing of this machine's matrix products.
extension BLAS {
  /// How OpenBLAS was built: its version and options; `nil` where it cannot be opened.
  public static var libraryConfiguration: String? { library.map { text($0.get_config()) } }

  /// Why OpenBLAS cannot be opened, or `nil` where it can.
  public static var libraryProblem: String? { hs_openblas_problem().map { text($0) } }

  /// The fastest product of 384 × 384 matrices on the calling thread, in operations a second, a
  /// multiplication and an addition being two.
  ///
  /// - Parameter seconds: to try for.
  public static func measurePeak(seconds: Double) -> Double {
    useOneThreadPerCall()
    let size = 384
    let a = FloatBlock(zeros: size * size)
    let b = FloatBlock(zeros: size * size)
    let c = FloatBlock(zeros: size * size)
    var best = 0.0
    let end = ContinuousClock.now + .seconds(seconds)
    repeat {
      let start = ContinuousClock.now
      multiply(
        Matrix(start: a.start, stride: size), Matrix(start: b.start, stride: size),
        into: Matrix(start: c.start, stride: size), rows: size, columns: size, inner: size,
        accumulates: false)
      let took = start.duration(to: .now) / .seconds(1)
      best = max(best, 2 * Double(size * size * size) / took)
    } while ContinuousClock.now < end
    return best
  }
}
