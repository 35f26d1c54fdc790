#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What `work` costs the calling thread in processor time.
///
/// A busy machine makes tests wait but does not make them compute: a test that damaged input cannot
/// cost more than a second bounds this, not the time on the wall.
public func processorTime(of work: () throws -> Void) rethrows -> Duration {
  let start = threadTime()
  try work()
  return threadTime() - start
}

private func threadTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
