internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Makes the next batch on a thread of its own while the present one is learned from.
///
/// The steps that are asked for should follow one another; another one is made at once, and the
/// thread goes on from there. The batches are those of the source, whoever makes them.
///
/// A class because its thread lives as long as it does.
public final class PrefetchingSampler: BatchSource {
  private let shared: Shared

  /// - Parameters:
  ///   - source: what makes batches; only one is being made at a time.
  ///   - windows: of every batch.
  ///   - start: the first step that will be asked for.
  ///   - end: no batch is made ahead from this step on.
  public init(_ source: any BatchSource, windows: Int, from start: Int, upTo end: Int) {
    shared = Shared(source, windows: windows, start: start, end: end)
    let context = Unmanaged.passRetained(shared)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { raw in
        #if canImport(Darwin)
        let context = raw
        #else
        guard let context = raw else { return nil }
        #endif
        Unmanaged<Shared>.fromOpaque(context).takeRetainedValue().work()
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      shared.stop()  // no thread: batches are made when they are asked for
      return
    }
    pthread_detach(thread)
  }

  deinit { shared.stop() }

  public func fill(
    _ batch: inout SequenceBatch, windows count: Int, step: Int
  ) throws(DatasetError) {
    try shared.take(&batch, windows: count, step: step)
  }

  /// What the thread and its owner share.
  private final class Shared: Sendable {
    private struct State {
      /// The step whose batch is ready, being made, or to be made next.
      var step: Int
      var ready: Result<SequenceBatch, DatasetError>?
      /// A batch whose memory is free to be used.
      var spare = SequenceBatch()
      var isOver = false
    }

    private let source: any BatchSource
    private let windows: Int
    private let end: Int
    private let state: Mutex<State>
    private let toDo = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    init(_ source: any BatchSource, windows: Int, start: Int, end: Int) {
      self.source = source
      self.windows = windows
      self.end = end
      state = Mutex(State(step: start))
      toDo.signal()  // not its first value: it must not end below that
    }

    func stop() {
      state.withLock { $0.isOver = true }
      toDo.signal()
    }

    /// The thread's life: one batch each time it is asked to.
    func work() {
      while true {
        toDo.wait()
        let job = state.withLock { state -> (step: Int, spare: SequenceBatch)? in
          guard !state.isOver else { return nil }
          let spare = state.spare
          state.spare = SequenceBatch()
          return (state.step, spare)
        }
        guard let job else { return }
        let result = Self.make(job.spare, source, windows, job.step)
        state.withLock { $0.ready = result }
        done.signal()
      }
    }

    private static func make(
      _ spare: consuming SequenceBatch, _ source: any BatchSource, _ windows: Int, _ step: Int
    ) -> Result<SequenceBatch, DatasetError> {
      var batch = spare
      do throws(DatasetError) {
        try source.fill(&batch, windows: windows, step: step)
        return .success(batch)
      } catch {
        return .failure(error)
      }
    }

    func take(
      _ batch: inout SequenceBatch, windows count: Int, step: Int
    ) throws(DatasetError) {
      let isExpected = state.withLock { $0.step == step && !$0.isOver } && count == windows
      guard isExpected, step < end else {
        return try source.fill(&batch, windows: count, step: step)
      }
      done.wait()
      let used = batch
      batch = SequenceBatch()
      let result = state.withLock { state in
        let result = state.ready
        state.ready = nil
        state.spare = used
        state.step = step + 1
        return result
      }
      if step + 1 < end { toDo.signal() }
      switch result {
      case .success(let made)?: batch = made
      case .failure(let error)?: throw error
      case nil: preconditionFailure("the thread has made no batch of step \(step)")
      }
    }
  }
}
