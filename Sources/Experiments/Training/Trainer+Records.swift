internal import Datasets
internal import Documents
internal import Files

/// What `run.json` says when a session begins.
extension Trainer {
  /// The record of a run that begins now.
  func startRecord(_ data: DataSummary, from path: String) -> RunRecord {
    var record = RunRecord(started: Clock.now())
    record.dataset = [
      "path": .string(CurrentFolder.absolute(path)), "episodes": .integer(data.episodeCount),
      "steps": .integer(data.stepCount),
    ]
    record.commands = [Host.command]
    return record
  }

  /// The record that the run has so far, for one session more.
  func resumedRecord(_ data: DataSummary, from path: String) -> RunRecord {
    let fresh = startRecord(data, from: path)
    var record = fresh
    if let bytes = try? FileContents.bytes(of: folder.recordPath, atMost: 1 << 20),
      let document = try? Document(json: bytes)
    {
      record = RunRecord(document)
      record.sessions += 1
      record.commands.append(Host.command)
    }
    record.dataset = fresh.dataset
    return record
  }
}
