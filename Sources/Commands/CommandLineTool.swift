internal import ArgumentParser
internal import Dispatch
public import Experiments
internal import Files

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The `hindsight` program. A package that adds environments, agents or backbones to a registry gets
/// the whole command line with them:
///
///     var registry = Registry.builtIn
///     registry.environments = registry.environments.adding(myWorld)
///     CommandLineTool.main(registry: registry)
public enum CommandLineTool {
  /// Parses the process's arguments, runs the command and exits with its code.
  public static func main(registry: Registry) -> Never {
    Terminal.fillStandardDescriptors()
    signal(SIGPIPE, SIG_IGN)
    if CommandLine.arguments.dropFirst().first == Guard.command {
      signal(SIGINT, SIG_IGN)  // meant for the parent, which ends this process if it wants to
      exit(Guard.serve(Array(CommandLine.arguments.dropFirst(2))))
    }
    let stop = StopRequest()
    do {
      try watchSignals(stop)
    } catch {
      Terminal.writeError("Error: \(error)\n")
      exit(Failure(error).code)
    }
    do {
      let arguments = try Arguments.ofProcess()
      try arguments.checkCommand(of: Hindsight.self)
      // The shells' completion is answered while the words are read.
      var command = try Completions.$registry.withValue(registry) {
        try Hindsight.parseAsRoot(arguments.words)
      }
      guard let command = command as? any ContextualCommand else {
        try command.run()
        exit(0)
      }
      do {
        try command.run(
          in: Context(
            registry: registry, stop: stop, terminal: Terminal.detect(),
            files: Guard(own: OwnFiles(in: Terminal.stateFolder), stop: stop)))
      } catch let error as ExitCode {
        exit(error.rawValue)
      } catch {
        let failure = Failure(error)
        Terminal.writeError(failure.message + "\n")
        exit(failure.code)
      }
      exit(0)
    } catch {
      Hindsight.exit(withError: error)
    }
  }

  /// The first SIGINT, SIGTERM, SIGHUP or SIGUSR1 asks to save and stop; the second ends the process
  /// at once, which harms no file.
  private static func watchSignals(_ stop: StopRequest) throws(FileError) {
    let watch = try SignalWatch([SIGINT, SIGTERM, SIGHUP, SIGUSR1])
    DispatchQueue(label: "signals").async {
      while true {
        let number = watch.next()
        if stop.signal != nil {
          KeyTerminal.restore()
          _exit(128 + number)
        }
        stop.request(signal: number)
      }
    }
  }
}

/// A command that needs the registry and the terminal.
protocol ContextualCommand: ParsableCommand {
  func run(in context: Context) throws
}

/// The root: help and version.
struct Hindsight: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hindsight",
    abstract: "Offline reinforcement learning with Decision Transformers.",
    discussion: """
      Collect episodes, train a Decision Transformer on them, ask the trained policy for returns and \
      see what it really achieves. Every command prints its result on standard output (--json for \
      scripts) and progress on standard error.
      """,
    version: Version.current,
    subcommands: [
      Collect.self, Inspect.self, Train.self, Evaluate.self, EstimateCommand.self, Analyse.self,
      RunAll.self, Sweep.self, Runs.self, ReportCommand.self, Serve.self, Solve.self, List.self,
      Render.self, Play.self, Import.self, Export.self, DatasetCommand.self,
      ConfigCommand.self, Doctor.self,
    ])
}
