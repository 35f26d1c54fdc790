internal import Parallel
internal import Randomness

/// A matrix of floats that lives on a tape until the tape is cleared.
public struct Tensor: Sendable, BitwiseCopyable {
  public let rows: Int
  public let columns: Int
  let offset: Int
  let node: Int

  public var count: Int { rows * columns }
}

/// Runs ops forward and remembers how to run them backward.
///
/// Every op is one method in `Ops/`: it makes its output, computes it, and registers with
/// `onBackward(_:)` what sends the output's gradient to its inputs. Memory belongs to the tape:
/// clearing it forgets all tensors and keeps the room. A tape belongs to one thread at a time.
public struct Tape: ~Copyable {
  /// Where random numbers of this pass come from: the same whatever the number of shards.
  public struct Randomness: Sendable, Equatable {
    public var seed: UInt64
    /// Number of the training step.
    public var step: UInt64
    /// Steps of the whole batch that come before this shard's.
    public var firstStep: Int
    /// Steps in this shard.
    public var stepCount: Int

    public init(seed: UInt64 = 0, step: UInt64 = 0, firstStep: Int = 0, stepCount: Int = 1) {
      self.seed = seed
      self.step = step
      self.firstStep = firstStep
      self.stepCount = stepCount
    }
  }

  /// Whether a backward pass can follow; without, dropout is off too.
  public let recordsGradients: Bool
  package let parameters: ParameterStore
  private(set) var randomness = Randomness()
  private var values = Arena()
  private var gradients = Arena(capacity: 1)
  private var scratch = Arena(capacity: 1)
  private var parameterGradients: ParameterBuffer?
  private var needsGradient: [Bool] = []
  private var hasGradient: [Bool] = []
  private var backwardSteps: [(inout Tape) -> Void] = []
  private var randomOps: UInt64 = 0
  private var profiler: TapeProfiler?
  private var watch: TapeWatch?
  /// Threads that share the rows of an op; one where shards run side by side, as in training.
  private let workers: WorkerPool?

  /// A tape for inference.
  public init(parameters: ParameterStore) { self.init(parameters: parameters, threads: 1) }

  /// A tape for inference whose ops are each shared by several threads; the numbers are the same.
  package init(parameters: ParameterStore, threads: Int) {
    self.parameters = parameters
    recordsGradients = false
    workers = threads > 1 ? WorkerPool(threads: threads) : nil
  }

  /// A tape for training, whose backward pass writes to `gradients`.
  package init(parameters: ParameterStore, gradients: ParameterBuffer) {
    self.parameters = parameters
    parameterGradients = gradients
    recordsGradients = true
    workers = nil
  }

  /// Forgets all tensors; what follows draws from `randomness`.
  public mutating func clear(_ randomness: Randomness = Randomness()) {
    self.randomness = randomness
    values.clear()
    needsGradient.removeAll(keepingCapacity: true)
    hasGradient.removeAll(keepingCapacity: true)
    backwardSteps.removeAll(keepingCapacity: true)
    parameterGradients?.markUnwritten()
    randomOps = 0
    profiler?.start()
    watch?.begin()
  }

  /// The same, with another buffer for the parameters' gradients.
  package mutating func clear(_ randomness: Randomness, gradients: ParameterBuffer) {
    precondition(recordsGradients, "this tape is for inference")
    parameterGradients = gradients
    clear(randomness)
  }

  /// Copies rows from outside onto the tape; they get no gradient.
  public mutating func constant(_ numbers: [Float], rows: Int, columns: Int) -> Tensor {
    precondition(
      numbers.count == rows * columns, "\(numbers.count) numbers for shape [\(rows), \(columns)]")
    let tensor = makeTensor(rows: rows, columns: columns, needsGradient: false)
    numbers.withUnsafeBufferPointer { source in
      if let start = source.baseAddress {
        value(tensor).update(from: start, count: source.count)
      }
    }
    _ = watch?.visit(output: value(tensor), tensor.count, of: "constant")
    return tensor
  }

  /// Floats that the tensors made since the last clearing take; gradients take as many again.
  package var floatsInUse: Int { values.used }

  /// The values of a parameter, row-major.
  public func read(_ parameter: Parameter) -> [Float] {
    precondition(!parameter.isSlice, "only whole parameters are read")
    return Array(
      UnsafeBufferPointer(start: value(parameter), count: parameter.rows * parameter.columns))
  }

  /// Draws from N(0, 1), the same for a row of the batch wherever it is cut: `[rows · columns]`.
  ///
  /// - Parameters:
  ///   - name: of the stream.
  ///   - rows: one per step of this shard.
  public func normalNoise(_ name: String, rows: Int, columns: Int) -> [Float] {
    precondition(rows == randomness.stepCount, "\(rows) rows for \(randomness.stepCount) steps")
    let seed = RandomStream.mix(randomness.seed ^ RandomStream.mix(randomness.step))
    return (0..<rows).flatMap { row in
      var random = RandomStream(seed: seed, name, UInt64(randomness.firstStep + row))
      return (0..<columns).map { _ in Float(random.normal()) }
    }
  }

  /// The numbers of a tensor, row-major.
  public func read(_ tensor: Tensor) -> [Float] {
    Array(UnsafeBufferPointer(start: value(tensor), count: tensor.count))
  }

  /// The gradient that the backward pass left in `tensor`; zeros if none reached it.
  package func readGradient(_ tensor: Tensor) -> [Float] {
    guard hasGradient[tensor.node] else { return Array(repeating: 0, count: tensor.count) }
    return Array(UnsafeBufferPointer(start: gradient(tensor), count: tensor.count))
  }

