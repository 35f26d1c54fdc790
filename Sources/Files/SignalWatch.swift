internal import CFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The signals that others send to this process, one after another.
///
/// The handler only writes a byte to a pipe, so a signal counts from the moment that this value is
/// made, however busy the machine and its queues are.
public struct SignalWatch: Sendable {
  private let pipe: Int32

  /// Takes the signals over. The process can do that once.
  public init(_ numbers: [Int32]) throws(FileError) {
    pipe = hs_watch_signals(numbers, Int32(numbers.count))
    guard pipe >= 0 else {
      throw FileError(operation: "watch signals of", path: "this process", errno: errno)
    }
  }

  /// Waits for the next signal.
  public func next() -> Int32 {
    var byte: UInt8 = 0
    while read(pipe, &byte, 1) != 1 {}
    return Int32(byte)
  }
}
