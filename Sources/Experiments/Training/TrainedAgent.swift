public import Agents
public import Datasets
public import TensorCore

/// An agent with what a checkpoint holds of it, ready to act.
public struct TrainedAgent: Sendable {
  public let method: Method
  public let policies: PolicySource
  public let settings: ExperimentSettings
  public let data: DataSummary
  /// Steps of training, or passes of a fit.
  public let step: Int

  /// What has learned, and what it has learned.
  public enum Method: Sendable {
    case agent(any Agent, ParameterStore)
    case fitter(any Fitter, FittedTables)
  }

  /// Numbers that were learned.
  public var weightCount: Int {
    switch method {
    case .agent(_, let parameters): parameters.weightCount
    case .fitter(_, let tables): tables.count
    }
  }

  public init(_ checkpoint: Checkpoint, registry: Registry) throws {
    let loader = SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue)
    data = checkpoint.data
    step = checkpoint.step
    var scope = ParameterScope()
    let agent: any Agent
    do {
      settings = try loader.load(checkpoint.configuration).settings
      try settings.check()
      if let fitter = try registry.makeFitter(settings.agent, data: data) {
        let tables = try checkpoint.fittedTables()
        do {
          policies = try PolicySource(fitter, tables)
        } catch {
          throw checkpoint.error("\(Checkpoint.fitted)/\(error.table)", error.description)
        }
        method = .fitter(fitter, tables)
        return
      }
      agent = try registry.makeAgent(settings.agent, data: data, into: &scope)
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw checkpoint.error("configuration", "\(error)")
    }
    let parameters = ParameterStore(scope, seed: 0)
    try checkpoint.restoreActing(parameters)
    method = .agent(agent, parameters)
    policies = PolicySource(agent, parameters)
  }
}
