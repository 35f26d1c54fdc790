public import Datasets
public import Documents
public import TensorCore

/// A learning algorithm that is a loss: parameters, and what is to be minimized over a batch.
///
/// The training loop, checkpoints and evaluation are the same for every agent.
public protocol Agent: Sendable {
  associatedtype Configuration: Settings

  /// Declares the parameters. `data` says what the network will see, `parts` what its components
  /// can be.
  init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError)

  var windowRequest: WindowRequest { get }

  /// Whether what it does depends on the return it is asked for.
  var isConditionedOnReturns: Bool { get }

  /// Whether its policies can choose the return to ask for themselves: ``Prompt/sampledReturn``.
  var canSampleReturns: Bool { get }

  /// The objective on one shard of a batch; sums are divided by counts of the whole batch.
  func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss

  /// What the agent makes of every step of a batch: `[S, action columns]`, unnormalized
  /// log-probabilities or values of discrete actions, or continuous actions.
  ///
  /// Row `i` depends on the steps up to `i` of its window alone. A caller that wants to know what
  /// the agent would do when asked for some return writes it to the batch's returns-to-go.
  func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor

  /// Groups of parameters that are updated otherwise than the rest; none by default.
  var parameterGroups: [ParameterGroup] { get }

  /// Called after every update; moves target networks. The default does nothing.
  ///
  /// - Parameters:
  ///   - step: number of the step just taken, from 0.
  ///   - report: its terms and metrics, means over the batch.
  func didUpdate(step: Int, parameters: ParameterStore, report: Learner.Report)

  /// A policy that acts with `parameters` in up to `lanes` episodes at once.
  ///
  /// - Parameter threads: threads that may share the work of a choice; they do not change it.
  func makePolicy(
    parameters: ParameterStore, lanes: Int, selection: Selection, threads: Int
  ) -> any Policy
}

extension Agent {
  public var isConditionedOnReturns: Bool { true }
  public var canSampleReturns: Bool { false }
  public var parameterGroups: [ParameterGroup] { [] }
  public func didUpdate(step: Int, parameters: ParameterStore, report: Learner.Report) {}

  /// The same on the calling thread alone.
  public func makePolicy(
    parameters: ParameterStore, lanes: Int, selection: Selection
  ) -> any Policy {
    makePolicy(parameters: parameters, lanes: lanes, selection: selection, threads: 1)
  }
}
