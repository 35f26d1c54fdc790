import Agents
import Datasets
import Documents
import Environments
import Foundation
import Randomness
import TensorCore
import Testing

/// An agent that plays episodes and is then led through them.
struct ReplayCase: Sendable, CustomStringConvertible {
  let id: String
  var settings: Document.Fields = [:]
  var description: String { "\(id) \(settings["contextLength"].map { "\($0)" } ?? "")" }

  private static let small: Document = ["hidden": [16]]
  private static func transformer(
    context: Int, id: String = "decision-transformer", _ options: Document.Fields = [:]
  ) -> ReplayCase {
    var settings = options
    settings["contextLength"] = .integer(context)
    settings["backbone"] = ["id": "transformer", "width": 16, "layers": 2, "heads": 2]
    return ReplayCase(id: id, settings: settings)
  }

  static let all = [
    ReplayCase(id: "behaviour-cloning", settings: ["network": small]),
    ReplayCase(id: "rvs", settings: ["network": small]),
    ReplayCase(id: "dqn", settings: ["network": small]),
    // Windows that slide, and whole episodes.
    transformer(context: 3), transformer(context: 30),
    transformer(context: 5, id: "windowed-behaviour-cloning"),
    transformer(context: 4, ["conditioningUpdate": "constant", "order": "observationFirst"]),
  ]
}

@Suite("A policy led through its own episodes")
struct ReplayTests {
  private let world: Corridor
  private let playground: Playground<Corridor>

  init() throws {
    world = try Corridor(Corridor.Configuration())
    playground = Playground(world, episodes: 60)
  }

