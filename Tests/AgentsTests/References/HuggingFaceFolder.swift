import Agents
import Datasets
import Documents
import Environments
import Files
import TensorCore

/// A folder that Hugging Face's `DecisionTransformerModel` was saved to, beside a batch and what the
/// model made of it, and our Decision Transformer with the same weights.
struct HuggingFaceFolder {
  let name: String
  let config: Document
  let model: SafetensorsFile
  let numbers: SafetensorsFile

  init(_ path: String, numbers file: String) throws {
    name = path.split(separator: "/").suffix(2).joined(separator: "/")
    config = try Document(json: FileContents.bytes(of: "\(path)/config.json", atMost: 1 << 20))
    model = try SafetensorsFile(contentsOf: "\(path)/model.safetensors")
    numbers = try SafetensorsFile(contentsOf: "\(path)/\(file)")
  }

  func integer(_ key: String) -> Int {
    if case .integer(let value)? = config[key] { value } else { -1 }
  }

  var squashesActions: Bool { config["action_tanh"] == .bool(true) }
  var hasDiscreteActions: Bool { numbers.contains("labels") && !squashesActions }

  // MARK: The batch

  /// The real steps of the padded batch, window by window.
  func batch() throws -> SequenceBatch {
    let mask = try numbers.int64s("attention_mask")
    let windows = mask.shape[0]
    let padded = mask.shape[1]
    let states = try numbers.floats("states").values
    let actions = try numbers.floats("actions").values
    let returns = try numbers.floats("returns_to_go").values
    let times = try numbers.int64s("timesteps").values
    let width = integer("state_dim")
    let actionWidth = integer("act_dim")
    let labels = hasDiscreteActions ? try numbers.int64s("labels").values : []
    var batch = SequenceBatch()
    for window in 0..<windows {
      for step in 0..<padded where mask.values[window * padded + step] == 1 {
        let row = window * padded + step
        batch.observations += states[(row * width)..<((row + 1) * width)]
        batch.returnsToGo.append(returns[row])
        batch.timesteps.append(Int32(times[row]))
        if hasDiscreteActions {
          batch.discreteActions.append(Int32(labels[row]))
        } else {
          batch.continuousActions += actions[(row * actionWidth)..<((row + 1) * actionWidth)]
        }
      }
      batch.offsets.append(Int32(batch.returnsToGo.count))
    }
    batch.rewards = Array(repeating: 0, count: batch.stepCount)
    batch.isTerminated = Array(repeating: false, count: batch.stepCount)
    batch.isTruncated = batch.isTerminated
    batch.successors = Array(repeating: 0, count: windows * width)
    batch.episodes = Array(0..<windows)
    batch.totalWindows = windows
    batch.totalSteps = batch.stepCount
    return batch
  }

  /// The rows of a padded `[windows, steps, …]` tensor at real steps, end to end.
  func real(_ name: String, rowsPerStep: Int = 1) throws -> [Float] {
    let mask = try numbers.int64s("attention_mask").values
    let values = try numbers.floats(name).values
    let width = values.count / mask.count
    return mask.indices.flatMap { mask[$0] == 1 ? values[($0 * width)..<(($0 + 1) * width)] : [] }
  }

  // MARK: The model

  func makeAgent(into scope: inout ParameterScope) throws -> DecisionTransformer {
    var transformer = Transformer.Configuration()
    transformer.width = integer("hidden_size")
    transformer.layers = integer("n_layer")
    transformer.heads = integer("n_head")
    if case .integer(let inner)? = config["n_inner"] {
      transformer.expansion = inner / transformer.width
    }
    transformer.activation =
      switch config["activation_function"] {
      case .string("relu"): .relu
      case .string("gelu_new"), .string("gelu_pytorch_tanh"), .string("gelu_fast"): .gelu
      case .string("gelu"): .geluExact
      case .string("tanh"): .tanh
      case .string("silu"), .string("swish"): .silu
      case .string("linear"): .identity
      default: throw UnknownActivation(name: "\(String(describing: config["activation_function"]))")
      }
    transformer.dropout = 0
    transformer.attentionDropout = 0
    transformer.positions = .shared
    var configuration = DecisionTransformer.Configuration()
    configuration.contextLength = min(integer("max_ep_len"), integer("n_positions") / 3)
    configuration.backbone = try Component("backbone", id: "transformer", settings: transformer)
    configuration.returnScale = .fixed
    configuration.squashesActions = squashesActions
    let actions = integer("act_dim")
    let data = DataSummary(
      observationSpace: .box(shape: [integer("state_dim")], low: -.infinity, high: .infinity),
      actionSpace: hasDiscreteActions
        ? .discrete(count: actions) : .box(shape: [actions], low: -1, high: 1),
      horizon: integer("max_ep_len"), episodeCount: 1, stepCount: 1,
      observationMean: Array(repeating: 0, count: integer("state_dim")),
      observationScale: Array(repeating: 1, count: integer("state_dim")), minimumReturn: 0,
      meanReturn: 0, maximumReturn: 0, largestReturnToGo: 1)
    return try DecisionTransformer(
      configuration, data: data, parts: .builtIn, into: &scope)
  }

