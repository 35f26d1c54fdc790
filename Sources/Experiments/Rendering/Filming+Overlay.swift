internal import Datasets
internal import Documents
internal import Environments

extension Filming {
  /// What makes the overlay of each step, or `nil` where none is asked for.
  ///
  /// - Parameter start: the world at the start of the episode that is shown.
  func makeOverlay<World: Environment>(
    _ start: World
  ) throws -> ((_ world: World, _ step: Int) -> GridOverlay?)? {
    switch overlay {
    case nil: return nil
    case .visits:
      guard start is any Pictured else {
        throw PictureError(
          "\(environment.id) is not drawn as a grid: there are no squares to visit")
      }
      let visits = try countVisits(in: start)
      return { world, _ in (world as? any Pictured).map { visits.overlay(on: $0.picture) } }
    case .values, .policy:
      guard let located = start as? any Located else {
        throw PictureError(
          "\(environment.id) does not say where its states are, which an overlay of \(overlayName) "
            + "needs" + (start is any Pictured ? "; visits of a dataset can be drawn" : ""))
      }
      return try makeSolverOverlay(located)
    }
  }

  private var overlayName: String { overlay?.rawValue ?? "" }

  private func makeSolverOverlay<World: Environment, Solved: Located>(
    _ start: Solved
  ) throws -> (World, Int) -> GridOverlay? {
    let solver: SolverOverlay<Solved>
    do throws(SolverError) {
      solver = try SolverOverlay(start)
    } catch {
      throw PictureError("\(environment.id) cannot be solved for an overlay: \(error)")
    }
    let showsPolicy = overlay == .policy
    return { world, step in
      guard let world = world as? Solved else { return nil }
      return showsPolicy ? solver.policy(in: world, at: step) : solver.values(in: world, at: step)
    }
  }

  /// Plays the dataset's episodes again and counts where the agent was.
  private func countVisits<World: Environment>(in start: World) throws -> VisitCount {
    let reader = try DatasetReader(visitedDataset)
    guard reader.header.environment == environment.id else {
      throw DatasetError.unusable(
        file: reader.path,
        reason: "it was collected in \(reader.header.environment), not in \(environment.id)")
    }
    var world = start
    do throws(ConfigurationError) {
      world = try World(
        Component(environmentOf: reader.header).decode(as: World.Configuration.self))
    } catch { throw DatasetError.unusable(file: reader.path, reason: "\(error)") }
    try RecordedActions.requireSpaces(of: world, reader)
    var visits = VisitCount()
    let data = try reader.read()
    for number in 0..<data.episodeCount {
      let recording = RecordedActions(
        data[episode: number], number: number, of: reader.path,
        actionSpace: data.header.actionSpace)
      world.reset(seed: recording.seed)
      for step in 0...recording.length {
        try recording.check(world.observation(), at: step)
        if let pictured = world as? any Pictured { visits.add(pictured.picture) }
        if let action = recording.action(at: step) { _ = world.step(action) }
      }
    }
    return visits
  }
}

extension Component {
  /// The environment that a dataset was collected in.
  init(environmentOf header: DatasetHeader) {
    let settings: Document.Fields =
      if case .object(let fields) = header.environmentConfiguration { fields } else { [:] }
    self.init("environment", id: header.environment, settings: settings)
  }
}