  /// Copies numbers onto the tape as ``constant(_:rows:columns:)`` does, but collects a gradient:
  /// for gradient checks.
  package mutating func variable(_ numbers: [Float], rows: Int, columns: Int) -> Tensor {
    let tensor = constant(numbers, rows: rows, columns: columns)
    needsGradient[tensor.node] = true
    return tensor
  }

  /// Sends gradients from the terms of `loss` to every parameter that they depend on.
  package mutating func backward(from loss: Loss) {
    precondition(recordsGradients, "this tape is for inference")
    gradients.makeRoom(for: values.used)
    for term in loss.terms where needsGradient[term.sum.tensor.node] {
      let accumulates = claimGradient(term.sum.tensor)
      let slope = term.weight / Float(term.count)
      gradient(term.sum.tensor)[0] = slope + (accumulates ? gradient(term.sum.tensor)[0] : 0)
    }
    profiler?.start()
    let steps = backwardSteps
    backwardSteps.removeAll(keepingCapacity: true)
    for step in steps.reversed() { step(&self) }
  }
}

// What ops are written with.
extension Tape {
  /// A new tensor with undefined content.
  mutating func makeTensor(rows: Int, columns: Int, needsGradient: Bool = true) -> Tensor {
    let offset = values.take(rows * columns)
    self.needsGradient.append(needsGradient && recordsGradients)
    hasGradient.append(false)
    return Tensor(rows: rows, columns: columns, offset: offset, node: self.needsGradient.count - 1)
  }

  func value(_ tensor: Tensor) -> UnsafeMutablePointer<Float> { values.start + tensor.offset }

  func value(_ parameter: Parameter) -> UnsafeMutablePointer<Float> {
    parameters.start + parameter.offset
  }

  func matrix(_ tensor: Tensor) -> BLAS.Matrix {
    BLAS.Matrix(start: value(tensor), stride: tensor.columns)
  }

  func matrix(_ parameter: Parameter) -> BLAS.Matrix {
    BLAS.Matrix(start: value(parameter), stride: parameter.stride)
  }

  func wantsGradient(_ tensor: Tensor) -> Bool { needsGradient[tensor.node] }

  /// Whether anything was sent to the output whose backward step runs now.
  func hasGradient(_ tensor: Tensor) -> Bool { hasGradient[tensor.node] }

  func gradient(_ tensor: Tensor) -> UnsafeMutablePointer<Float> {
    gradients.start + tensor.offset
  }

  /// Announces that the caller writes the whole gradient of `tensor` now.
  ///
  /// - Returns: `true` if there is a gradient already, to which the caller must add.
  mutating func claimGradient(_ tensor: Tensor) -> Bool {
    let accumulates = hasGradient[tensor.node]
    hasGradient[tensor.node] = true
    return accumulates
  }

  /// The same for a parameter. A slice's siblings may come later, so its whole is zeroed first.
  mutating func claimGradient(
    _ parameter: Parameter, writesAll: Bool = true
  ) -> (start: UnsafeMutablePointer<Float>, accumulates: Bool) {
    guard let buffer = parameterGradients else { preconditionFailure("this tape is for inference") }
    precondition(!parameter.isFrozen, "a frozen parameter gets no gradient")
    var accumulates = buffer.isWritten[parameter.index]
    if !accumulates {
      buffer.isWritten[parameter.index] = true
      if parameter.isSlice || !writesAll {
        let whole = buffer.specifications[parameter.index]
        (buffer.start + whole.offset).update(repeating: 0, count: whole.count)
        accumulates = true
      }
    }
    return (buffer.start + parameter.offset, accumulates)
  }

  /// Registers the backward half of the op that made `output`; it runs only if a gradient reached
  /// `output`. Ops of policies return before they call this: making the closure takes longer than
  /// a small op.
  ///
  /// - Parameter op: the op's name in a profile: the method that calls this.
  mutating func onBackward(
    of output: Tensor, op: StaticString = #function, _ body: @escaping (inout Tape) -> Void
  ) {
    profiler?.countForward(op)
    let number = watch?.visit(output: value(output), output.count, of: op) ?? 0
    guard needsGradient[output.node] else { return }
    backwardSteps.append { tape in
      guard tape.hasGradient(output) else { return }
      tape.watch?.visit(
        gradient: tape.gradient(output), output.count, of: op, number: number)
      body(&tape)
      tape.profiler?.countBackward(op)
    }
  }

  /// Times every op of later passes; `nil` stops it.
  package mutating func profile(with profiler: TapeProfiler?) { self.profiler = profiler }

  /// Shows the tensors of later passes to a watch; `nil` stops it.
  package mutating func watch(with watch: TapeWatch?) { self.watch = watch }

  /// At least `count` floats for the duration of one kernel call.
  mutating func scratch(_ count: Int) -> UnsafeMutablePointer<Float> {
    scratch.makeRoom(for: count)
    return scratch.start
  }

  /// Threads that ``share(_:by:_:)`` can use.
  var threadCount: Int { workers?.threadCount ?? 1 }

  /// Runs `part` for ranges that together make `0 ..< count`, on several threads where there are
  /// any; every range but the last begins and ends at a multiple of `unit`.
  func share(_ count: Int, by unit: Int, _ part: @escaping @Sendable (Range<Int>) -> Void) {
    guard let workers, count > unit else { return part(0..<count) }
    let units = (count + unit - 1) / unit
    let size = (units + workers.threadCount - 1) / workers.threadCount * unit
    workers.run((count + size - 1) / size) { index, _ in
      part((index * size)..<min((index + 1) * size, count))
    }
  }

  /// The key of the next op that draws random numbers.
  mutating func nextRandomKey() -> UInt64 {
    randomOps += 1
    return DropoutMask.key(seed: randomness.seed, step: randomness.step, op: randomOps)
  }
}
