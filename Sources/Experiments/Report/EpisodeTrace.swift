internal import Agents
internal import Datasets
internal import Documents
internal import Environments
internal import Reports
internal import TensorCore

/// An evaluated episode played once more, with all that happened in it.
struct EpisodeTrace {
  let target: ResolvedTarget
  /// Of the environment, for captions.
  let environment: String
  /// `[T + 1][observation width]` As the environment gave them.
  let observations: [[Float]]
  /// `[T]`
  let actions: [Action]
  let actionNames: [String]
  let rewards: [Double]
  let isSolved: Bool
  /// What the world looked like at each time, the end included; empty where it has no picture.
  let frames: [Film.Frame]

  var length: Int { actions.count }
  var achievedReturn: Double { rewards.reduce(0, +) }
  /// `[T]` The sum of rewards from each step on.
  var returnsToGo: [Double] {
    var sum = 0.0
    return rewards.reversed().map { reward in
      sum += reward
      return sum
    }.reversed()
  }

  func actionName(at step: Int) -> String { actions[step].name(among: actionNames) }

  /// Plays an episode of an evaluation.
  ///
  /// - Parameters:
  ///   - episode: its number in the evaluation, from 0.
  ///   - seed: the evaluation's.
  init(
    of trained: TrainedAgent, target: ResolvedTarget, selection: Selection, episode: Int,
    seed: UInt64, registry: Registry, stop: StopRequest
  ) throws {
    let entry: any AnyEnvironmentEntry
    do throws(ConfigurationError) {
      entry = try registry.environmentEntry(trained.settings.environment)
    } catch { throw error.within("environment") }
    self = try entry.visit(
      Visitor(
        trained: trained, target: target, selection: selection,
        task: RolloutTask(target: target, episode: episode, seed: seed, purpose: "evaluation"),
        stop: stop))
  }

  private init(
    target: ResolvedTarget, environment: String, observations: [[Float]], actions: [Action],
    actionNames: [String], rewards: [Double], isSolved: Bool, frames: [Film.Frame]
  ) {
    (self.target, self.environment, self.observations) = (target, environment, observations)
    (self.actions, self.actionNames, self.rewards) = (actions, actionNames, rewards)
    (self.isSolved, self.frames) = (isSolved, frames)
  }

  private struct Visitor: EnvironmentVisitor {
    typealias Failure = any Error
    let trained: TrainedAgent
    let target: ResolvedTarget
    let selection: Selection
    let task: RolloutTask
    let stop: StopRequest

    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws -> EpisodeTrace {
      var world: World
      do throws(ConfigurationError) {
        world = try World(trained.settings.environment.decode(as: World.Configuration.self))
      } catch { throw error.within("environment") }
      BLAS.useOneThreadPerCall()
      let policy = trained.policies.makePolicy(lanes: 1, selection: selection)
      world.reset(seed: task.environmentSeed)
      policy.begin(lane: 0, prompt: task.prompt, seed: task.policySeed)
      let names = (world as? any Drawable)?.actionNames ?? []
      var observations = [world.observation()]
      var actions: [Action] = []
      var rewards: [Double] = []
      var frames: [Film.Frame] = []
      var outcome = Outcome(reward: 0, isTerminated: false, isTruncated: false)
      func addFrame() {
        guard let look = (world as? any Drawable)?.look else { return }
        frames.append(
          Film.Frame(
            world, look, step: actions.count,
            action: actions.last?.name(among: names) ?? "", outcome: outcome,
            total: (frames.last?.total ?? 0) + outcome.reward, overlay: nil))
      }
      addFrame()
      var chosen: [Action] = []
      while !outcome.isDone {
        if let signal = stop.signal {
          throw Interruption(signal: signal, message: "the report was stopped, nothing was written")
        }
        policy.actions(
          lanes: [0], observations: observations[observations.count - 1],
          rewards: [outcome.reward], into: &chosen)
        outcome = world.step(chosen[0])
        actions.append(chosen[0])
        rewards.append(outcome.reward)
        observations.append(world.observation())
        addFrame()
      }
      return EpisodeTrace(
        target: target, environment: entry.id, observations: observations, actions: actions,
        actionNames: names, rewards: rewards, isSolved: world.isSolved, frames: frames)
    }
  }
}

extension EpisodeTrace {
  /// Windows of the episode as the model saw them when it acted: observations normalised, returns as
  /// they were asked for.
  ///
  /// - Returns: `nil` where the policy drew the returns itself, which nobody wrote down.
  func batch(_ windows: [Range<Int>], for model: DecisionTransformer) -> SequenceBatch? {
    var asked = [Double](repeating: 0, count: length)
    if model.isConditionedOnReturns {
      guard var left = target.value else { return nil }
      for step in 0..<length {
        asked[step] = left
        if model.configuration.conditioningUpdate == .decremented { left -= rewards[step] }
      }
    }
    let data = model.data
    var batch = SequenceBatch()
    for window in windows {
      for step in window {
        for (index, number) in observations[step].enumerated() {
          batch.observations.append(
            (number - data.observationMean[index]) / data.observationScale[index])
        }
        switch (actions[step], data.actionSpace) {
        case (.discrete(let index), .discrete(_, let start)):
          batch.discreteActions.append(Int32(index - start))
        case (.discrete(let index), _): batch.discreteActions.append(Int32(index))
        case (.continuous(let numbers), _): batch.continuousActions += numbers
        }
        batch.rewards.append(Float(rewards[step]))
        batch.returnsToGo.append(Float(asked[step]))
        batch.timesteps.append(Int32(min(step, data.horizon - 1)))
        let isLast = step == length - 1
        batch.isTerminated.append(isLast)
        batch.isTruncated.append(false)
      }
      batch.offsets.append(Int32(batch.timesteps.count))
      batch.episodes.append(0)
      batch.successors += observations[window.upperBound]
    }
    batch.totalWindows = batch.windowCount
    batch.totalSteps = batch.stepCount
    return batch
  }
}
