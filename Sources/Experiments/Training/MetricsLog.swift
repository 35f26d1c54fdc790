package import Files

/// A CSV file with a header and a first column `step`, in the order of steps.
///
/// It holds neither times nor hosts: the same run writes the same bytes. A run that resumes drops
/// the rows that came after its checkpoint.
package struct MetricsLog: ~Copyable {
  private let file: AppendFile
  private let columns: [String]

  /// - Parameter after: the step of the checkpoint that the run goes on from; rows of later steps
  ///   are dropped.
  package init(_ path: String, columns: [String], after step: Int) throws(FileError) {
    let header = columns.joined(separator: ",")
    var kept = [header]
    if step > 0, FileStatus.exists(path) {
      let bytes = try FileContents.bytes(of: path, atMost: 1 << 30)
      let text = String(decoding: bytes, as: UTF8.self)
      // The last piece is empty, or a row that was cut off.
      for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .dropFirst()
      {
        guard let number = line.split(separator: ",").first.flatMap({ Int($0) }), number <= step
        else { continue }
        kept.append(String(line))
      }
    }
    try DurableFile.write(
      kept.joined(separator: "\n") + "\n", to: path, replacing: true)
    file = try AppendFile(path)
    self.columns = columns
  }

  /// Adds a row; the values are those of the columns after `step`, empty where there is none.
  package func write(step: Int, _ values: [Double?]) throws(FileError) {
    precondition(
      values.count + 1 == columns.count, "\(values.count) values for columns \(columns)")
    try file.write(
      line: "\(step)," + values.map { $0.map { "\($0)" } ?? "" }.joined(separator: ","))
  }

  package func sync() throws(FileError) { try file.sync() }
}
