internal import Datasets
internal import Environments
internal import Randomness
internal import TensorCore

/// Acts by asking a Decision Transformer for a return.
///
/// While an episode is no longer than the context, each step costs the new tokens only: the last
/// action, the return-to-go and the observation, against the backbone's memory of the rest. Once
/// the window slides it is computed anew at every step, because what is remembered of a token
/// depends on tokens that have left, unless the backbone's memory is exact beyond the context.
final class DecisionTransformerPolicy<Backbone: SequenceBackbone>: ProbabilisticPolicy {
  private let model: DecisionTransformer
  private let backbone: Backbone
  private let selection: Selection
  private var tape: Tape
  private var memory: Backbone.Memory
  private var lanes: [Lane]

  /// One episode's history, no longer than the context.
  private struct Lane {
    var returnToGo = 0.0
    var time = 0
    var steps = DecisionTransformer.Steps()
    var actions = DecisionTransformer.Actions()
    var random = RandomStream(seed: 0, "policy")
    /// Of the last action.
    var logProbability = 0.0

    /// Indices of the newest step and the newest action in the history.
    var last: (step: Int, action: Int) {
      (steps.timesteps.count - 1, actions.timesteps.count - 1)
    }
  }

  init(
    _ model: DecisionTransformer, backbone: Backbone, parameters: ParameterStore, lanes: Int,
    selection: Selection, threads: Int
  ) {
    self.model = model
    self.backbone = backbone
    self.selection = selection
    tape = Tape(parameters: parameters, threads: threads)
    memory = backbone.makeMemory(lanes: lanes)
    self.lanes = Array(repeating: Lane(), count: lanes)
  }

  func begin(lane: Int, prompt: Prompt, seed: UInt64) {
    var fresh = Lane()
    fresh.random = RandomStream(seed: seed, "policy")
    switch prompt {
    case .targetReturn(let target): fresh.returnToGo = target
    case .none: fresh.returnToGo = model.data.maximumReturn
    }
    lanes[lane] = fresh
    backbone.forget(lane: lane, in: &memory)
  }

  func actions(
    lanes running: [Int], observations: [Float], rewards: [Double], into actions: inout [Action]
  ) {
    let width = model.data.observationSpace.width
    for (index, lane) in running.enumerated() {
      record(
        observations[(index * width)..<((index + 1) * width)], reward: rewards[index], in: lane)
    }
    tape.clear()
    let sliding = running.filter { !canStep($0) }
    let stepping = sliding.isEmpty ? running : running.filter(canStep)
    actions.removeAll(keepingCapacity: true)
    let stepped = stepping.isEmpty ? [] : choose(from: step(stepping), in: stepping)
    let recomputed = sliding.isEmpty ? [] : choose(from: recompute(sliding), in: sliding)
    var places = (stepped: 0, recomputed: 0)
    for lane in running {
      if places.stepped < stepping.count, stepping[places.stepped] == lane {
        actions.append(stepped[places.stepped])
        places.stepped += 1
      } else {
        actions.append(recomputed[places.recomputed])
        places.recomputed += 1
      }
    }
  }

  /// The actions of `group`, one for each row of `hidden`.
  private func choose(from hidden: Tensor, in group: [Int]) -> [Action] {
    let outputs = model.actions(at: hidden, tape: &tape)
    let numbers = tape.read(outputs)
    return group.enumerated().map { row, lane in
      choose(from: numbers[(row * outputs.columns)..<((row + 1) * outputs.columns)], in: lane)
    }
  }

  func logProbability(lane: Int) -> Double { lanes[lane].logProbability }

  private func canStep(_ lane: Int) -> Bool {
    backbone.memoryIsExactBeyondContext || lanes[lane].time <= model.configuration.contextLength
  }

  /// Adds the new step to the lane's history and drops what has left the context.
  private func record(_ observation: ArraySlice<Float>, reward: Double, in lane: Int) {
    if lanes[lane].time > 0 { lanes[lane].returnToGo -= reward }
    let context = model.configuration.contextLength
    if lanes[lane].steps.timesteps.count == context {
      lanes[lane].steps.returnsToGo.removeFirst()
      lanes[lane].steps.timesteps.removeFirst()
      lanes[lane].steps.observations.removeFirst(observation.count)
      if !lanes[lane].actions.timesteps.isEmpty {
        lanes[lane].actions.timesteps.removeFirst()
        if model.data.hasDiscreteActions {
          lanes[lane].actions.discrete.removeFirst()
        } else {
          lanes[lane].actions.continuous.removeFirst(model.data.actionColumns)
        }
      }
    }
    lanes[lane].steps.returnsToGo.append(Float(lanes[lane].returnToGo))
    lanes[lane].steps.timesteps.append(Int32(min(lanes[lane].time, model.data.horizon - 1)))
    for (index, number) in observation.enumerated() {
      lanes[lane].steps.observations.append(
        (number - model.data.observationMean[index]) / model.data.observationScale[index])
    }
    lanes[lane].time += 1
  }

