internal import Datasets
internal import Environments
internal import Randomness
internal import TensorCore

/// Acts as a Decision Transformer says, which may be asked for a return.
///
/// While an episode is no longer than the context, each step costs the new tokens only: the last
/// action, the return-to-go and the observation, against the backbone's memory of the rest. Once
/// the window slides it is computed anew at every step, because what is remembered of a token
/// depends on tokens that have left, unless the backbone's memory is exact beyond the context.
///
/// Where the policy draws returns itself, a step has two passes: up to the observation, whose token
/// says which return to ask for, and the return's own token.
final class DecisionTransformerPolicy<Backbone: SequenceBackbone>: ProbabilisticPolicy,
  ReplayablePolicy
{
  private let model: DecisionTransformer
  private let backbone: Backbone
  private let selection: Selection
  private let isConditioned: Bool
  private var tape: Tape
  private var memory: Backbone.Memory
  private var lanes: [Lane]

  /// One episode's history, no longer than the context.
  private struct Lane {
    var returnToGo = 0.0
    /// Whether the return is drawn at every step.
    var drawsReturns = false
    var time = 0
    /// An entry per step in the context, and one action fewer; without times of returns.
    var history = TokenInputs()
    var random = RandomStream(seed: 0, "policy")
    /// Of the last action.
    var logProbability = 0.0
    /// What the last discrete action was chosen from.
    var scores: ArraySlice<Float> = []

    var newestStep: Int { history.observationTimes.count - 1 }
    var newestAction: Int { history.actionTimes.count - 1 }
  }

  init(
    _ model: DecisionTransformer, backbone: Backbone, parameters: ParameterStore, lanes: Int,
    selection: Selection, threads: Int
  ) {
    self.model = model
    self.backbone = backbone
    self.selection = selection
    isConditioned = model.isConditionedOnReturns
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
    case .sampledReturn:
      precondition(model.canSampleReturns, "a model without a return head draws no returns")
      fresh.drawsReturns = true
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
    drawReturns(stepping: stepping, sliding: sliding)
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

  func logProbability(lane: Int) -> Double { lanes[lane].logProbability }

  func probabilities(lane: Int) -> [Double] {
    lanes[lane].scores.isEmpty ? [] : selection.probabilities(from: lanes[lane].scores)
  }

  func replaceLastAction(of lane: Int, by action: Action) {
    switch (action, model.data.actionSpace) {
    case (.discrete(let element), .discrete(_, let start)):
      lanes[lane].history.discreteActions.removeLast()
      lanes[lane].history.discreteActions.append(Int32(element - start))
    case (.continuous(let numbers), _):
      lanes[lane].history.continuousActions.removeLast(numbers.count)
      lanes[lane].history.continuousActions += model.bounds.units(of: numbers)
    case (.discrete, _): preconditionFailure("\(action) is no action of this space")
    }
  }

  private func canStep(_ lane: Int) -> Bool {
    backbone.memoryIsExactBeyondContext || lanes[lane].time <= model.configuration.contextLength
  }

  // MARK: History

  /// Adds the new step to the lane's history and drops what has left the context.
  private func record(_ observation: ArraySlice<Float>, reward: Double, in lane: Int) {
    if lanes[lane].time > 0, model.configuration.conditioningUpdate == .decremented {
      lanes[lane].returnToGo -= reward
    }
    if lanes[lane].history.observationTimes.count == model.configuration.contextLength {
      dropOldestStep(of: lane)
    }
    if isConditioned {
      lanes[lane].history.returnsToGo.append(Float(lanes[lane].returnToGo))
    }
    lanes[lane].history.observationTimes.append(
      Int32(min(lanes[lane].time, model.data.horizon - 1)))
    for (index, number) in observation.enumerated() {
      lanes[lane].history.observations.append(
        (number - model.data.observationMean[index]) / model.data.observationScale[index])
    }
    lanes[lane].time += 1
  }

  private func dropOldestStep(of lane: Int) {
    if isConditioned { lanes[lane].history.returnsToGo.removeFirst() }
    lanes[lane].history.observationTimes.removeFirst()
    lanes[lane].history.observations.removeFirst(model.data.observationSpace.width)
    guard !lanes[lane].history.actionTimes.isEmpty else { return }
    lanes[lane].history.actionTimes.removeFirst()
    if model.data.hasDiscreteActions {
      lanes[lane].history.discreteActions.removeFirst()
    } else {
      lanes[lane].history.continuousActions.removeFirst(model.data.actionColumns)
    }
  }

  // MARK: Choosing

  /// The actions of `group`, one for each row of `hidden`.
  private func choose(from hidden: Tensor, in group: [Int]) -> [Action] {
    let outputs = model.actions(at: hidden, tape: &tape)
    let numbers = tape.read(outputs)
    return group.enumerated().map { row, lane in
      choose(from: numbers[(row * outputs.columns)..<((row + 1) * outputs.columns)], in: lane)
    }
  }

  private func choose(from outputs: ArraySlice<Float>, in lane: Int) -> Action {
    lanes[lane].history.actionTimes.append(
      lanes[lane].history.observationTimes[lanes[lane].newestStep])
    guard model.data.hasDiscreteActions else {
      lanes[lane].history.continuousActions += outputs
      return .continuous(model.bounds.actions(of: outputs))
    }
    lanes[lane].scores = outputs
    let index = selection.choose(from: outputs, using: &lanes[lane].random)
    lanes[lane].logProbability = selection.logProbability(of: index, from: outputs)
    lanes[lane].history.discreteActions.append(Int32(index))
    guard case .discrete(_, let start) = model.data.actionSpace else { return .discrete(index) }
    return .discrete(start + index)
  }

  /// Draws the returns that the lanes which draw them ask for at this step.
  private func drawReturns(stepping: [Int], sliding: [Int]) {
    guard isConditioned, let head = model.returnHead else { return }
    func draw(in group: [Int], _ hidden: ([Int]) -> Tensor) {
      let drawing = group.filter { lanes[$0].drawsReturns }
      guard !drawing.isEmpty else { return }
      let logits = head.logits(at: hidden(drawing), tape: &tape)
      let numbers = tape.read(logits)
      for (row, lane) in drawing.enumerated() {
        lanes[lane].returnToGo = head.categories.draw(
          from: numbers[(row * logits.columns)..<((row + 1) * logits.columns)],
          logWeights: head.priorLogWeights, using: &lanes[lane].random)
        lanes[lane].history.returnsToGo[lanes[lane].newestStep] = Float(lanes[lane].returnToGo)
      }
    }
    draw(in: stepping) { step($0, part: .untilReturn) }
    draw(in: sliding) { recompute($0, part: .untilReturn) }
  }

  // MARK: Computing

  /// Output at the newest token of each lane, from its new tokens and its memory.
  ///
  /// - Parameter part: which of the newest step's tokens are fed. Lanes that drew their return have
  ///   fed the others already.
  private func step(_ group: [Int], part: TokenAssembly.Part = .whole) -> Tensor {
    var assembly = TokenAssembly(model)
    var seen: [Int] = []
    let sharesTime = model.configuration.timesteps == .perWindow
    for lane in group {
      seen.append(backbone.tokenCount(lane: lane, in: memory))
      assembly.beginWindow()
      let part = part == .whole && lanes[lane].drawsReturns ? .returnAlone : part
      let (step, action) = (lanes[lane].newestStep, lanes[lane].newestAction)
      // As long as a lane can step, its window is the whole episode, which begins at 0.
      if lanes[lane].time > 1, part != .returnAlone {
        assembly.addAction(
          lanes[lane].history, at: action,
          time: sharesTime ? 0 : lanes[lane].history.actionTimes[action])
      }
      assembly.addStep(
        lanes[lane].history, at: step,
        time: sharesTime ? 0 : lanes[lane].history.observationTimes[step], part: part)
    }
    let tokens = assembly.tokens(on: &tape)
    let layout = TokenLayout(
      offsets: assembly.offsets, needed: assembly.lastRows, lanes: group, seen: seen)
    return backbone.step(tokens, layout, memory: &memory, on: &tape)
  }

  /// The same from whole windows.
  private func recompute(_ group: [Int], part: TokenAssembly.Part = .whole) -> Tensor {
    var assembly = TokenAssembly(model)
    let sharesTime = model.configuration.timesteps == .perWindow
    for lane in group {
      assembly.beginWindow()
      let times = lanes[lane].history.observationTimes
      for step in times.indices {
        let time = times[sharesTime ? 0 : step]
        let isNewest = step == times.count - 1
        assembly.addStep(
          lanes[lane].history, at: step, time: time, part: isNewest ? part : .whole)
        if !isNewest { assembly.addAction(lanes[lane].history, at: step, time: time) }
      }
    }
    let tokens = assembly.tokens(on: &tape)
    return backbone(
      tokens, TokenLayout(offsets: assembly.offsets, needed: assembly.lastRows), on: &tape)
  }
}
