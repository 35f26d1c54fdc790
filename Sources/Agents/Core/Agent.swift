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

  /// The objective on one shard of a batch; sums are divided by counts of the whole batch.
  func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss

  /// A policy that acts with `parameters` in up to `lanes` episodes at once.
  ///
  /// - Parameter threads: threads that may share the work of a choice; they do not change it.
  func makePolicy(
    parameters: ParameterStore, lanes: Int, selection: Selection, threads: Int
  ) -> any Policy
}

extension Agent {
  /// The same on the calling thread alone.
  public func makePolicy(
    parameters: ParameterStore, lanes: Int, selection: Selection
  ) -> any Policy {
    makePolicy(parameters: parameters, lanes: lanes, selection: selection, threads: 1)
  }
}
