public import Datasets
internal import Parallel
internal import Synchronization
public import TensorCore

/// Minimizes an agent's loss, one batch at a time, on several threads with one result.
///
/// A batch is cut into shards of whole windows; each runs forward and backward on a tape of its
/// own, and shard gradients are added in shard order, so the parameters after a step are the same,
/// bit for bit, for any number of threads.
///
/// A class because it owns the optimizer's state, threads and tapes.
public final class Learner {
  public let agent: any Agent
  public let parameters: ParameterStore
  /// The moving average of the weights, where the settings ask for one.
  package let average: ParameterStore?
  public let settings: OptimizationSettings
  package let optimizer: AdamW
  private let schedule: LearningRateSchedule
  private let shards: Int
  private let seed: UInt64
  private let pool: WorkerPool
  private let tapes: [TapeOwner]
  private let sum: GradientSum
  private var watch: TapeWatch?
  /// Steps in a row whose loss or gradient was not finite.
  package var skipped = 0

  /// Steps in a row that may be skipped before training counts as diverged.
  static let skippedAtMost = 3

  /// - Parameters:
  ///   - totalSteps: for the learning-rate schedule.
  ///   - seed: names the dropout masks.
  public init(
    _ agent: any Agent, parameters: ParameterStore, settings: OptimizationSettings,
    totalSteps: Int, shards: Int, threads: Int, seed: UInt64
  ) {
    precondition(shards > 0, "\(shards) shards")
    BLAS.useOneThreadPerCall()
    self.agent = agent
    self.parameters = parameters
    self.settings = settings
    self.shards = shards
    self.seed = seed
    average = settings.averageDecay > 0 ? ParameterStore(copying: parameters) : nil
    optimizer = AdamW(settings.adamW, groups: agent.parameterGroups, for: parameters)
    schedule = settings.schedule(over: totalSteps)
    pool = WorkerPool(threads: min(threads, shards))
    tapes = (0..<min(threads, shards)).map { _ in TapeOwner(parameters) }
    sum = GradientSum(parameters)
  }

  /// Times the ops of later steps on one thread's tape: profile with one thread.
  public func profile(with profiler: TapeProfiler?) { tapes[0].profile(with: profiler) }

  /// Shows every tensor of later steps to a watch, for tests: with one thread.
  package func watch(with watch: TapeWatch?) {
    self.watch = watch
    tapes[0].watch(with: watch)
  }

  /// The weights that policies act with.
  public var actingParameters: ParameterStore { average ?? parameters }

  /// What one step did.
  public struct Report: Sendable, Equatable {
    /// The weighted sum of all terms.
    public var loss: Double
    /// Each term and metric by name, in the agent's order.
    public var values: [(name: String, value: Double)]
    /// Norm of the gradient before clipping.
    public var gradientNorm: Double
    public var learningRate: Double
    /// The update was left out because a number was not finite.
    public var isSkipped: Bool
    /// What was not finite, in words; `nil` where everything was.
    public var nonFinite: String?

    /// The term or metric of that name.
    public subscript(name: String) -> Double? { values.first { $0.name == name }?.value }

    public static func == (a: Report, b: Report) -> Bool {
      a.loss == b.loss && a.gradientNorm == b.gradientNorm && a.learningRate == b.learningRate
        && a.isSkipped == b.isSkipped && a.values.map(\.name) == b.values.map(\.name)
        && a.values.map(\.value) == b.values.map(\.value)
    }
  }

  /// Computes the gradient of the loss on `batch` and updates the parameters.
  ///
  /// - Parameter step: number of the step from 0; decides dropout and the learning rate.
  public func step(_ batch: SequenceBatch, number step: Int) throws(DivergenceError) -> Report {
    var report = gradient(of: batch, step: step)
    report.learningRate = schedule.rate(after: step)
    // As torch.nn.utils.clip_grad_norm_ has it.
    let scale =
      settings.clipNorm > 0 ? min(1, settings.clipNorm / (report.gradientNorm + 1e-6)) : 1
    guard report.loss.isFinite && report.gradientNorm * scale <= Self.largestNorm else {
      skipped += 1
      report.isSkipped = true
      let name = nonFinite(in: batch, step: step)
      report.nonFinite = name
      if skipped > Self.skippedAtMost {
        throw DivergenceError(step: step, episodes: batch.episodes, tensor: name)
      }
      return report
    }
    skipped = 0
    optimizer.update(
      parameters, gradients: sum.total, rate: report.learningRate, gradientScale: scale, on: pool)
    agent.didUpdate(step: step, parameters: parameters, report: report)
    if let average {
      let t = Double(optimizer.updateCount)
      average.average(towards: parameters, decay: min(settings.averageDecay, (1 + t) / (10 + t)))
    }
    return report
  }

  /// The largest gradient of which the squares, which are second moments, are finite.
  private static let largestNorm = 1e19

  /// What is not finite after a step that went wrong: found by doing it once more, tensor by tensor.
  private func nonFinite(in batch: SequenceBatch, step: Int) -> String {
    if let name = firstNonFinite { return name }
    let gradient = sum.total.firstNonFinite
    let watch = watch ?? TapeWatch()
    watch.clear()
    watch.isLooking = true
    tapes[0].watch(with: watch)
    defer {
      watch.isLooking = false
      tapes[0].watch(with: self.watch)
    }
    var firstStep = 0
    let buffer = ParameterBuffer(like: parameters)
    for piece in batch.shards(shards) where piece.windowCount > 0 {
      _ = tapes[0].differentiate(
        agent, piece, into: buffer,
        Tape.Randomness(
          seed: seed, step: UInt64(step), firstStep: firstStep, stepCount: piece.stepCount))
      if let found = watch.found { return found.name }
      firstStep += piece.stepCount
    }
    return gradient.map { "the gradient of \($0)" } ?? "the loss, or the gradient's norm,"
  }

