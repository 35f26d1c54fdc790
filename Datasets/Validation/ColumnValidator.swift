internal import Environments
internal import HDF5

/// Checks every column of a file: that it is there, its type and rows, and each of its numbers.
struct ColumnValidator {
  private(set) var findings: [DatasetValidation.Finding] = []
  private(set) var steps: Int?
  private(set) var episodes: Int?
  /// `[E]` Where episodes begin, as far as time steps say so.
  private var starts: [Int] = []
  private var isDiscrete = false
  /// Whether the last episode may be unfinished: that of a dataset, not that of each of its parts.
  private let mayEndOpen: Bool
  /// How many behaviour policies the header names.
  private let behaviours: Int?

  init(steps: Int?, mayEndOpen: Bool, behaviours: Int?) {
    self.steps = steps
    self.mayEndOpen = mayEndOpen
    self.behaviours = behaviours
  }

  private mutating func add(_ field: String, _ message: String) {
    findings.append(DatasetValidation.Finding(field: field, message: message))
  }

  mutating func validate(_ root: borrowing HDF5Group, _ spaces: SpacesFound) {
    validateTimes(root)
    if let space = spaces.observations {
      validate(space, Layout.observations, root)
      validate(space, Layout.finalObservations, root, isOnLastSteps: true)
    }
    if let space = spaces.actions {
      if case .discrete = space { isDiscrete = true }
      validate(space, Layout.actions, root)
    }
    if let values: [Double] = numbers(Layout.rewards, root) {
      name(Layout.rewards, values.indices.filter { !values[$0].isFinite }) {
        "found \(values[$0]) at step \($0), expected finite numbers"
      }
    }
    validateEnds(root)
    validateSeeds(root)
    validateLogProbabilities(root)
    validateInfos(root)
  }

  // MARK: Single columns

  private mutating func validateTimes(_ root: borrowing HDF5Group) {
    guard let times: [Int32] = numbers(Layout.timesteps, root) else { return }
    starts = times.indices.filter { times[$0] == 0 }
    episodes = starts.count
    let wrong = times.indices.filter { step in
      times[step] != 0 && (step == 0 || Int(times[step]) != Int(times[step - 1]) + 1)
    }
    name(Layout.timesteps, wrong) { step in
      "found \(times[step]) at step \(step), expected 0"
        + (step == 0 ? "" : " or \(Int(times[step - 1]) + 1)")
    }
  }

  private mutating func validate(
    _ space: Space, _ column: String, _ root: borrowing HDF5Group, isOnLastSteps: Bool = false
  ) {
    let (low, high) = space.flatBounds
    let lasts = isOnLastSteps && !starts.isEmpty ? StepMarks(lastSteps) : nil
    var start = 0
    for leaf in space.leaves {
      let path = Layout.path(of: leaf, in: column)
      let width = leaf.width
      let bounds = (
        low: Array(low[start..<start + width]), high: Array(high[start..<start + width])
      )
      start += width
      guard let values = read(path, leaf.element, shape: leaf.shape, root) else { continue }
      let (wrong, stray) = values.outliers(width: width, bounds, lasts)
      name(path, wrong) { position in
        let index = start - width + position % width
        let isBounded = low[index].isFinite || high[index].isFinite
        return "found \(values.double(at: position)) at step \(position / width), expected "
          + (isBounded ? "\(low[index]) to \(high[index])" : "finite numbers")
      }
      name(path, stray) {
        "found \(values.double(at: $0)) at step \($0 / width), expected 0 before an episode's end"
      }
    }
  }

  private var lastSteps: [Int] {
    starts.dropFirst().map { $0 - 1 } + (steps.map { [$0 - 1] } ?? [])
  }

  private mutating func validateEnds(_ root: borrowing HDF5Group) {
    let (terminals, timeouts) = (flags(Layout.terminals, root), flags(Layout.timeouts, root))
    guard episodes != nil else { return }
    let lasts = StepMarks(lastSteps)
    for (field, values) in [(Layout.terminals, terminals), (Layout.timeouts, timeouts)] {
      guard let values else { continue }
      name(field, values.indices.filter { values[$0] && !lasts[$0] }) {
        "found an end at step \($0), inside an episode, expected ends on last steps only"
      }
    }
    guard let terminals, let timeouts, terminals.count == timeouts.count else { return }
    let open = lastSteps.dropLast(mayEndOpen ? 1 : 0).filter {
      terminals.indices.contains($0) && !terminals[$0] && !timeouts[$0]
    }
    name(Layout.terminals, open) {
      "found no end, nor a timeout, at step \($0), expected one on each episode's last step"
    }
  }

  private mutating func validateSeeds(_ root: borrowing HDF5Group) {
    guard let seeds: [UInt64] = numbers(Layout.episodeSeeds, root) else { return }
    let first = StepMarks(starts)
    let wrong = seeds.indices.filter {
      $0 > 0 && !first[$0] && seeds[$0] != seeds[$0 - 1]
    }
    name(Layout.episodeSeeds, starts.isEmpty ? [] : wrong) {
      "found another seed at step \($0) than before it, expected one in an episode"
    }
  }