  /// Episodes of a policy, asked for a return of 0.7.
  private func record(_ policies: PolicySource, _ selection: Selection) throws -> Dataset {
    let policy = try #require(
      policies.makePolicy(lanes: 1, selection: selection) as? any ProbabilisticPolicy)
    var builder = DatasetBuilder(playground.dataset.header)
    var world = world
    for episode in 0..<40 {
      world.reset(seed: UInt64(episode))
      policy.begin(lane: 0, prompt: .targetReturn(0.7), seed: UInt64(1000 + episode))
      builder.beginEpisode(seed: UInt64(episode))
      var (reward, isDone) = (0.0, false)
      var actions: [Action] = []
      while !isDone {
        let row = world.observation()
        policy.actions(lanes: [0], observations: row, rewards: [reward], into: &actions)
        let outcome = world.step(actions[0])
        builder.append(
          observation: row.span, action: actions[0], outcome: outcome,
          behaviourLogProbability: policy.logProbability(lane: 0))
        (reward, isDone) = (outcome.reward, outcome.isDone)
      }
      builder.endEpisode(finalObservation: world.observation().span, isSolved: world.isSolved)
    }
    return builder.takeDataset()
  }

  private func source(_ test: ReplayCase) throws -> PolicySource {
    let trained = try playground.train(test.id, test.settings, steps: 60)
    return PolicySource(trained.agent, trained.parameters)
  }

  @Test("gives their actions the probabilities they were drawn with", arguments: ReplayCase.all)
  func ownEpisodes(test: ReplayCase) throws {
    let policies = try source(test)
    // Sharp enough that a policy with another past would differ.
    let selection = Selection(.sampled, temperature: 0.3)
    let dataset = try record(policies, selection)
    let replay = try ActionProbabilities(
      of: policies, on: dataset, prompt: .targetReturn(0.7), selection: selection,
      isAskedAtEnds: true, threads: 2)
    // Cached and batched products round differently.
    let ratios = try replay.logRatios(on: dataset)
    #expect(ratios.count == dataset.stepCount)
    #expect(ratios.allSatisfy { abs($0) < 1e-4 }, "\(ratios.map { abs($0) }.max() ?? 0)")
    #expect(Set(dataset.behaviourLogProbabilities).count > 5, "the policy must not be constant")
    let episodes = (0..<dataset.episodeCount).map { episode in
      let steps = dataset.steps(ofEpisode: episode)
      return WeighedEpisode(
        rewards: Array(dataset.rewards[steps]), logRatios: Array(ratios[steps]))
    }
    let mean = dataset.episodeReturns.reduce(0, +) / Double(dataset.episodeCount)
    for rule in ImportanceSampling.Rule.allCases {
      let value = try #require(ImportanceSampling(rule, of: episodes, discount: 1).value)
      #expect(abs(value - mean) < 1e-3, "\(rule)")
    }
    for episode in 0..<dataset.episodeCount {
      for time in 0...dataset.steps(ofEpisode: episode).count {
        let sum = replay.row(episode: episode, time: time).reduce(0, +)
        #expect(abs(sum - 1) < 1e-5)
      }
    }
  }

  @Test("is the same on any number of threads", arguments: ReplayCase.all)
  func threads(test: ReplayCase) throws {
    let policies = try source(test)
    let data = Playground(world, episodes: 150).dataset
    func replay(_ threads: Int) throws -> ActionProbabilities {
      try ActionProbabilities(
        of: policies, on: data, prompt: .targetReturn(1), selection: Selection(.sampled),
        isAskedAtEnds: false, threads: threads)
    }
    #expect(try replay(1) == replay(3))
  }

  @Test("and chosen greedily takes one action for certain")
  func greedy() throws {
    let policies = try source(ReplayCase.all[0])
    let dataset = try record(policies, Selection(.greedy))
    let replay = try ActionProbabilities(
      of: policies, on: dataset, prompt: .none, selection: Selection(.greedy),
      isAskedAtEnds: false)
    #expect(replay.logProbabilities.allSatisfy { $0 == 0 })
    let others = try ActionProbabilities(
      of: policies, on: playground.dataset, prompt: .none, selection: Selection(.greedy),
      isAskedAtEnds: false)
    #expect(Set(others.logProbabilities) == [0, -.infinity])
  }

  @Test("of a table, too")
  func table() throws {
    let fitter = try TabularQ(TabularQ.Configuration(), data: playground.data)
    let tables = try #require(fitter.fit(to: playground.dataset, onSweep: { _ in true }))
    let policies = try PolicySource(fitter, tables)
    let selection = Selection(.sampled, temperature: 0.3)
    let dataset = try record(policies, selection)
    let ratios = try ActionProbabilities(
      of: policies, on: dataset, prompt: .none, selection: selection, isAskedAtEnds: true
    ).logRatios(on: dataset)
    #expect(ratios.allSatisfy { abs($0) < 1e-6 })
  }

  @Test("refuses data that do not say how probable their actions were")
  func noProbabilities() throws {
    var builder = DatasetBuilder(playground.dataset.header)
    for episode in 0..<3 {
      var copy = playground.dataset[episode: episode]
      copy.behaviourLogProbabilities = []
      builder.append(copy)
    }
    let dataset = builder.takeDataset()
    let replay = try ActionProbabilities(
      of: source(ReplayCase.all[0]), on: dataset, prompt: .none, selection: Selection(.sampled),
      isAskedAtEnds: false)
    #expect(throws: OffPolicyError.noBehaviourProbabilities) { try replay.logRatios(on: dataset) }
    #expect("\(OffPolicyError.noBehaviourProbabilities)".contains("behaviour_log_probabilities"))
  }

  @Test("refuses a recorded action that its own policy never takes")
  func impossible() throws {
    var builder = DatasetBuilder(playground.dataset.header)
    builder.append(playground.dataset[episode: 0])
    var copy = playground.dataset[episode: 1]
    copy.behaviourLogProbabilities[0] = -.infinity
    builder.append(copy)
    let dataset = builder.takeDataset()
    let replay = try ActionProbabilities(
      of: source(ReplayCase.all[0]), on: dataset, prompt: .none, selection: Selection(.sampled),
      isAskedAtEnds: false)
    #expect(
      throws: OffPolicyError.impossibleAction(episode: 1, step: 0, logProbability: -.infinity)
    ) { try replay.logRatios(on: dataset) }
  }
}
