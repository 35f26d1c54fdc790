internal import Agents
internal import Datasets
internal import Documents
internal import Environments
internal import Experiments
internal import Files
internal import Reports

/// What the process says and returns when a command fails: one place for all exit codes.
///
///     1 the run failed (divergence, --fail-under)   64 command line      65 bad data or checkpoint
///     66 missing input    69 a library or helper program is missing      70 our bug
///     73 cannot create output    74 input or output failed, disk full
///     75 locked, or saved and asking to be run again    78 bad configuration
///     130, 143 saved after SIGINT, SIGTERM
struct Failure {
  let code: Int32
  let message: String

  init(_ error: any Error) {
    message =
      switch error {
      // Several lines, fit for a terminal already.
      case is ConfigurationErrors, is SweepFailure: "Error: \(error)"
      case let error as Interruption: "Stopped: \(TerminalText.sanitised(error.message))"
      default: "Error: \(TerminalText.sanitised("\(error)"))"
      }
    code =
      switch error {
      case is ConfigurationError, is ConfigurationErrors, is SolverError: 78
      case let error as FileError: Self.code(for: error)
      case DatasetError.file(let error): Self.code(for: error)
      case DatasetError.library: 69
      case is DatasetError, is CheckpointError, is MismatchError, is OffPolicyError: 65
      case is DivergenceError, is ThresholdError, is SweepFailure: 1
      case is PictureError: 64
      case let error as Interruption: Self.code(forSignal: error.signal)
      default: 70
      }
  }

  private static func code(for error: FileError) -> Int32 {
    switch error.category {
    case .missing: error.isAboutOutput ? 73 : 66
    case .exists: 73
    case .noPermission: error.isAboutOutput ? 73 : 66
    case .diskFull, .io: 74
    case .locked: 75
    case .damaged, .tooLarge: 65
    case .wrongKind: error.isAboutOutput ? 73 : 66
    }
  }

  /// SIGINT 130, SIGTERM and SIGHUP 143, SIGUSR1 75: saved, run it again.
  private static func code(forSignal signal: Int32) -> Int32 {
    switch signal {
    case 2: 130
    case 10, 30: 75
    default: 143
    }
  }
}

extension FileError {
  /// Whether the operation was to make something rather than to read it.
  fileprivate var isAboutOutput: Bool {
    !["read", "open", "inspect", "open the run folder", "list"].contains { operation == $0 }
  }
}

/// A result that fell short of what `--fail-under` asked for.
struct ThresholdError: Error, CustomStringConvertible {
  let description: String
}
