internal import Experiments

/// What a command gets from the process that runs it.
struct Context {
  let registry: Registry
  let stop: StopRequest
  let terminal: Terminal

  /// Prints a result on standard output.
  func say(_ text: String) { print(text) }

  /// Prints a remark on standard error.
  func remark(_ text: String) { Terminal.writeError(text + "\n") }
}