  /// Copies the saved weights into the first `count` parameters of `store`.
  func load(into store: ParameterStore, count: Int) throws {
    for (index, specification) in store.specifications.prefix(count).enumerated() {
      store.setValues(
        of: index, to: try values(model, of: specification, prefix: ""))
    }
  }

  /// A tensor of theirs in our layout.
  ///
  /// - Parameter prefix: before their name of the parameter, such as `gradient.0.`.
  func values(
    _ file: SafetensorsFile, of specification: ParameterSpecification, prefix: String
  ) throws -> [Float] {
    let (name, isTransposed) = Self.theirs(specification.name)
    let values = try file.floats(prefix + name).values
    guard isTransposed else { return Array(values.prefix(specification.count)) }
    return (0..<specification.rows).flatMap { row in
      (0..<specification.columns).map { values[$0 * specification.rows + row] }
    }
  }

  /// Their name of a parameter of ours, and whether they store it `[outputs, inputs]`.
  static func theirs(_ ours: String) -> (name: String, isTransposed: Bool) {
    let plain: [String: (String, Bool)] = [
      "backbone.positions.table": ("encoder.wpe.weight", false),
      "backbone.finalNorm.gain": ("encoder.ln_f.weight", false),
      "backbone.finalNorm.bias": ("encoder.ln_f.bias", false),
      "embedding.return.weight": ("embed_return.weight", true),
      "embedding.return.bias": ("embed_return.bias", false),
      "embedding.observation.weight": ("embed_state.weight", true),
      "embedding.observation.bias": ("embed_state.bias", false),
      "embedding.action.weight": ("embed_action.weight", true),
      "embedding.action.bias": ("embed_action.bias", false),
      "embedding.timestep.table": ("embed_timestep.weight", false),
      "embedding.norm.gain": ("embed_ln.weight", false),
      "embedding.norm.bias": ("embed_ln.bias", false),
      "head.action.weight": ("predict_action.0.weight", true),
      "head.action.bias": ("predict_action.0.bias", false),
    ]
    if let found = plain[ours] { return found }
    let parts = ours.split(separator: ".").map(String.init)  // backbone.blocks.i.…
    let inBlock = [
      "firstNorm.gain": "ln_1.weight", "firstNorm.bias": "ln_1.bias",
      "secondNorm.gain": "ln_2.weight", "secondNorm.bias": "ln_2.bias",
      "attention.qkv.weight": "attn.c_attn.weight", "attention.qkv.bias": "attn.c_attn.bias",
      "attention.projection.weight": "attn.c_proj.weight",
      "attention.projection.bias": "attn.c_proj.bias", "mlp.up.weight": "mlp.c_fc.weight",
      "mlp.up.bias": "mlp.c_fc.bias", "mlp.down.weight": "mlp.c_proj.weight",
      "mlp.down.bias": "mlp.c_proj.bias",
    ]
    let rest = parts.dropFirst(3).joined(separator: ".")
    return ("encoder.h.\(parts[2]).\(inBlock[rest] ?? "unknown \(ours)")", false)
  }
}

/// An activation function that we do not have.
struct UnknownActivation: Error {
  let name: String
}

/// `max |ours − theirs| / max |theirs|`
func relativeError(_ ours: [Float], _ theirs: [Float]) -> Double {
  guard ours.count == theirs.count else { return .infinity }
  var difference = 0.0
  var largest = 0.0
  for (a, b) in zip(ours, theirs) {
    guard a.isFinite else { return .infinity }
    difference = max(difference, abs(Double(a) - Double(b)))
    largest = max(largest, abs(Double(b)))
  }
  return largest > 0 ? difference / largest : difference
}
