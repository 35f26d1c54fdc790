internal import Files

/// A sweep as work for somebody else's scheduler.
///
/// Every line runs one run of the sweep by `hindsight sweep FILE --output DIR --only NAME`, which
/// goes on where it stood; `hindsight sweep FILE --output DIR` at the end finds everything done and
/// writes the results.
public struct SweepEmission: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// A list of commands, one a line, for GNU parallel, xargs or a loop.
    case jobs
    /// An array job for Slurm.
    case slurm
  }

  /// The program, from the root.
  public var program: String
  /// The working folder that paths of the sweep are relative to.
  public var workingFolder: String
  /// The command's words up to the run's name: `sweep FILE --output DIR`, and what was changed.
  public var words: [String]
  public var threads: Int
  public var name: String
  /// The sweep's folder.
  public var folder: SweepFolder
  /// The runs that are not whole yet.
  public var runs: [String]

  public init(
    program: String, workingFolder: String, words: [String], threads: Int, name: String,
    folder: SweepFolder, runs: [String]
  ) {
    self.program = program
    self.workingFolder = workingFolder
    self.words = words
    self.threads = threads
    self.name = name
    self.folder = folder
    self.runs = runs
  }

  public func text(_ kind: Kind) -> String { kind == .jobs ? jobList : slurmScript }

  private var command: String {
    (([program] + words).map(Self.quoted) + ["--threads", "\(threads)", "--quiet", "--only"])
      .joined(separator: " ")
  }

  private var jobList: String {
    runs.map { "cd \(Self.quoted(workingFolder)) && \(command) \($0)\n" }.joined()
  }

  /// Slurm sends SIGUSR1 two minutes before the time is up; the run saves and ends with 75, and the
  /// task goes back into the queue, as it does when its node fails.
  private var slurmScript: String {
    """
    #!/bin/bash
    #SBATCH --job-name=\(SweepLabel.of(name))
    #SBATCH --array=0-\(max(runs.count - 1, 0))
    #SBATCH --cpus-per-task=\(threads)
    #SBATCH --signal=B:USR1@120
    #SBATCH --requeue
    #SBATCH --open-mode=append
    #SBATCH --output=/dev/null
    # \(runs.count) runs of \(name). Afterwards the same command without --only writes the results.
    runs=(
    \(runs.map { "  \($0)\n" }.joined()))
    cd \(Self.quoted(workingFolder)) || exit 66
    name=${runs[$SLURM_ARRAY_TASK_ID]}
    mkdir -p \(Self.quoted(folder.folder.path(of: "logs"))) || exit 73
    \(command) "$name" >>\(Self.quoted(folder.folder.path(of: "logs")))/"$name.log" 2>&1 &
    child=$!
    trap 'kill -USR1 $child' USR1
    trap 'kill -TERM $child' TERM
    code=129
    for attempt in 1 2 3 4; do  # a trap ends the wait and not the child
      [[ $code -le 128 ]] && break
      wait $child
      code=$?
    done
    if [[ $code -eq 75 ]]; then
      scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
    fi
    exit $code

    """
  }

  /// A word as a shell reads it back.
  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+=:,@%".contains($0))
      }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
