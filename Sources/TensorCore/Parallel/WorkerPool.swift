internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Threads that stay alive between steps and share out numbered tasks.
///
/// The calling thread works too, so a pool of one starts no thread. Tasks are taken in ascending
/// order; which thread takes which is left to chance, so a task must not depend on it.
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
    shared.run(Job(count: count, task: task))
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

/// One call's tasks and how far they have come.
private final class Job: Sendable {
  let count: Int
  let task: @Sendable (Int, Int) -> Void
  private let next = Atomic(0)

  init(count: Int, task: @escaping @Sendable (Int, Int) -> Void) {
    self.count = count
    self.task = task
  }

  func work(thread: Int) {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      task(index, thread)
    }
  }
}

/// What the threads of a pool wait on. Fields are touched only with the lock held.
private final class Shared: @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var job: Job?
  private var generation = 0
  private var busy = 0
  private var isEnding = false

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

  func serve(thread: Int) {
    var seen = 0
    pthread_mutex_lock(lock)
    while true {
      while !isEnding && (generation == seen || job == nil) { pthread_cond_wait(changed, lock) }
      if isEnding { break }
      seen = generation
      guard let job else { continue }
      busy += 1
      pthread_mutex_unlock(lock)
      job.work(thread: thread)
      pthread_mutex_lock(lock)
      busy -= 1
      pthread_cond_broadcast(changed)
    }
    pthread_mutex_unlock(lock)
  }

  func run(_ newJob: Job) {
    pthread_mutex_lock(lock)
    precondition(job == nil, "a pool runs one set of tasks at a time")
    job = newJob
    generation += 1
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
    newJob.work(thread: 0)
    pthread_mutex_lock(lock)
    job = nil  // a helper that wakes late finds nothing to do
    while busy > 0 { pthread_cond_wait(changed, lock) }
    pthread_mutex_unlock(lock)
  }

  func end() {
    pthread_mutex_lock(lock)
    isEnding = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
  }
}