  private mutating func validateLogProbabilities(_ root: borrowing HDF5Group) {
    let field = Layout.behaviourLogProbabilities
    guard (try? root.contains(field)) == true, let values: [Float] = numbers(field, root) else {
      return
    }
    name(field, values.indices.filter { !values[$0].isFinite }) {
      "found \(values[$0]) at step \($0), expected finite numbers"
    }
    guard isDiscrete else { return }
    name(field, values.indices.filter { values[$0].isFinite && values[$0] > 1e-5 }) {
      "found \(values[$0]) at step \($0), expected at most 0, the logarithm of a certainty"
    }
  }

  private mutating func validateInfos(_ root: borrowing HDF5Group) {
    guard (try? root.contains(Layout.infos)) == true else { return }
    do throws(HDF5Error) {
      let group = try root.group(Layout.infos)
      let first = StepMarks(starts)
      for key in try group.names() {
        let path = "\(Layout.infos)/\(key)"
        let dataset: HDF5Dataset
        do throws(HDF5Error) {
          dataset = try group.dataset(key)
        } catch {
          add(error.object, error.problem)
          continue
        }
        guard let element = Space.Element(dataset.type) else {
          add(path, "found \(dataset.type), expected numbers")
          continue
        }
        guard dataset.shape.first == steps else {
          add(path, "found \(dataset.shape.first ?? 0) rows, expected \(steps ?? 0)")
          continue
        }
        guard key.hasPrefix("episode_"), !starts.isEmpty,
          let values = read(path, element, shape: Array(dataset.shape[1...]), root)
        else { continue }
        let width = max(dataset.shape[1...].reduce(1, *), 1)
        if Info.meanings.contains(key) { validateMeaning(of: key, values, width: width) }
        let wrong = stride(from: width, to: values.count, by: width).filter { position in
          !first[position / width]
            && (0..<width).contains {
              values.double(at: position + $0).bitPattern
                != values.double(at: position - width + $0).bitPattern
            }
        }
        name(path, wrong) {
          "found another value at step \($0 / width) than before it, expected one in an episode"
        }
      }
    } catch {
      add(error.object, error.problem)
    }
  }

  /// An info that is computed with: one whole number per episode, and one that means something.
  private mutating func validateMeaning(of key: String, _ values: Column, width: Int) {
    let path = "\(Layout.infos)/\(key)"
    guard width == 1, values.element.isWhole else {
      return add(
        path, "found \(width) numbers of type \(values.element) in a row, expected a whole one")
    }
    let most = key == Info.behaviour ? behaviours.map { $0 - 1 } : 1
    guard let most else { return }
    name(path, (0..<values.count).filter { !(0...most).contains(values.integer(at: $0)) }) {
      "found \(values.integer(at: $0)) at step \($0), expected 0 to \(most)"
    }
  }

  // MARK: Reading

  /// Names the first of the positions, and counts the rest.
  private mutating func name(
    _ field: String, _ positions: [Int], _ message: (Int) -> String
  ) {
    for position in positions.prefix(FileValidator.namedValues) { add(field, message(position)) }
    if positions.count > FileValidator.namedValues {
      add(field, "\(positions.count - FileValidator.namedValues) more of the same sort")
    }
  }

  private mutating func numbers<Value: HDF5Value>(
    _ name: String, _ root: borrowing HDF5Group
  ) -> [Value]? {
    let steps = steps
    return checked(name, root) { (dataset) throws(HDF5Error) in
      try dataset.expect(Value.storedType, shape: [steps ?? dataset.rows])
      return try dataset.read()
    }
  }

  private mutating func flags(_ name: String, _ root: borrowing HDF5Group) -> [Bool]? {
    let steps = steps
    return checked(name, root) { (dataset) throws(HDF5Error) in
      try dataset.expect(.bool, shape: [steps ?? dataset.rows])
      return try dataset.readBools()
    }
  }

  private mutating func read(
    _ path: String, _ element: Space.Element, shape: [Int], _ root: borrowing HDF5Group
  ) -> Column? {
    let steps = steps
    return checked(path, root) { (dataset) throws(HDF5Error) in
      try dataset.expect(element.storedType, shape: [steps ?? dataset.rows] + shape)
      var remarks = Remarks()
      return try dataset.column(of: element, &remarks)
    }
  }

  /// Runs `body` on a dataset, and notes what it throws.
  private mutating func checked<Result>(
    _ path: String, _ root: borrowing HDF5Group,
    _ body: (borrowing HDF5Dataset) throws(HDF5Error) -> Result
  ) -> Result? {
    do throws(HDF5Error) {
      let dataset = try root.dataset(atPath: path)
      return try body(dataset)
    } catch {
      add(error.object, error.problem)
      return nil
    }
  }
}
