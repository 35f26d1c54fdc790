internal import CKernels
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Threads that stay alive between steps and share out numbered tasks.
///
/// The calling thread works too, so a pool of one starts no thread. Tasks are taken in ascending
/// order; which thread takes which is left to chance, so a task must not depend on it. A helper that
/// has run out of work watches for more for some ten microseconds before it sleeps: a policy shares
/// out a dozen small products per block of a network, and waking a thread costs more than one of
/// them.
///
/// A class because threads outlive the calls that use them and end with it.
package final class WorkerPool: Sendable {
  package let threadCount: Int
  private let shared: Shared

  package init(threads: Int) {
    precondition(threads > 0, "a pool of \(threads) threads")
    threadCount = threads
    shared = Shared()
    for index in 1..<threads {
      let context = Unmanaged.passRetained(Start(shared: shared, thread: index))
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { raw in
          #if canImport(Darwin)
          let context = raw
          #else
          guard let context = raw else { return nil }
          #endif
          let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
          start.shared.serve(thread: start.thread)
          return nil
        }, context.toOpaque())
      guard status == 0 else {
        context.release()
        break  // fewer helpers: slower, and as right
      }
      pthread_detach(thread)
    }
  }

  deinit { shared.end() }

  /// Runs `task(0 ..< count, thread)` and returns when all are done; `thread` is in
  /// `0 ..< threadCount`. One call at a time.
  package func run(_ count: Int, _ task: @escaping @Sendable (_ index: Int, _ thread: Int) -> Void)
  {
    guard threadCount > 1, count > 1 else {
      for index in 0..<count { task(index, 0) }
      return
    }
    shared.run(count, task)
  }
}

private final class Start: Sendable {
  let shared: Shared
  let thread: Int
  init(shared: Shared, thread: Int) {
    self.shared = shared
    self.thread = thread
  }
}

/// What the threads of a pool share: one job at a time, and a place to wait for it.
///
/// `gate` is the number of helpers inside the job, doubled, plus one while the job is open. A helper
/// goes in only by changing an open gate, and the caller takes the job away only from a gate that is
/// closed and empty; so `task` and `count` are never read while they are written.
private final class Shared: @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private let gate = Atomic(0)
  private let generation = Atomic(0)
  private let next = Atomic(0)
  private let sleepers = Atomic(0)
  private let isEnding = Atomic(false)
  private var count = 0
  private var task: (@Sendable (Int, Int) -> Void)?

  /// Looks at an atomic before a waiting thread gives its processor away.
  private static let patience = 4_000

  init() {
    lock = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  func run(_ count: Int, _ task: @escaping @Sendable (Int, Int) -> Void) {
    precondition(self.task == nil, "a pool runs one set of tasks at a time")
    self.count = count
    self.task = task
    next.store(0, ordering: .relaxed)
    generation.wrappingAdd(1, ordering: .relaxed)
    gate.store(1, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
    work(task, thread: 0)
    gate.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    wait { gate.load(ordering: .acquiring) == 0 }
    self.task = nil
  }

  func serve(thread: Int) {
    var seen = 0
    while true {
      wait {
        isEnding.load(ordering: .acquiring)
          || (gate.load(ordering: .sequentiallyConsistent) & 1 == 1
            && generation.load(ordering: .relaxed) != seen)
      }
      if isEnding.load(ordering: .acquiring) { return }
      let state = gate.load(ordering: .relaxed)
      guard state & 1 == 1,
        gate.compareExchange(
          expected: state, desired: state + 2, ordering: .sequentiallyConsistent
        ).exchanged
      else { continue }
      seen = generation.load(ordering: .relaxed)
      if let task { work(task, thread: thread) }
      let left = gate.wrappingSubtract(2, ordering: .sequentiallyConsistent).newValue
      if left == 0 && sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
    }
  }

  func end() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    wakeAll()
  }

  private func work(_ task: @Sendable (Int, Int) -> Void, thread: Int) {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      task(index, thread)
    }
  }

  /// Returns when `isReady` holds: watching first, then asleep.
  private func wait(until isReady: () -> Bool) {
    for _ in 0..<Self.patience {
      if isReady() { return }
      hs_pause()
    }
    pthread_mutex_lock(lock)
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while !isReady() { pthread_cond_wait(changed, lock) }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(lock)
  }

  /// Taking the lock makes sure that whoever is about to sleep has either looked already, and waits
  /// by now, or will look again.
  private func wakeAll() {
    pthread_mutex_lock(lock)
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
  }
}
