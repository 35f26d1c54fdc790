import Agents
import Datasets
import Files
import Foundation
import TensorCore
import Testing

/// Numbers made by other people's code: Hugging Face's DecisionTransformerModel and PyTorch's AdamW.
///
/// Ours runs on the real steps laid end to end, theirs on windows padded on the left with a mask:
/// agreement also shows that ragged equals padded and masked. Errors are relative to the largest
/// number of each tensor.
@Suite("Hugging Face's Decision Transformer")
struct HuggingFaceTests {
  static let fixtures = Bundle.module.resourcePath.map { "\($0)/Fixtures" } ?? ""
  static let tolerance = 1e-4

  /// The folders in the repository and those that `HINDSIGHT_REFERENCES` names.
  static func folders(_ committed: [String], holding file: String) -> [String] {
    let more = ProcessInfo.processInfo.environment["HINDSIGHT_REFERENCES"] ?? ""
    return committed.map { "\(fixtures)/\($0)" }
      + more.split(separator: ":").map(String.init).filter {
        FileManager.default.fileExists(atPath: "\($0)/\(file)")
      }
  }

  @Test(
    "has the same outputs", arguments: folders(["hf_dt"], holding: "reference.safetensors"))
  func outputs(path: String) throws {
    let folder = try HuggingFaceFolder(path, numbers: "reference.safetensors")
    var scope = ParameterScope()
    let agent = try folder.makeAgent(into: &scope)
    let ownParameters = scope.specifications.count
    let width = folder.integer("hidden_size")
    let stateHead = scope.within("state") { Linear(width, folder.integer("state_dim"), in: &$0) }
    let returnHead = scope.within("return") { Linear(width, 1, in: &$0) }
    let store = ParameterStore(scope, seed: 0)
    try folder.load(into: store, count: ownParameters)
    for (offset, name) in ["predict_state", "predict_return"].enumerated() {
      let index = ownParameters + 2 * offset
      let weight = try folder.model.floats("\(name).weight")
      let columns = weight.shape[0]
      store.setValues(
        of: index,
        to: (0..<width).flatMap { row in
          (0..<columns).map { weight.values[$0 * width + row] }
        })
      store.setValues(of: index + 1, to: try folder.model.floats("\(name).bias").values)
    }
    var tape = Tape(parameters: store)
    let batch = try folder.batch()
    let steps = 0..<Int32(batch.stepCount)
    let hidden = agent.hidden(on: batch, needed: nil, tape: &tape)
    let stateTokens = tape.rows(of: hidden, at: steps.map { 3 * $0 + 1 })
    let actionTokens = tape.rows(of: hidden, at: steps.map { 3 * $0 + 2 })
    let errors = [
      (
        "last_hidden_state",
        relativeError(tape.read(hidden), try folder.real("last_hidden_state"))
      ),
      (
        "action_preds",
        relativeError(
          tape.read(agent.actions(at: stateTokens, tape: &tape)), try folder.real("action_preds"))
      ),
      (
        "state_preds",
        relativeError(
          tape.read(stateHead(actionTokens, on: &tape)), try folder.real("state_preds"))
      ),
      (
        "return_preds",
        relativeError(
          tape.read(returnHead(actionTokens, on: &tape)), try folder.real("return_preds"))
      ),
      // The pruned last block: outputs at state tokens only.
      (
        "action_preds, needed rows only",
        relativeError(
          tape.read(
            agent.actions(
              at: agent.hidden(on: batch, needed: steps.map { 3 * $0 + 1 }, tape: &tape),
              tape: &tape)), try folder.real("action_preds"))
      ),
    ]
    print("\(folder.name): largest error \(errors.map(\.1).max() ?? 0)")
    for (name, error) in errors {
      #expect(error < Self.tolerance, "\(folder.name): \(name) differs by \(error)")
    }
  }

