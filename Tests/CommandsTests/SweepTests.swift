import Documents
import Files
import Foundation
import Randomness
import Testing

@Suite("A sweep")
struct SweepTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws {
    program = try Program()
    try write(
      """
      base: \(sample.experiment)
      axes:
        steps: {grid: {training.steps: [10, 20]}}
        agent: {list: {whole: {}, short: {agent.contextLength: 2}}}
      seeds: 2
      """)
  }

  private func write(_ yaml: String, as name: String = "s.yaml") throws {
    try DurableFile.write(yaml, to: program.folder(name), replacing: true)
  }

  private func sweep(_ output: String, _ more: String...) -> [String] {
    ["sweep", "s.yaml", "--output", output, "--quiet"] + more
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    try FileContents.bytes(of: program.folder(path), atMost: 1 << 24)
  }

  /// Everything that must not depend on how the sweep went.
  private func result(_ output: String) throws -> [String: [UInt8]] {
    var result: [String: [UInt8]] = [:]
    for name in ["results.csv", "results.json"] { result[name] = try bytes("\(output)/\(name)") }
    for run in try Folder(program.folder("\(output)/runs")).names() {
      for name in [
        "config.yaml", "metrics.csv", "validation.csv", "checkpoints/last.safetensors",
        "checkpoints/best.safetensors",
      ] {
        result["\(run)/\(name)"] = try bytes("\(output)/runs/\(run)/\(name)")
      }
    }
    return result
  }

  private static let runs = [10, 20].flatMap { steps in
    ["whole", "short"].flatMap { agent in (0...1).map { "steps-\(steps)_\(agent)_seed-\($0)" } }
  }

  @Test("has a row per run, target and selection, in bytes that the number of jobs cannot change")
  func results() throws {
    let one = try program.run(sweep("one", "--jobs", "1"))
    #expect(one.code == 0, "\(one.error)")
    #expect(one.output.contains("one/results.csv"))
    let many = try program.run(sweep("many", "--jobs", "4", "--threads", "2"))
    #expect(many.code == 0, "\(many.error)")
    #expect(try result("one") == result("many"))

    let lines = try FileContents.text(of: program.folder("one/results.csv"), atMost: 1 << 20)
      .split(separator: "\n").map(String.init)
    #expect(
      lines[0]
        == "run,steps,agent,seed,target_return,target_asked,selection,evaluation_episodes,"
        + "mean_return,success_rate,mean_length,checkpoint_step")
    #expect(lines.count == 1 + 8 * 4)
    #expect(lines[1].hasPrefix("steps-10_whole_seed-0,10,whole,0,0,0,greedy,20,"))
    #expect(lines[32].hasPrefix("steps-20_short_seed-1,20,short,1,1,1,sampled,20,"))
    #expect(
      try Folder(program.folder("one/datasets")).names().count == 2, "one for each seed")
    // The command that made a run can be given again.
    let record = try json(
      FileContents.text(
        of: program.folder("one/runs/steps-10_whole_seed-0/run.json"), atMost: 1 << 20))
    guard case .array(let commands)? = record["commands"],
      case .string(let command)? = commands.last
    else { throw MissingField(name: "commands") }
    #expect(command.contains("/hindsight sweep s.yaml --output "))
    #expect(command.hasSuffix(" --threads 1 --quiet --only steps-10_whole_seed-0"), "\(command)")

    // Numbers are those of the runs' own reports.
    let document = try json(
      FileContents.text(of: program.folder("one/results.json"), atMost: 1 << 20))
    guard case .array(let rows)? = document["rows"], case .array(let groups)? = document["groups"]
    else { throw MissingField(name: "rows") }
    #expect(rows.count == 32 && groups.count == 16)
    for (index, name) in Self.runs.enumerated() {
      let report = try json(
        FileContents.text(
          of: program.folder("one/runs/\(name)/evaluations/sweep/report.json"), atMost: 1 << 20))
      for (place, element) in try evaluation(report).enumerated() {
        let row = rows[4 * index + place]
        #expect(row["run"] == .string(name))
        #expect(row["mean_return"] == element["mean_return"])
        #expect(row["selection"] == element["selection"])
      }
    }
    let mean =
      try (rows[0].decimal("mean_return") + rows[4].decimal("mean_return")) / 2
    #expect(groups[0]["seeds"] == 2)
    #expect(try groups[0].decimal("mean_return") == mean)
  }

  @Test("that is finished is left as it is")
  func finished() throws {
    #expect(try program.run(sweep("out", "--seeds", "1")).code == 0)
    let file = program.folder("out/runs/\(Self.runs[0])/run.json")
    let before = try FileStatus(of: file)
    let again = try program.run(sweep("out", "--seeds", "1", "--json"))
    #expect(again.code == 0, "\(again.error)")
    #expect(try json(again.output)["missing"] == [])
    #expect(try FileStatus(of: file) == before)
    // More seeds are added to it.
    #expect(try program.run(sweep("out")).code == 0)
    #expect(try FileStatus(of: file) == before)
    #expect(try Folder(program.folder("out/runs")).names() == Self.runs.sorted())
  }

  @Test("ends with the same bytes when it and its processes are killed at random times")
  func killed() throws {
    let start = ContinuousClock.now
    #expect(try program.run(sweep("whole")).code == 0)
    let time = Int(start.duration(to: .now) / .microseconds(1))
    var random = RandomStream(seed: UInt64.random(in: 0...UInt64.max), "kills")
    var kills = 0
    while true {
      let running = try program.start(sweep("cut", "--jobs", "2"))
      if kills < 8 {
        // The first as soon as a run is begun, on however fast a machine; the others at any time.
        if kills == 0 {
          running.wait { FileStatus.exists(program.folder("cut/runs/\(Self.runs[0])")) }
        } else {
          usleep(UInt32(random.integer(below: time / 2)))
        }
        if random.uniform() < 0.5 { killAnyChild(of: running, &random) }
        if kills > 0 { usleep(UInt32(random.integer(below: time / 4))) }
        running.signal(SIGKILL)
      }
      let outcome = try running.wait()
      if outcome.code == 0 { break }
      #expect(outcome.code == -SIGKILL, "\(outcome.error)")
      kills += 1
    }
    #expect(kills > 0)
    #expect(try result("cut") == result("whole"))
  }

  /// kill -9 to one of the processes that a sweep has started.
  private func killAnyChild(of running: Running, _ random: inout RandomStream) {
    let path = "/proc/\(running.number)/task/\(running.number)/children"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
    let children = text.split(separator: " ").compactMap { Int32($0) }
    guard !children.isEmpty else { return }
    kill(children[random.integer(below: children.count)], SIGKILL)
  }

  @Test("leaves no process behind when it is killed")
  func orphans() throws {
    let long = sweep("out", "--set", "training.steps=1000000", "--jobs", "2")
    let running = try program.start(long)
    running.wait {
      FileStatus.exists(program.folder("out/runs/\(Self.runs[0])/metrics.csv"))
    }
    running.signal(SIGKILL)
    _ = try running.wait()
    let start = ContinuousClock.now
    while FileLock.isHeld(folder: program.folder("out/runs/\(Self.runs[0])")),
      start.duration(to: .now) < .seconds(60)
    {
      usleep(10_000)
    }
    #expect(!FileLock.isHeld(folder: program.folder("out/runs/\(Self.runs[0])")))
  }

  @Test("notes what failed and why, goes on with the others, and says so")
  func failing() throws {
    try write(
      """
      base: \(sample.experiment)
      axes:
        agent: {list: {good: {}, bad: {agent.contextLength: 31}, fine: {training.steps: 5}}}
      """)
    let outcome = try program.run(sweep("out"))
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("Error: 1 of 3 runs failed\n  bad: "), "\(outcome.error)")
    #expect(outcome.error.contains("agent.contextLength: found 31, expected at most 30"))
    #expect(outcome.output.contains("good") && outcome.output.contains("fine"))
    let document = try json(
      FileContents.text(of: program.folder("out/results.json"), atMost: 1 << 20))
    #expect(document["missing"] == ["bad"])
    let state = try json(FileContents.text(of: program.folder("out/sweep.json"), atMost: 1 << 20))
    #expect(
      state["counts"] == ["waiting": 0, "running": 0, "finished": 2, "failed": 1])
  }

  private static let codes: [(signal: Int32, code: Int32)] = [(SIGINT, 130), (SIGUSR1, 75)]

  @Test("saves and stops at Ctrl-C, and goes on", arguments: Self.codes)
  func interrupted(signal: Int32, code: Int32) throws {
    #expect(try program.run(sweep("whole", "--set", "training.steps=400")).code == 0)
    let running = try program.start(sweep("cut", "--set", "training.steps=400", "--jobs", "2"))
    running.wait {
      FileStatus.exists(program.folder("cut/runs/\(Self.runs[0])/metrics.csv"))
    }
    running.signal(signal)
    let outcome = try running.wait()
    expectRefusal(
      outcome, code, saying: "Stopped: ", " of 8 runs are finished, what was running is saved")
    let again = try program.run(sweep("cut", "--set", "training.steps=400"))
    #expect(again.code == 0, "\(again.error)")
    #expect(try result("cut") == result("whole"))
  }

  @Test("is kept to one process, and to the settings it was begun with")
  func refused() throws {
    let long = sweep("out", "--set", "training.steps=1000000", "--jobs", "1")
    let first = try program.start(long)
    first.wait { FileStatus.exists(program.folder("out/runs/\(Self.runs[0])/config.yaml")) }
    first.signal(SIGSTOP)
    expectRefusal(try program.run(long), 75, saying: "cannot lock out: process ")
    first.signal(SIGCONT)
    first.signal(SIGTERM)
    #expect(try first.wait().code == 143)
    expectRefusal(
      try program.run(sweep("out")), 73,
      saying: "it was made with other settings (training.steps is 1000000 there and 10 here)")
    try Folder(program.folder("other")).make()
    try write("hello", as: "other/letter.txt")
    expectRefusal(
      try program.run(sweep("other")), 73, saying: "it is not empty, it holds letter.txt")
  }

  @Test("can be done run by run, by lists of commands and by Slurm's scripts")
  func elsewhere() throws {
    #expect(try program.run(sweep("whole")).code == 0)
    let first = try program.run(sweep("parts", "--only", Self.runs[3]))
    #expect(first.code == 0, "\(first.error)")
    #expect(try program.run(sweep("parts", "--only", Self.runs[3])).code == 0, "it is finished")
    expectRefusal(
      try program.run(sweep("parts", "--only", "steps-10_whole_seed-2")), 78,
      saying: "did you mean steps-10_whole_seed-0?")

    let list = try program.run(sweep("parts", "--emit", "jobs")).output
    #expect(list.split(separator: "\n").count == 7)
    #expect(
      try shell("set -e\n" + list.split(separator: "\n").prefix(3).joined(separator: "\n")) == 0)

    let script = try program.run(sweep("parts", "--emit", "slurm")).output
    #expect(script.contains("#SBATCH --array=0-3\n"))
    try write(script, as: "array.sh")
    // All tasks at once, as Slurm would: whoever comes late waits for the data.
    #expect(
      try shell(
        (0..<4).map { "SLURM_ARRAY_TASK_ID=\($0) bash array.sh & tasks+=($!)\n" }.joined()
          + "for task in ${tasks[@]}; do wait $task || exit; done") == 0)
    let gathered = try program.run(sweep("parts"))
    #expect(gathered.code == 0, "\(gathered.error)")
    #expect(try result("parts") == result("whole"))
  }

  private func shell(_ script: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: program.folder.path)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test("tells beforehand what it will take")
  func preview() throws {
    let outcome = try program.run(sweep("out", "--dry-run", "--json", "--jobs", "2"))
    #expect(outcome.code == 0, "\(outcome.error)")
    let document = try json(outcome.output)
    guard case .array(let runs)? = document["runs"] else { throw MissingField(name: "runs") }
    #expect(runs.map { $0["name"] } == Self.runs.map { .string($0) })
    for run in runs {
      #expect(run["state"] == "new")
      #expect(try 0.001...60 ~= run.decimal("seconds"))
      #expect(try 5e6...2e9 ~= run.decimal("memory_bytes"))
    }
    #expect(!FileStatus.exists(program.folder("out")), "nothing is begun")
    #expect(try program.run(sweep("out", "--dry-run")).output.contains("8 runs, 8 to do: about "))
  }

  @Test("explains its file and its options")
  func help() throws {
    let outcome = try program("sweep", "--help")
    #expect(outcome.code == 0)
    for words in [
      "    base: dt.yaml\n",
      "    seeds: {count: 10, keys: {seed: seed, evaluation.seed: 1000 + seed}}\n",
      "USAGE: hindsight sweep <file>", "--output <output>", "--jobs <jobs>", "--threads <threads>",
      "--seeds <seeds>", "--set <key=value>", "--dry-run", "--emit <emit>", "--only <only>",
      "--json", "--quiet",
    ] {
      #expect(outcome.output.contains(words), "\(words) is not in: \(outcome.output)")
    }
    #expect(!outcome.output.contains("--parent") && !outcome.output.contains("--probe"))
    for (arguments, words) in [
      (["--jobs", "0"], "--jobs is a whole number from 1 to 4096."),
      (["--dry-run", "--emit", "jobs"], "Give one of --dry-run, --emit and --only."),
      (["--emit", "pbs"], "'pbs'"),
    ] {
      expectRefusal(try program.run(["sweep", "s.yaml"] + arguments), 64, saying: words)
    }
    expectRefusal(try program("sweep", "none.yaml"), 66, saying: "cannot read none.yaml")
  }

  @Test("is listed run by run, and filtered")
  func list() throws {
    #expect(try program.run(sweep("out", "--seeds", "1")).code == 0)
    func names(_ arguments: String...) throws -> [String] {
      guard
        case .array(let runs)? = try json(
          program.run(["runs", "out", "--json"] + arguments).output)["runs"]
      else { throw MissingField(name: "runs") }
      return runs.compactMap { if case .string(let path)? = $0["path"] { path } else { nil } }
    }
    #expect(try names().count == 4)
    #expect(try names("--state", "evaluated", "--agent", "transformer").count == 4)
    #expect(try names("--state", "stopped").isEmpty)
    #expect(try names("--environment", "door").isEmpty)
    let table = try program("runs", "out").output
    #expect(table.contains("20/20") && table.contains("corridor"))
    expectRefusal(try program("runs", "nowhere"), 66, saying: "there is no such folder")
    expectRefusal(try program("runs", "out", "--state", "done"), 64, saying: "done")
  }
}
