internal import Synchronization

/// Asks long work to save and stop; what a signal handler sets and loops look at between steps.
///
/// A class because the one who asks and the one who works share it.
public final class StopRequest: Sendable {
  private let number = Atomic<Int32>(0)

  public init() {}

  /// Asks to stop because of signal `number`; later requests change nothing.
  public func request(signal number: Int32) {
    _ = self.number.compareExchange(
      expected: 0, desired: number, ordering: .relaxed)
  }

  /// The signal that asked, or `nil` while none has.
  public var signal: Int32? {
    let number = number.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}

/// Work was stopped by a signal after saving what it had.
public struct Interruption: Error, Sendable, Equatable {
  public var signal: Int32
  /// What is safe, and how to go on.
  public var message: String

  public init(signal: Int32, message: String) {
    self.signal = signal
    self.message = message
  }
}
