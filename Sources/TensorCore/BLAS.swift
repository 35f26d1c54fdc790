internal import CKernels
internal import COpenBLAS

/// Single-precision matrix products, row-major, on the calling thread alone.
///
/// On x86-64 with AVX2 or AVX-512 they are our own (`gemm.c`), which at the sizes of a Decision
/// Transformer are as fast as OpenBLAS's or faster (`Benchmarks/NOTES.md`), and give every row of a
/// product the same bits however many rows there are. Elsewhere they are OpenBLAS's, whose bits may
/// depend on the number of rows: there shards and lanes still give the same bits for any number of
/// threads, because what is multiplied together does not depend on it.
public enum BLAS {
  /// Makes every later OpenBLAS call of this process use the calling thread alone.
  ///
  /// Trainers and policies call it when they are made: parallelism is by shards and lanes, and a
  /// product's bits depend on how many threads share it. The setting is process-wide.
  public static func useOneThreadPerCall() {
    if ownLevel == 0 { library.set_num_threads(1) }
  }

  /// What computes products here: "x86-64-v4", "x86-64-v3", or the name of OpenBLAS's kernels.
  public static var coreName: String {
    if ownLevel > 0 { return "x86-64-v\(ownLevel)" }
    return hs_openblas().map { "OpenBLAS \(text($0.pointee.get_corename()))" } ?? "no OpenBLAS"
  }

  /// OpenBLAS, which is opened when it is first needed. Without it nothing can be computed on a
  /// machine that has no products of our own: the process ends, and says what is missing.
  static let library: hs_openblas_table = {
    guard let table = hs_openblas() else {
      fatalError(
        "OpenBLAS cannot be opened (\(text(hs_openblas_problem()))); "
          + "Scripts/bootstrap installs it")
    }
    return table.pointee
  }()

  static func text(_ characters: UnsafePointer<CChar>?) -> String {
    characters.map { String(cString: $0) } ?? ""
  }

  static let ownLevel = Int(hs_gemm_level())

  /// A pointer to a matrix and the distance between its rows.
  struct Matrix {
    var start: UnsafeMutablePointer<Float>
    var stride: Int
    var isTransposed = false

    var transposed: Matrix { Matrix(start: start, stride: stride, isTransposed: !isTransposed) }
  }

  /// `c = a b + (accumulates ? c : 0)`
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
    if ownLevel > 0, inner > 0 {
      hs_gemm(
        Int32(ownLevel), a.start, a.isTransposed ? 1 : a.stride, a.isTransposed ? a.stride : 1,
        b.start, b.isTransposed ? 1 : b.stride, b.isTransposed ? b.stride : 1, c.start, c.stride,
        rows, columns, inner, accumulates)
      return
    }
    library.sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
      b.isTransposed ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), blasint(inner),
      1, a.start, blasint(a.stride), b.start, blasint(b.stride), accumulates ? 1 : 0, c.start,
      blasint(c.stride))
  }
}