  /// What of all that a checkpoint holds is not finite, in words.
  package var firstNonFinite: String? {
    parameters.firstNonFinite.map { "parameter \($0)" }
      ?? average?.firstNonFinite.map { "the average of parameter \($0)" }
      ?? optimizer.firstNonFinite
  }

  /// The gradient of the batch, for tests.
  package var gradients: ParameterBuffer { sum.total }

  /// Leaves the batch's gradient in `gradients`.
  package func gradient(of batch: SequenceBatch, step: Int) -> Report {
    let pieces = batch.shards(shards)
    var firstSteps = [0]
    for piece in pieces { firstSteps.append(firstSteps[firstSteps.count - 1] + piece.stepCount) }
    let starts = firstSteps
    let losses = Mutex([Loss?](repeating: nil, count: pieces.count))
    sum.begin(shards: pieces.count)
    pool.run(pieces.count) { [agent, tapes, sum, seed] index, thread in
      let buffer = sum.makeBuffer()
      if pieces[index].windowCount > 0 {
        let loss = tapes[thread].differentiate(
          agent, pieces[index], into: buffer,
          Tape.Randomness(
            seed: seed, step: UInt64(step), firstStep: starts[index],
            stepCount: pieces[index].stepCount))
        losses.withLock { $0[index] = loss }
      } else {
        buffer.markUnwritten()
      }
      sum.finish(buffer, shard: index)
    }
    let parts = losses.withLock { $0 }.compactMap { $0 }
    return Self.report(parts, gradientNorm: sum.total.norm(on: pool))
  }

  private static func report(_ parts: [Loss], gradientNorm: Double) -> Report {
    var report = Report(
      loss: 0, values: [], gradientNorm: gradientNorm, learningRate: 0, isSkipped: false)
    guard let first = parts.first else { return report }
    for (index, term) in first.terms.enumerated() {
      let mean = parts.reduce(0) { $0 + $1.terms[index].sum.value } / Double(term.count)
      report.loss += Double(term.weight) * mean
      report.values.append((term.name, mean))
    }
    for (index, metric) in first.metrics.enumerated() {
      let mean = parts.reduce(0) { $0 + $1.metrics[index].sum } / Double(metric.count)
      report.values.append((metric.name, mean))
    }
    return report
  }
}

/// Training met numbers that are not finite, several steps in a row.
public struct DivergenceError: Error, Sendable, CustomStringConvertible {
  public var step: Int
  /// Episodes of the batch.
  public var episodes: [Int]
  /// What was not finite.
  public var tensor: String

  package init(step: Int, episodes: [Int], tensor: String) {
    self.step = step
    self.episodes = episodes
    self.tensor = tensor
  }

  public var description: String {
    let shown = episodes.prefix(8).map(String.init).joined(separator: ", ")
    return "step \(step): \(tensor) is not finite (batch of episodes \(shown)"
      + "\(episodes.count > 8 ? ", …" : "")); the last good checkpoint is kept; "
      + "try a smaller training.optimization.learningRate or a clipNorm"
  }
}

/// A tape that one thread of the pool uses.
private final class TapeOwner: @unchecked Sendable {
  private var tape: Tape

  init(_ parameters: ParameterStore) {
    tape = Tape(parameters: parameters, gradients: ParameterBuffer(like: parameters))
  }

  func profile(with profiler: TapeProfiler?) { tape.profile(with: profiler) }
  func watch(with watch: TapeWatch?) { tape.watch(with: watch) }

  func differentiate(
    _ agent: any Agent, _ batch: SequenceBatch, into buffer: ParameterBuffer,
    _ randomness: Tape.Randomness
  ) -> Loss {
    tape.clear(randomness, gradients: buffer)
    let loss = agent.loss(on: batch, tape: &tape)
    tape.backward(from: loss)
    return loss
  }
}

/// Adds up shard gradients in shard order, whatever the order in which they are finished, and
/// reuses their memory: there are about as many buffers as threads.
private final class GradientSum: Sendable {
  let total: ParameterBuffer
  private let parameters: ParameterStore
  private let state: Mutex<State>

  private struct State {
    var free: [ParameterBuffer] = []
    var finished: [ParameterBuffer?] = []
    var next = 0
  }

  init(_ parameters: ParameterStore) {
    self.parameters = parameters
    total = ParameterBuffer(like: parameters)
    state = Mutex(State())
  }

  func begin(shards: Int) {
    total.markUnwritten()
    state.withLock {
      $0.finished = Array(repeating: nil, count: shards)
      $0.next = 0
    }
  }

  func makeBuffer() -> ParameterBuffer {
    state.withLock { $0.free.popLast() } ?? ParameterBuffer(like: parameters)
  }

  func finish(_ buffer: ParameterBuffer, shard: Int) {
    state.withLock { state in
      state.finished[shard] = buffer
      while state.next < state.finished.count, let ready = state.finished[state.next] {
        total.add(ready)
        state.finished[state.next] = nil
        state.free.append(ready)
        state.next += 1
      }
    }
  }
}
