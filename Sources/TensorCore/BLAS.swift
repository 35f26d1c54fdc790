internal import COpenBLAS

/// Single-precision matrix products by OpenBLAS, row-major, one thread per call.
public enum BLAS {
  /// Makes every later OpenBLAS call of this process use the calling thread alone.
  ///
  /// Trainers and policies call it when they are made: parallelism is by shards and lanes, and a
  /// product's bits depend on how many threads share it. The setting is process-wide.
  public static func useOneThreadPerCall() {
    openblas_set_num_threads(1)
  }

  /// The instruction-set family OpenBLAS chose as the program started, such as "Zen".
  public static var coreName: String { String(cString: openblas_get_corename()) }

  /// A pointer to a matrix and the distance between its rows.
  struct Matrix {
    var start: UnsafeMutablePointer<Float>
    var stride: Int
    var isTransposed = false

    var transposed: Matrix { Matrix(start: start, stride: stride, isTransposed: !isTransposed) }
  }

  /// `c = alpha · a b + (accumulates ? c : 0)`
  ///
  /// - Parameters:
  ///   - a: `[rows, inner]`, or its transpose where marked.
  ///   - b: `[inner, columns]`, or its transpose where marked.
  ///   - c: `[rows, columns]`.
  static func multiply(
    _ a: Matrix, _ b: Matrix, into c: Matrix, rows: Int, columns: Int, inner: Int,
    accumulates: Bool
  ) {
    guard rows > 0, columns > 0 else { return }
    cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
      b.isTransposed ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), blasint(inner),
      1, a.start, blasint(a.stride), b.start, blasint(b.stride), accumulates ? 1 : 0, c.start,
      blasint(c.stride))
  }
}
