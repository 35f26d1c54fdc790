public import TensorCore

/// A trained agent of any kind, as those see it who only let it act.
public struct PolicySource: Sendable {
  /// Whether what it does depends on the return it is asked for.
  public let isConditionedOnReturns: Bool
  /// Whether it can choose the return to ask for itself.
  public let canSampleReturns: Bool
  private let make: @Sendable (_ lanes: Int, _ selection: Selection, _ threads: Int) -> any Policy

  public init(_ agent: any Agent, _ parameters: ParameterStore) {
    isConditionedOnReturns = agent.isConditionedOnReturns
    canSampleReturns = agent.canSampleReturns
    make = {
      agent.makePolicy(parameters: parameters, lanes: $0, selection: $1, threads: $2)
    }
  }

  /// - Throws: where the tables are not of the fitter's making.
  public init(_ fitter: any Fitter, _ tables: FittedTables) throws(FittedTablesError) {
    isConditionedOnReturns = false
    canSampleReturns = false
    _ = try fitter.makePolicy(tables, lanes: 1, selection: Selection(.greedy))
    make = { lanes, selection, _ in
      guard let policy = try? fitter.makePolicy(tables, lanes: lanes, selection: selection) else {
        preconditionFailure("a fitter has refused the tables that it took before")
      }
      return policy
    }
  }

  /// A policy that acts in up to `lanes` episodes at once.
  ///
  /// - Parameter threads: threads that may share the work of a choice; they do not change it.
  public func makePolicy(lanes: Int, selection: Selection, threads: Int = 1) -> any Policy {
    make(lanes, selection, threads)
  }
}
