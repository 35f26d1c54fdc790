internal import Files

extension RunFolder {
  /// All run folders below a folder, itself included, in the order of their paths.
  ///
  /// - Throws: where the folder cannot be listed.
  static func all(below path: String) throws -> [RunFolder] {
    try RunFolder(path).requireFolder()
    return try runs(below: path, depth: 0)
  }

  /// Folders in folders that are looked into: a sweep of sweeps, and no endless chain of links.
  private static let mostLevels = 6

  private static func runs(below path: String, depth: Int) throws -> [RunFolder] {
    let run = RunFolder(path)
    if run.isBegun { return [run] }
    guard depth < mostLevels else { return [] }
    return try Folder(path).names().filter { $0.first != "." }.flatMap { name in
      let below = Folder(path).path(of: name)
      return FileStatus.kind(of: below) == .folder ? try runs(below: below, depth: depth + 1) : []
    }
  }

  /// Whether it holds a run.
  var isBegun: Bool {
    FileStatus.exists(configurationPath) && FileStatus.exists(recordPath)
  }

  /// The folder's own name.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The names of evaluations, in the order of their bytes.
  var evaluationNames: [String] {
    ((try? Folder(folder.path(of: "evaluations")).names()) ?? []).filter {
      FileStatus.exists(reportPath($0))
    }
  }

  /// The names of estimates, the one that was written last at the end.
  var estimateNames: [String] {
    func age(_ name: String) -> Double {
      (try? FileStatus(of: estimateReportPath(name)))?.modificationTime ?? 0
    }
    return ((try? Folder(folder.path(of: "estimates")).names()) ?? []).filter {
      FileStatus.exists(estimateReportPath($0))
    }.sorted { (age($0), $0) < (age($1), $1) }
  }

  /// The evaluation that was written last.
  var newestEvaluation: String? {
    evaluationNames.max { age(of: $0) < age(of: $1) }
  }

  private func age(of evaluation: String) -> Double {
    (try? FileStatus(of: reportPath(evaluation)))?.modificationTime ?? 0
  }
}
