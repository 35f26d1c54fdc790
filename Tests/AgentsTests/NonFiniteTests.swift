import Agents
import Datasets
import Documents
import Environments
import TensorCore
import Testing

@Suite("A number that is not finite")
struct NonFiniteTests {
  private static let ids = AgentRegistry.builtIn.entries.filter { !$0.isFitter }.map(\.id)

  /// A learner of an agent with a batch of its own data, on one thread and in one shard.
  private struct Subject {
    let learner: Learner
    let batch: SequenceBatch

    init(_ id: String, clipNorm: Double = 1) throws {
      let isContinuous = ["td3-bc", "iql"].contains(id)
      let entry = try #require(
        EnvironmentRegistry.builtIn[isContinuous ? "Pendulum-v1" : "corridor"])
      self = try entry.visit(Making(id: id, clipNorm: clipNorm))
    }

    private struct Making: EnvironmentVisitor {
      typealias Failure = any Error
      let id: String
      let clipNorm: Double

      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws -> Subject {
        let playground = Playground(try entry.makeWorld(entry.defaults), episodes: 3)
        var scope = ParameterScope()
        let agent = try AgentRegistry.builtIn.make(
          Component("agent", id: id, settings: [:]), data: playground.data, parts: .builtIn,
          into: &scope)
        var settings = OptimizationSettings()
        settings.averageDecay = 0.9
        settings.clipNorm = clipNorm
        let learner = Learner(
          agent, parameters: ParameterStore(scope, seed: 0), settings: settings, totalSteps: 10,
          shards: 1, threads: 1, seed: 0)
        let sampler = try WindowSampler(
          playground.dataset, summary: playground.data, request: agent.windowRequest, seed: 0)
        var batch = SequenceBatch()
        sampler.fill(&batch, windows: 4, step: 0)
        return Subject(learner, batch)
      }
    }

    private init(_ learner: Learner, _ batch: SequenceBatch) {
      (self.learner, self.batch) = (learner, batch)
    }

    var weights: [[Float]] {
      learner.parameters.specifications.indices.map { learner.parameters.values(of: $0) }
    }
  }

  /// What leads nowhere, such as a metric, may be missed: then all is learned as if it were not there.
  @Test("is seen in the step that brings it, named, and learned nothing from", arguments: ids)
  func everywhere(id: String) throws {
    let count = TapeWatch()
    let quiet = try Subject(id)
    let before = quiet.weights
    quiet.learner.watch(with: count)
    let report = try quiet.learner.step(quiet.batch, number: 0)
    #expect(!report.isSkipped && report.nonFinite == nil)
    let after = quiet.weights
    let places =
      count.ops.indices.map { TapeWatch.Place.output($0) }
      + count.gradients.map { TapeWatch.Place.gradient($0) }
    var seen = 0
    for place in places {
      let subject = try Subject(id)
      subject.learner.watch(with: TapeWatch(breaking: place))
      let broken = try subject.learner.step(subject.batch, number: 0)
      let (number, kind) =
        switch place {
        case .output(let n): (n, "the output of ")
        case .gradient(let n): (n, "the gradient of ")
        }
      let op = "\(kind)\(count.ops[number])"
      guard broken.isSkipped else {
        let isHarmless = subject.weights == after
        #expect(isHarmless, "\(op) (op \(number)) was not seen, and changes what is learned")
        continue
      }
      seen += 1
      let isNamed =
        broken.nonFinite?.hasPrefix(op) == true
        && broken.nonFinite?.hasSuffix("(op \(number))") == true
      #expect(isNamed, "\(op) (op \(number)) was named \(broken.nonFinite ?? "nothing")")
      let isUntouched = subject.weights == before && subject.learner.firstNonFinite == nil
      #expect(isUntouched, "\(op) (op \(number)) was learned from")
    }
    #expect(seen >= 8, "\(seen) of \(places.count)")
  }

  @Test("in a weight or in the optimizer is named by the parameter's name", arguments: ids)
  func parameters(id: String) throws {
    let subject = try Subject(id)
    let learner = subject.learner
    _ = try learner.step(subject.batch, number: 0)
    let average = try #require(learner.average)
    let averages = average.specifications.indices.map { average.values(of: $0) }
    for (index, specification) in learner.parameters.specifications.enumerated()
    where specification.role == .weight {
      let name = specification.name
      let weights = learner.parameters.values(of: index)
      learner.parameters.setValues(of: index, to: [.nan] + weights.dropFirst())
      #expect(learner.firstNonFinite == "parameter \(name)")
      learner.skipped = 0
      let report = try learner.step(subject.batch, number: 1)
      // A weight that this batch does not use hurts nothing yet; it is never saved.
      #expect(!report.isSkipped || report.nonFinite == "parameter \(name)")
      learner.parameters.setValues(of: index, to: weights)
      for (other, values) in averages.enumerated() { average.setValues(of: other, to: values) }
      for (moments, which) in [
        (learner.optimizer.firstMoments, "first"), (learner.optimizer.secondMoments, "second"),
      ] {
        let values = moments.values(of: index)
        moments.setValues(of: index, to: [.infinity] + values.dropFirst())
        #expect(learner.firstNonFinite == "the \(which) moment of \(name)")
        moments.setValues(of: index, to: values)
      }
    }
    average.setValues(of: 0, to: average.values(of: 0).map { _ in .nan })
    #expect(
      learner.firstNonFinite
        == "the average of parameter \(average.specifications[0].name)")
  }

  /// Its square would be infinite, and the weight would stand still for ever.
  @Test("does not come from a gradient too large for its square")
  func largeGradient() throws {
    let subject = try Subject("behaviour-cloning", clipNorm: 0)
    let store = subject.learner.parameters
    for index in store.specifications.indices {
      store.setValues(of: index, to: store.values(of: index).map { $0 * 1e12 })
    }
    let before = subject.weights
    let report = try subject.learner.step(subject.batch, number: 0)
    #expect(report.loss.isFinite && report.gradientNorm > 1e19, "\(report)")
    #expect(report.isSkipped && report.nonFinite != nil)
    #expect(subject.weights == before)
    #expect(subject.learner.optimizer.firstNonFinite == nil)
  }
}
