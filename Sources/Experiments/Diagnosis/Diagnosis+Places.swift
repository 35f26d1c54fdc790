internal import Agents
internal import Datasets
internal import Documents
internal import Files
internal import Reports

/// Folders, locks, and a small experiment.
extension Diagnosis {
  static func places(_ folder: String, _ stateFolder: String?, _ runs: String) -> [Check] {
    var checks = [space(folder), writing(folder), locking(folder)]
    if let stateFolder {
      do {
        try Folder(stateFolder).make()
        checks.append(Check("own files", .fine, "remembered in \(stateFolder)"))
      } catch {
        checks.append(
          Check(
            "own files", .poor, "\(error)",
            remedy: "set XDG_STATE_HOME to a folder that can be written; until then every dataset "
              + "is read through a child process"))
      }
    } else {
      checks.append(
        Check(
          "own files", .poor, "there is no home folder",
          remedy: "set HOME or XDG_STATE_HOME; until then every dataset is read through a child "
            + "process"))
    }
    if FileStatus.kind(of: runs) == .folder {
      let found = (try? RunSummary.all(below: runs)) ?? []
      let counts = RunSummary.State.allCases.map { state in
        "\(found.count { $0.state == state }) \(state.rawValue)"
      }
      checks.append(
        Check("runs", .fine, "\(found.count) below \(runs): \(counts.joined(separator: ", "))"))
    }
    return checks
  }

  private static func space(_ folder: String) -> Check {
    do {
      let free = try Folder(folder).freeBytes()
      let place = folder == "." ? CurrentFolder.path : CurrentFolder.absolute(folder)
      let found = "\(Format.bytes(free)) free in \(place)"
      return free < 1 << 30
        ? Check(
          "free space", free < 16 << 20 ? .broken : .poor, found,
          remedy: "make room, or write elsewhere with --output")
        : Check("free space", .fine, found)
    } catch {
      return Check("free space", .broken, "\(error)", remedy: "name a folder that is there")
    }
  }

  private static func writing(_ folder: String) -> Check {
    let name = "\(DurableFile.temporaryPrefix)doctor-\(ChildProcess.ownNumber)"
    let path = Folder(folder).path(of: name)
    do {
      try DurableFile.write("doctor\n", to: path, replacing: false)
      defer { try? Folder(folder).removeFile(name) }
      do {
        try DurableFile.write("again\n", to: path, replacing: false)
        return Check(
          "files", .broken, "a file could be replaced that must not be",
          remedy: "the file system of \(folder) does not keep its promises; write elsewhere")
      } catch {
        guard error.category == .exists else { throw error }
      }
      return Check("files", .fine, "written, synced and kept from being replaced")
    } catch {
      return Check(
        "files", .broken, "\(error)",
        remedy: "go to a folder that you may write, or name one with --output")
    }
  }

  private static func locking(_ folder: String) -> Check {
    let name = "\(DurableFile.temporaryPrefix)doctor-lock-\(ChildProcess.ownNumber)"
    let place = Folder(Folder(folder).path(of: name))
    do {
      try place.make()
      defer {
        try? place.removeFile(FileLock.fileName)
        try? place.remove()
      }
      let lock = try FileLock(folder: place.path)
      defer { withExtendedLifetime(lock) {} }
      do {
        _ = try FileLock(folder: place.path)
        return Check(
          "locks", .broken, "a folder was locked twice",
          remedy: "the file system of \(folder) has no locks (some network ones have not); keep "
            + "runs on another, or never start the same run twice")
      } catch {
        guard error.category == .locked else { throw error }
      }
      return FileLock.isHeld(folder: place.path)
        ? Check("locks", .fine, "held, refused to others and seen")
        : Check(
          "locks", .poor, "held and refused to others, but not seen",
          remedy: "`hindsight runs` and `serve` show running runs as stopped here")
    } catch {
      return Check("locks", .broken, "\(error)", remedy: "go to a folder that you may write")
    }
  }

  /// Collects, trains and evaluates for a fraction of a second.
  static func trial(in folder: String, _ registry: Registry) -> Check {
    let name = "\(DurableFile.temporaryPrefix)doctor-trial-\(ChildProcess.ownNumber)"
    let place = Folder(Folder(folder).path(of: name))
    let start = ContinuousClock.now
    do {
      try place.make()
      defer { removeTrial(place) }
      let settings: Document = [
        "environment": "corridor", "dataset": ["episodes": 20],
        "agent": [
          "contextLength": 4, "backbone": ["width": 8, "layers": 1, "heads": 1],
        ],
        "training": ["steps": 3, "batchSize": 4, "validation": ["every": 0]],
        "evaluation": ["episodes": 4],
      ]
      let loaded = try SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue)
        .load(settings)
      let data = place.path(of: "data.hdf5")
      _ = try Collector(loaded, registry: registry, threads: 1).collect(to: data)
      let run = RunFolder(place.path(of: "run"))
      _ = try Trainer(loaded, registry: registry, folder: run, threads: 1).run(
        on: TrainingData(DatasetReader(data), memoryLimit: 1 << 20), from: data)
      let reports = try Evaluation(of: run, registry: registry).run(threads: 1)
      let took = start.duration(to: .now) / .seconds(1)
      guard reports.allSatisfy({ $0.meanReturn.isFinite }) else {
        return Check("trial", .broken, "an evaluation without a number", remedy: Self.report)
      }
      return Check(
        "trial", .fine, "collected, trained and evaluated in \(Format.duration(seconds: took))")
    } catch {
      return Check("trial", .broken, "\(error)", remedy: Self.report)
    }
  }

  private static let report =
    "mend what is broken above first; if nothing is, report this with all that is printed here"

  private static func removeTrial(_ place: Folder) {
    for folder in ["run/checkpoints", "run", ""].map({ Folder(place.path(of: $0)) }) {
      for name in (try? folder.names()) ?? [] { try? folder.removeFile(name) }
      try? folder.remove()
    }
  }
}
