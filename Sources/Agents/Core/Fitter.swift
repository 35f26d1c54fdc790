public import Datasets
public import Documents

/// A learning algorithm that is no gradient descent: all of the data in, tables out.
///
/// It shares checkpoints, policies and evaluation with every ``Agent``.
public protocol Fitter: Sendable {
  associatedtype Configuration: Settings

  init(_ configuration: Configuration, data: DataSummary) throws(ConfigurationError)

  /// Learns from all episodes at once.
  ///
  /// - Parameter onSweep: called after every pass; `false` stops the work.
  /// - Returns: what was learned, or `nil` where it was stopped.
  func fit(to dataset: Dataset, onSweep: (FitProgress) -> Bool) -> FittedTables?

  /// A policy that acts with `tables` in up to `lanes` episodes at once.
  ///
  /// - Throws: where the tables are not of this fitter's making.
  func makePolicy(
    _ tables: FittedTables, lanes: Int, selection: Selection
  ) throws(FittedTablesError) -> any Policy
}

/// How far a fit has come.
public struct FitProgress: Sendable, Equatable {
  /// Passes made.
  public var sweep: Int
  /// The largest change of the last pass.
  public var change: Double

  public init(sweep: Int, change: Double) {
    self.sweep = sweep
    self.change = change
  }
}

/// What a fitter has learned: named arrays, as a checkpoint keeps them.
public struct FittedTables: Sendable, Equatable {
  public struct Table: Sendable, Equatable {
    public let name: String
    public let shape: [Int]
    /// Row-major.
    public let values: [Float]

    public init(_ name: String, shape: [Int], values: [Float]) {
      precondition(shape.reduce(1, *) == values.count, "\(values.count) values for \(shape)")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  public var tables: [Table]
  /// Passes that the fit took.
  public var sweeps: Int

  public init(_ tables: [Table], sweeps: Int) {
    self.tables = tables
    self.sweeps = sweeps
  }

  public subscript(name: String) -> Table? { tables.first { $0.name == name } }

  /// Numbers in all tables.
  public var count: Int { tables.reduce(0) { $0 + $1.values.count } }
}

/// Tables that are not what a fitter makes.
public struct FittedTablesError: Error, Sendable, Equatable, CustomStringConvertible {
  public var table: String
  public var description: String

  public init(table: String, _ description: String) {
    self.table = table
    self.description = description
  }
}
