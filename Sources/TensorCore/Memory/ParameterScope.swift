/// Collects the parameters of a model while its layers are made.
public struct ParameterScope {
  public private(set) var specifications: [ParameterSpecification] = []
  private(set) var count = 0
  private var path: [String] = []
  private var group = ParameterGroup.main
  private var mode = Mode.declaring

  /// What ``add(_:rows:columns:initial:decays:)`` does.
  private enum Mode {
    case declaring
    /// Finds what was declared, and declares its target.
    case shadowing
    /// Finds what was declared.
    case freezing
  }

  public init() {}

  /// Declares a parameter below the current path; within ``targets(_:)`` and ``frozen(_:)``, finds the
  /// one that was declared there.
  public mutating func add(
    _ name: String, rows: Int, columns: Int, initial: ParameterSpecification.Initial,
    decays: Bool = false
  ) -> Parameter {
    precondition(rows > 0 && columns > 0, "\(name) has shape [\(rows), \(columns)]")
    let full = (path + [name]).joined(separator: ".")
    guard mode != .declaring else {
      return append(full, rows, columns, initial, decays: decays, role: .weight)
    }
    guard let index = specifications.firstIndex(where: { $0.name == full }) else {
      preconditionFailure("\(full) was never declared")
    }
    let known = specifications[index]
    precondition(
      known.rows == rows && known.columns == columns,
      "\(full) was declared with shape [\(known.rows), \(known.columns)]")
    guard mode == .shadowing else { return parameter(at: index).frozen }
    return append(
      "target.\(full)", rows, columns, initial, decays: false, role: .target(of: index)
    ).frozen
  }

  /// Builds a model a second time on targets of the parameters that it declared the first time, named
  /// `target.` and the parameter's name: a target network. A target starts as a copy, gets no gradient
  /// and follows only when it is told to (``ParameterStore/moveTargets(by:)``).
  ///
  /// - Parameter build: declares the same parameters as before.
  public mutating func targets<Result, Failure: Error>(
    _ build: (inout ParameterScope) throws(Failure) -> Result
  ) throws(Failure) -> Result { try run(build, in: .shadowing) }

  /// Builds a model a second time on its own parameters, to which it then sends no gradient.
  public mutating func frozen<Result, Failure: Error>(
    _ build: (inout ParameterScope) throws(Failure) -> Result
  ) throws(Failure) -> Result { try run(build, in: .freezing) }

  private mutating func run<Result, Failure: Error>(
    _ build: (inout ParameterScope) throws(Failure) -> Result, in mode: Mode
  ) throws(Failure) -> Result {
    self.mode = mode
    defer { self.mode = .declaring }
    return try build(&self)
  }

  /// Declares numbers that the agent itself writes, to be saved with the weights: what one step has
  /// to know of the step before.
  public mutating func addStatistic(
    _ name: String, columns: Int = 1, initial: ParameterSpecification.Initial = .zeros
  ) -> Parameter {
    append(
      (path + [name]).joined(separator: "."), 1, columns, initial, decays: false, role: .statistic
    ).frozen
  }

  private mutating func append(
    _ name: String, _ rows: Int, _ columns: Int, _ initial: ParameterSpecification.Initial,
    decays: Bool, role: ParameterSpecification.Role
  ) -> Parameter {
    precondition(!specifications.contains { $0.name == name }, "\(name) is declared twice")
    specifications.append(
      ParameterSpecification(
        name: name, rows: rows, columns: columns, initial: initial, decays: decays, group: group,
        role: role, offset: count))
    count += (rows * columns + Arena.alignment - 1) / Arena.alignment * Arena.alignment
    return parameter(at: specifications.count - 1)
  }

  private func parameter(at index: Int) -> Parameter {
    let known = specifications[index]
    return Parameter(
      rows: known.rows, columns: known.columns, index: index, offset: known.offset,
      stride: known.columns, isFrozen: false)
  }

  /// Runs `body`, whose parameters belong to the group `name`.
  public mutating func inGroup<Result, Failure: Error>(
    _ name: String, _ body: (inout ParameterScope) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = group
    group = name
    defer { group = before }
    return try body(&self)
  }

  /// Runs `body` with `name` appended to the path.
  public mutating func within<Result, Failure: Error>(
    _ name: String, _ body: (inout ParameterScope) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    path.append(name)
    defer { path.removeLast() }
    return try body(&self)
  }
}
