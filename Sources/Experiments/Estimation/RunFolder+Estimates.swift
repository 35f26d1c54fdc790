public import Documents
public import Files

extension RunFolder {
  func estimatePath(_ name: String) -> String { folder.path(of: "estimates/\(name)") }

  func estimateReportPath(_ name: String) -> String {
    Folder(estimatePath(name)).path(of: "report.json")
  }

  /// Refuses the name of an estimate that is there already.
  public func requireNewEstimate(_ name: String) throws(FileError) {
    guard FileStatus.exists(estimateReportPath(name)) else { return }
    throw FileError(
      .exists, operation: "create", path: estimateReportPath(name),
      reason: "the run has an estimate \(name) already; choose another --name")
  }

  /// Adds a report to the run.
  ///
  /// - Parameter name: `nil` for the first number that no estimate has.
  /// - Returns: the report's path.
  func saveEstimate(_ text: String, as name: String?) throws(FileError) -> String {
    func save(as name: String) throws(FileError) -> String {
      let path = estimateReportPath(name)
      try Folder(estimatePath(name)).make()
      try DurableFile.write(text, to: path, replacing: false)
      return path
    }
    if let name {
      try requireNewEstimate(name)
      return try save(as: name)
    }
    var number = 1
    while true {
      while FileStatus.exists(estimatePath("\(number)")) { number += 1 }
      do {
        return try save(as: "\(number)")
      } catch {
        // Another estimation of this run has taken the number meanwhile.
        guard error.category == .exists else { throw error }
      }
    }
  }
}

extension Estimation {
  /// Adds the report to the run folder.
  ///
  /// - Parameter name: `nil` for the next number.
  /// - Returns: the report's path.
  public func save(_ document: Document, as name: String?) throws(FileError) -> String {
    try folder.saveEstimate(document.jsonText(pretty: true) + "\n", as: name)
  }
}