  private func choose(from outputs: ArraySlice<Float>, in lane: Int) -> Action {
    let timestep = lanes[lane].steps.timesteps.last ?? 0
    lanes[lane].actions.timesteps.append(timestep)
    guard model.data.hasDiscreteActions else {
      lanes[lane].actions.continuous += outputs
      return .continuous(Array(outputs))
    }
    let index = selection.choose(from: outputs, using: &lanes[lane].random)
    lanes[lane].logProbability = selection.logProbability(of: index, from: outputs)
    lanes[lane].actions.discrete.append(Int32(index))
    guard case .discrete(_, let start) = model.data.actionSpace else { return .discrete(index) }
    return .discrete(start + index)
  }

  /// Output at the newest observation of each lane, from its new tokens and its memory.
  private func step(_ group: [Int]) -> Tensor {
    var assembly = Assembly(model)
    var seen: [Int] = []
    for lane in group {
      seen.append(backbone.tokenCount(lane: lane, in: memory))
      assembly.beginWindow()
      if lanes[lane].time > 1 { assembly.addAction(lanes[lane], at: lanes[lane].last.action) }
      assembly.addStep(lanes[lane], at: lanes[lane].last.step)
    }
    let tokens = assembly.tokens(on: &tape)
    let layout = TokenLayout(
      offsets: assembly.offsets, needed: assembly.lastRows, lanes: group, seen: seen)
    return backbone.step(tokens, layout, memory: &memory, on: &tape)
  }

  /// The same from whole windows.
  private func recompute(_ group: [Int]) -> Tensor {
    var assembly = Assembly(model)
    for lane in group {
      assembly.beginWindow()
      for step in lanes[lane].steps.timesteps.indices {
        assembly.addStep(lanes[lane], at: step)
        if step < lanes[lane].last.step { assembly.addAction(lanes[lane], at: step) }
      }
    }
    let tokens = assembly.tokens(on: &tape)
    return backbone(
      tokens, TokenLayout(offsets: assembly.offsets, needed: assembly.lastRows), on: &tape)
  }

  /// Collects tokens of several lanes in the order in which they stand in their windows.
  private struct Assembly {
    private enum Source {
      case returnToGo(Int)
      case observation(Int)
      case action(Int)
    }
    private let model: DecisionTransformer
    private var steps = DecisionTransformer.Steps()
    private var actions = DecisionTransformer.Actions()
    private var sources: [Source] = []
    private var starts: [Int32] = []

    init(_ model: DecisionTransformer) { self.model = model }

    var offsets: [Int32] { starts + [Int32(sources.count)] }
    /// The last token of each window.
    var lastRows: [Int32] { offsets.dropFirst().map { $0 - 1 } }

    mutating func beginWindow() { starts.append(Int32(sources.count)) }

    mutating func addStep(_ lane: Lane, at index: Int) {
      let width = model.data.observationSpace.width
      sources.append(.returnToGo(steps.timesteps.count))
      sources.append(.observation(steps.timesteps.count))
      steps.returnsToGo.append(lane.steps.returnsToGo[index])
      steps.observations += lane.steps.observations[(index * width)..<((index + 1) * width)]
      steps.timesteps.append(lane.steps.timesteps[index])
    }

    mutating func addAction(_ lane: Lane, at index: Int) {
      sources.append(.action(actions.timesteps.count))
      actions.timesteps.append(lane.actions.timesteps[index])
      if model.data.hasDiscreteActions {
        actions.discrete.append(lane.actions.discrete[index])
      } else {
        let width = model.data.actionColumns
        actions.continuous += lane.actions.continuous[(index * width)..<((index + 1) * width)]
      }
    }

    func tokens(on tape: inout Tape) -> Tensor {
      let count = steps.timesteps.count
      let order = sources.map { source in
        switch source {
        case .returnToGo(let index): Int32(index)
        case .observation(let index): Int32(count + index)
        case .action(let index): Int32(2 * count + index)
        }
      }
      return model.embed(steps, actions, order: order, tape: &tape)
    }
  }
}
