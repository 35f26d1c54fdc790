internal import CKernels
internal import COpenBLAS

/// Single-precision matrix products, row-major, on the calling thread alone.
///
/// On x86-64 with AVX2 or AVX-512 they are our own (`gemm.c`), which at the sizes of a Decision
/// Transformer are as fast as OpenBLAS's or faster (`Benchmarks/NOTES.md`), and give every row of a
/// product the same bits however many rows there are. Elsewhere they are OpenBLAS's, whose bits may
/// depend on the number of rows, or, where that is missing, plain loops'. Shards and lanes give the same
/// bits for any number of threads there too, because what is multiplied together does not depend on it:
/// with OpenBLAS no product is shared out.
public enum BLAS {
  /// Makes every later OpenBLAS call of this process use the calling thread alone.
  ///
  /// Trainers and policies call it when they are made: parallelism is by shards and lanes, and a
  /// product's bits depend on how many threads share it. The setting is process-wide. Where products
  /// are our own there is nothing to set.
  public static func useOneThreadPerCall() {
    if ownLevel == 0 { library?.set_num_threads(1) }
  }

  /// Whether a part of a product, some of its rows or columns, comes out as in the whole.
  static let partsHaveTheBitsOfTheWhole = ownLevel > 0 || library == nil

  /// What computes products here: "x86-64-v4", "x86-64-v3", the name of OpenBLAS's kernels, or
  /// "plain loops" where there is no OpenBLAS.
  public static var coreName: String {
    if ownLevel > 0 { return "x86-64-v\(ownLevel)" }
    return library.map { "OpenBLAS \(text($0.get_corename()))" } ?? "plain loops"
  }

  /// OpenBLAS, opened when it is first needed; `nil` where it cannot be.
  static let library: hs_openblas_table? = hs_openblas()?.pointee

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
    guard ownLevel == 0, inner > 0, let library else {
      hs_gemm(
        inner > 0 ? Int32(ownLevel) : 0, a.start, a.isTransposed ? 1 : a.stride,
        a.isTransposed ? a.stride : 1, b.start, b.isTransposed ? 1 : b.stride,
        b.isTransposed ? b.stride : 1, c.start, c.stride, rows, columns, inner, accumulates)
      return
    }
    library.sgemm(
      Int32(HS_ROW_MAJOR), Int32(a.isTransposed ? HS_TRANSPOSED : HS_PLAIN),
      Int32(b.isTransposed ? HS_TRANSPOSED : HS_PLAIN), Int32(rows), Int32(columns), Int32(inner),
      1,
      a.start, Int32(a.stride), b.start, Int32(b.stride), accumulates ? 1 : 0, c.start,
      Int32(c.stride))
  }
}
