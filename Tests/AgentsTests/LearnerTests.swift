import Agents
import Datasets
import TensorCore
import Testing

@Suite("The learner")
struct LearnerTests {
  static let lengths = [7, 1, 12, 3, 5, 12, 2, 9, 1, 6, 12]

  private func train(
    shards: Int, threads: Int, dropout: Double, steps: Int = 4
  ) throws -> (weights: [[Float]], losses: [Double]) {
    let (agent, store) = try RandomBatch.agent(context: 12, dropout: dropout)
    var settings = OptimizationSettings()
    settings.warmUpSteps = 2
    let learner = Learner(
      agent, parameters: store, settings: settings, totalSteps: 10, shards: shards,
      threads: threads, seed: 5)
    var losses: [Double] = []
    for step in 0..<steps {
      let batch = RandomBatch.make(lengths: Self.lengths, seed: UInt64(step))
      losses.append(try learner.step(batch, number: step).loss)
    }
    return (store.specifications.indices.map { store.values(of: $0) }, losses)
  }

  @Test("gives the same bits on 1, 2 and 4 threads", arguments: [0, 0.3])
  func threads(dropout: Double) throws {
    let one = try train(shards: 8, threads: 1, dropout: dropout)
    for threads in [2, 4] {
      for _ in 0..<5 {
        let more = try train(shards: 8, threads: threads, dropout: dropout)
        #expect(more.weights == one.weights, "\(threads) threads")
        #expect(more.losses == one.losses, "\(threads) threads")
      }
    }
  }

  /// Dropout masks belong to rows of the batch, so this holds with dropout as well. AdamW divides by
  /// the gradient's size, so rounding can grow to the learning rate where a gradient is tiny: the
  /// gradient itself is compared.
  @Test("gives the same gradient from 1 shard as from 8, to rounding", arguments: [0, 0.3])
  func shards(dropout: Double) throws {
    var gradients: [[[Float]]] = []
    for shards in [1, 8, 40] {
      let (agent, store) = try RandomBatch.agent(context: 12, dropout: dropout)
      let learner = Learner(
        agent, parameters: store, settings: OptimizationSettings(), totalSteps: 1, shards: shards,
        threads: 2, seed: 5)
      _ = learner.gradient(of: RandomBatch.make(lengths: Self.lengths), step: 3)
      gradients.append(store.specifications.indices.map { learner.gradients.values(of: $0) })
    }
    let largest = gradients[0].joined().map(abs).max() ?? 0
    for other in gradients.dropFirst() {
      for (a, b) in zip(gradients[0].joined(), other.joined()) {
        #expect(abs(a - b) <= 1e-5 * largest)
      }
    }
  }

  @Test("draws other masks at another step, and none without dropout")
  func masks() throws {
    func loss(dropout: Double, step: Int) throws -> Double {
      let (agent, store) = try RandomBatch.agent(context: 12, dropout: dropout)
      let learner = Learner(
        agent, parameters: store, settings: OptimizationSettings(), totalSteps: 1, shards: 2,
        threads: 1, seed: 5)
      return learner.gradient(of: RandomBatch.make(lengths: Self.lengths), step: step).loss
    }
    #expect(try loss(dropout: 0.3, step: 0) != loss(dropout: 0.3, step: 1))
    #expect(try loss(dropout: 0, step: 0) == loss(dropout: 0, step: 1))
  }

  @Test("overfits one batch", .tags(.learning), arguments: [true, false])
  func overfits(discrete: Bool) throws {
    let (agent, store) = try RandomBatch.agent(context: 12, discrete: discrete)
    var settings = OptimizationSettings()
    settings.learningRate = 3e-3
    settings.warmUpSteps = 10
    let learner = Learner(
      agent, parameters: store, settings: settings, totalSteps: 300, shards: 2, threads: 2, seed: 0)
    let batch = RandomBatch.make(lengths: [12, 12, 5, 8], discrete: discrete)
    var last = Double.infinity
    for step in 0..<300 { last = try learner.step(batch, number: step).loss }
    #expect(last < 0.01, "loss \(last)")
  }

  @Test("skips a step that is not finite and gives up after four")
  func divergence() throws {
    let (agent, store) = try RandomBatch.agent(context: 12)
    let learner = Learner(
      agent, parameters: store, settings: OptimizationSettings(), totalSteps: 10, shards: 2,
      threads: 2, seed: 0)
    var broken = RandomBatch.make(lengths: [4, 4])
    broken.observations[3] = .nan
    let before = store.specifications.indices.map { store.values(of: $0) }
    for step in 0..<3 { #expect(try learner.step(broken, number: step).isSkipped) }
    #expect(store.specifications.indices.map { store.values(of: $0) } == before)
    let fine = RandomBatch.make(lengths: [4, 4])
    #expect(try !learner.step(fine, number: 3).isSkipped)
    for step in 4..<7 { _ = try learner.step(broken, number: step) }
    let error = #expect(throws: DivergenceError.self) {
      _ = try learner.step(broken, number: 7)
    }
    #expect(error?.step == 7)
    #expect(error?.episodes == [0, 1])
  }
}

extension Tag {
  /// Trains something.
  @Tag static var learning: Tag
}
