internal import Documents
internal import Reports

/// A run as d3rlpy's logs: `epoch,step,value` without a header, a file per metric, a row per epoch.
extension RunExport {
  /// An epoch here is what lies between two validations, or checkpoints where there are none; a
  /// row's value is the mean over the epoch, and its step the last that is counted in it.
  func csvFiles() throws -> [File] {
    let training = experiment.settings.training
    let epoch = training.validation.every > 0 ? training.validation.every : training.checkpointEvery
    var files: [File] = []
    func add(_ name: String, _ points: [(step: Int, value: Double)]) {
      var rows: [(epoch: Int, step: Int, sum: Double, count: Int)] = []
      for point in points {
        let number = (point.step + epoch - 1) / epoch
        if let last = rows.last, last.epoch == number {
          rows[rows.count - 1] = (number, point.step, last.sum + point.value, last.count + 1)
        } else {
          rows.append((number, point.step, point.value, 1))
        }
      }
      guard !rows.isEmpty else { return }
      let text = rows.map { row in
        CSV.line([Double(row.epoch), Double(row.step), row.sum / Double(row.count)])
      }.joined()
      files.append(File(name: "\(Self.fileName(name)).csv", bytes: Array(text.utf8)))
    }
    for column in metrics.columns {
      add(column, points(metrics.steps, metrics[column]))
    }
    let validations = validationRows()
    add("validation_score", validations.compactMap { step, rows in rows[0][3].map { (step, $0) } })
    for target in Set(validations.flatMap { $0.rows.map { $0[0] } }) {
      let rows = validations.flatMap { step, rows in
        rows.filter { $0[0] == target }.map { (step: step, row: $0) }
      }
      let place = target.map { "_target_\(Format.number($0, digits: 6))" } ?? ""
      add("validation_mean_return\(place)", rows.compactMap { p in p.row[1].map { (p.step, $0) } })
      add("validation_success_rate\(place)", rows.compactMap { p in p.row[2].map { (p.step, $0) } })
    }
    files.sort { $0.name < $1.name }
    var parameters: Document.Fields = [:]
    for entry in experiment.loaded.entries { parameters[entry.key] = entry.value }
    let text = Document.object(parameters).jsonText(pretty: true) + "\n"
    return files + [File(name: "params.json", bytes: Array(text.utf8))]
  }

  private func points(_ steps: [Int], _ values: [Double?]) -> [(step: Int, value: Double)] {
    zip(steps, values).compactMap { step, value in value.map { (step, $0) } }
  }

  /// A metric's name as that of a file.
  private static func fileName(_ name: String) -> String {
    String(name.map { $0 == "/" || $0 == "\0" ? "_" : $0 })
  }
}