  @Test(
    "learns the same in ten steps",
    arguments: folders(
      ["hf_train/continuous", "hf_train/discrete"], holding: "training.safetensors"))
  func training(path: String) throws {
    let folder = try HuggingFaceFolder(path, numbers: "training.safetensors")
    var scope = ParameterScope()
    let agent = try folder.makeAgent(into: &scope)
    let store = ParameterStore(scope, seed: 0)
    try folder.load(into: store, count: scope.specifications.count)
    let batch = try folder.batch()
    var worst = Worst()

    var tape = Tape(parameters: store)
    let steps = (0..<Int32(batch.stepCount)).map { 3 * $0 + 1 }
    let hidden = agent.hidden(on: batch, needed: steps, tape: &tape)
    let predictions = tape.read(agent.actions(at: hidden, tape: &tape))
    worst.note("predictions", relativeError(predictions, try folder.real("predictions.0")))

    var settings = OptimizationSettings()
    settings.learningRate = 1e-3
    settings.warmUpSteps = 0
    settings.weightDecay = 1e-2
    settings.decayed = .all
    settings.clipNorm = 0.25
    let learner = Learner(
      agent, parameters: store, settings: settings, totalSteps: 10, shards: 4, threads: 2, seed: 0)
    let losses = try folder.numbers.doubles("losses").values
    let norms = try folder.numbers.doubles("gradient_norms").values
    for step in 0..<10 {
      let report = try learner.step(batch, number: step)
      // The ten losses are one tensor, and so are the ten norms.
      worst.note("loss \(step)", abs(report.loss - losses[step]) / (losses.max() ?? 1))
      worst.note(
        "gradient norm \(step)", abs(report.gradientNorm - norms[step]) / (norms.max() ?? 1))
      guard step == 0 else { continue }
      for (index, specification) in store.specifications.enumerated() {
        try compareGradient(
          learner.gradients.values(of: index), specification, folder, into: &worst)
      }
    }
    for (index, specification) in store.specifications.enumerated() {
      try compareWeights(
        store.values(of: index), specification, folder, rate: settings.learningRate, into: &worst)
    }
    print("\(folder.name): largest error \(worst.error) (\(worst.name))")
    #expect(
      worst.error < Self.tolerance, "\(folder.name): \(worst.name) differs by \(worst.error)")
  }

  /// The largest error so far and what had it.
  struct Worst {
    var error = 0.0
    var name = "nothing"
    mutating func note(_ name: String, _ error: Double) {
      if !(error <= self.error) { (self.error, self.name) = (error, name) }
    }
  }

  /// The key third of an attention bias: softmax does not see it, so its true gradient is zero.
  private func keyThird(_ specification: ParameterSpecification) -> Range<Int>? {
    guard specification.name.hasSuffix("attention.qkv.bias") else { return nil }
    return (specification.columns / 3)..<(2 * specification.columns / 3)
  }

  private func compareGradient(
    _ ours: [Float], _ specification: ParameterSpecification, _ folder: HuggingFaceFolder,
    into worst: inout Worst
  ) throws {
    var theirs = try folder.values(folder.numbers, of: specification, prefix: "gradient.0.")
    var ours = ours
    if let keys = keyThird(specification) {
      let largest = theirs.map(abs).max() ?? 0
      for index in keys {
        #expect(
          abs(ours[index]) < 1e-7 * max(largest, 1),
          "\(folder.name): gradient of key bias \(index) is \(ours[index])")
      }
      theirs.removeSubrange(keys)
      ours.removeSubrange(keys)
    }
    worst.note("gradient of \(specification.name)", relativeError(ours, theirs))
  }

  private func compareWeights(
    _ ours: [Float], _ specification: ParameterSpecification, _ folder: HuggingFaceFolder,
    rate: Double, into worst: inout Worst
  ) throws {
    var theirs = try folder.values(folder.numbers, of: specification, prefix: "after.10.")
    var ours = ours
    if let keys = keyThird(specification) {
      for index in keys {
        #expect(
          abs(Double(ours[index]) - Double(theirs[index])) < 10 * rate,
          "\(folder.name): key bias \(index) is \(ours[index]), theirs \(theirs[index])")
      }
      theirs.removeSubrange(keys)
      ours.removeSubrange(keys)
    }
    worst.note("\(specification.name) after ten steps", relativeError(ours, theirs))
  }
}
