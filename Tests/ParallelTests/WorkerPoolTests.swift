import Parallel
import Synchronization
import Testing

@Suite("A pool of threads")
struct WorkerPoolTests {
  @Test("runs every task once, call after call", arguments: [1, 2, 4])
  func everyTaskOnce(threads: Int) {
    let pool = WorkerPool(threads: threads)
    for count in [0, 1, 2, 7, 100] {
      for _ in 0..<20 {
        let runs = Mutex([Int](repeating: 0, count: count))
        let used = Mutex(Set<Int>())
        pool.run(count) { index, thread in
          runs.withLock { $0[index] += 1 }
          used.withLock { _ = $0.insert(thread) }
        }
        #expect(runs.withLock { $0 } == Array(repeating: 1, count: count))
        #expect(used.withLock { $0.allSatisfy { 0..<threads ~= $0 } })
      }
    }
  }
}
