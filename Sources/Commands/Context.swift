internal import Experiments
internal import Files

/// What a command gets from the process that runs it.
struct Context {
  let registry: Registry
  let stop: StopRequest
  let terminal: Terminal
  /// Keeps hostile files away from this process.
  let files: Guard

  /// Prints a result on standard output.
  ///
  /// - Throws: where it cannot be written; a reader who has left misses nothing.
  func say(_ text: String) throws(FileError) { try Terminal.write(text + "\n") }

  /// Prints a remark on standard error.
  func remark(_ text: String) { Terminal.writeError(text + "\n") }
}
