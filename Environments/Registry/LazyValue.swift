internal import Synchronization

/// A value that is made when it is first asked for, once, by whichever thread asks; what makes it must
/// not ask for it. A class, as all copies of what holds it share the value.
final class LazyValue<Value: Sendable>: Sendable {
  private let make: @Sendable () -> Value
  private let made = Mutex<Value?>(nil)

  init(_ make: @escaping @Sendable () -> Value) {
    self.make = make
  }

  var value: Value {
    made.withLock { value in
      if let value { return value }
      let new = make()
      value = new
      return new
    }
  }
}
