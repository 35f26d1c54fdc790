internal import Datasets
internal import Documents
internal import Experiments
internal import Files

/// Reading HDF5 files that others made: in a child process with limits, for libhdf5 cannot be kept
/// from crashing on a hostile file.
///
/// What is imported comes back as a safetensors file on a pipe and is checked again here: libhdf5 in
/// this process never sees the file. A dataset of our own layout that is not on the list of
/// ``OwnFiles`` is read by a child from end to end first; what did it no harm is then opened here,
/// because a large one stays in its files.
struct Guard {
  private let own: OwnFiles
  private let stop: StopRequest

  /// The hidden command of the child.
  static let command = "__h5guard"

  init(own: OwnFiles, stop: StopRequest) {
    self.own = own
    self.stop = stop
  }

  /// Remembers what was written under `path`.
  func record(_ path: String) {
    own.record((try? DatasetReader.files(at: path)) ?? [])
  }

  /// Makes sure that the dataset under `path` can be opened in this process.
  func admit(_ path: String) throws {
    try admit(try DatasetReader.files(at: path))
  }

  /// Makes sure that the parts of an interrupted collection into `path` can be opened here.
  func admitParts(of path: String) throws {
    try admit(PartedDatasetWriter.unfinishedFiles(at: path))
  }

  private func admit(_ files: [String]) throws {
    for file in files where !own.contains(file) {
      _ = try run(["check", file], file: file, bytes: Self.size(of: file), outputLimit: 0)
      own.record([file])
    }
  }

  /// Imports another tool's dataset.
  func read(_ path: String, _ options: Interchange.ImportOptions) throws -> Interchange.Imported {
    try path.checkAsPath(operation: "read")
    let outcome = try run(
      ["import", path, options.document.jsonText()], file: path,
      bytes: Interchange.files(of: path).reduce(0) { $0 + Self.size(of: $1) },
      outputLimit: max(1 << 30, Machine.memoryBytes / 2))
    return try DatasetPack.unpack(outcome.output, path: path)
  }

  /// Everything that is wrong with a dataset, as a document; what is on the list, unchanged, needs no
  /// child. A file that is on the list with other bytes was changed behind everyone's back.
  func validation(of path: String) throws -> Document {
    let files = (try? DatasetReader.files(at: path)) ?? [path]
    let states = files.map { own.state(of: $0) }
    guard !states.allSatisfy({ $0 == .unchanged }) else {
      return try DatasetValidation(of: path).document
    }
    var document = try guardedValidation(of: path, files)
    for (file, state) in zip(files, states) where state == .changed {
      document = DatasetValidation.adding(
        "found other bytes than were written, though size and time are the same", of: file,
        to: document)
    }
    return document
  }

  private func guardedValidation(of path: String, _ files: [String]) throws -> Document {
    let bytes = files.reduce(0) { $0 + Self.size(of: $1) }
    let outcome = try run(["validate", path], file: path, bytes: bytes, outputLimit: 16 << 20)
    do {
      return try Document(json: outcome.output)
    } catch {
      throw DatasetError.unusable(file: path, reason: "its reader said nothing that makes sense")
    }
  }

  private static func size(of file: String) -> Int { (try? FileStatus(of: file))?.size ?? 0 }

  /// Runs a child and turns what became of it into an error, if it is one.
  private func run(
    _ arguments: [String], file: String, bytes: Int, outputLimit: Int
  ) throws -> GuardedProcess.Outcome {
    try StorageLibrary.require()
    let outcome = try GuardedProcess.run(
      GuardedProcess.ownProgram, [Self.command, "\(bytes)"] + arguments,
      seconds: 60 + Double(bytes) / 1e5, outputLimit: outputLimit,
      isCancelled: { stop.signal != nil })
    func hostile(_ reason: String) -> DatasetError {
      .defect(
        file: file, field: place(in: outcome.error),
        problem: "it is damaged or hostile: the process that read it \(reason)")
    }
    switch outcome.end {
    case .exited(0): return outcome
    case .exited(Self.refusal):
      guard let text = String(validating: outcome.error, as: UTF8.self),
        let document = try? Document(json: text), let error = DatasetError(document)
      else { throw hostile("gave no reason") }
      throw error
    case .exited(let code): throw hostile("ended with code \(code)")
    case .signalled(let signal):
      throw hostile(
        "was ended by signal \(signal), as by a crash or for want of the memory and time it may use"
      )
    case .timedOut: throw hostile("took too long")
    case .wroteTooMuch: throw hostile("gave more data than memory can hold")
    case .cancelled:
      throw Interruption(signal: stop.signal ?? 0, message: "\(file) was not read")
    }
  }

  // MARK: The child

  private static let refusal: Int32 = 65

  /// How a child that crashes says what it was at.
  private static let placePrefix = "reader died at: "

  /// What a child was at when it crashed; empty where it could not say.
  private func place(in error: [UInt8]) -> String {
    let lines = String(decoding: error, as: UTF8.self).split(separator: "\n")
    guard let line = lines.last(where: { $0.hasPrefix(Self.placePrefix) }) else { return "" }
    return String(line.dropFirst(Self.placePrefix.count).prefix(500))
  }

  /// What a child gets of processor and memory for a file of so many bytes. What its numbers take once
  /// they are unpacked is known only after a look into it; then it may get more, up to three
  /// quarters of the machine's memory.
  private static func enter(bytes: Int) throws(FileError) {
    let bytes = min(bytes, 1 << 40)
    let limits = limits(bytes: 16 * bytes, seconds: 4 + bytes / 1_000_000)
    let most = GuardedProcess.Limits(
      memoryBytes: max(Machine.memoryBytes / 4 * 3, limits.memoryBytes),
      processorSeconds: 60 + limits.processorSeconds * 10)
    try GuardedProcess.enter(limits, most: most)
  }

  private static func limits(bytes: Int, seconds: Int) -> GuardedProcess.Limits {
    GuardedProcess.Limits(
      memoryBytes: min(Machine.memoryBytes, (1 << 30) + bytes), processorSeconds: seconds)
  }

  /// The life of a child: limits first, then the file.
  ///
  /// - Parameter arguments: bytes, verb, path, and what the verb takes.
  /// - Returns: the exit code.
  static func serve(_ arguments: [String]) -> Int32 {
    guard arguments.count >= 3, let bytes = Int(arguments[0]) else { return 64 }
    do {
      try enter(bytes: bytes)
      GuardedProcess.reportPlace(StorageLibrary.notePlaces(), prefix: placePrefix)
      switch arguments[1] {
      case "check": try DatasetReader(arguments[2]).forEachBlock { _, _ in }
      case "import":
        guard arguments.count == 4, let options = Interchange.ImportOptions(json: arguments[3])
        else { return 64 }
        // The numbers as they are read, as a dataset, and as what is handed over.
        let unpacked = min(Interchange.unpackedBytes(of: arguments[2]), 1 << 40)
        try GuardedProcess.raise(
          to: limits(bytes: 6 * unpacked, seconds: 4 + unpacked / 10_000_000))
        let pack = DatasetPack.pack(try Interchange.read(arguments[2], options))
        try pack.forEachPiece { (bytes) throws(FileError) in try Terminal.write(bytes) }
      case "validate":
        try Terminal.write(DatasetValidation(of: arguments[2]).document.jsonText())
      default: return 64
      }
      return 0
    } catch {
      let refused =
        switch error {
        case let error as DatasetError: error
        case let error as FileError: DatasetError.file(error)
        default: DatasetError.unusable(file: arguments[2], reason: "\(error)")
        }
      Terminal.writeError(refused.document.jsonText())
      return refusal
    }
  }
}

// Errors and options as documents, on their way between parent and child.
extension DatasetError {
  fileprivate var document: Document {
    switch self {
    case .defect(let file, let field, let problem):
      ["kind": "defect", "file": .string(file), "field": .string(field), "text": .string(problem)]
    case .unusable(let file, let reason):
      ["kind": "unusable", "file": .string(file), "text": .string(reason)]
    case .library(let reason): ["kind": "library", "file": "", "text": .string(reason)]
    case .file(let error):
      [
        "kind": "file", "file": .string(error.path), "category": .string(error.category.rawValue),
        "operation": .string(error.operation), "text": .string(error.reason),
        "code": .integer(Int(error.code)),
      ]
    }
  }

  fileprivate init?(_ document: Document) {
    func text(_ key: String) -> String? {
      if case .string(let value)? = document[key] { value } else { nil }
    }
    guard let kind = text("kind"), let file = text("file"), let reason = text("text") else {
      return nil
    }
    switch kind {
    case "defect": self = .defect(file: file, field: text("field") ?? "", problem: reason)
    case "unusable": self = .unusable(file: file, reason: reason)
    case "library": self = .library(reason: reason)
    case "file":
      guard let category = text("category").flatMap(FileError.Category.init(rawValue:)),
        let operation = text("operation"), case .integer(let code)? = document["code"]
      else { return nil }
      self = .file(
        FileError(
          category, operation: operation, path: file, reason: reason, code: Int32(clamping: code)))
    default: return nil
    }
  }
}

extension Interchange.ImportOptions {
  fileprivate var document: Document {
    [
      "format": format.map { .string($0.rawValue) } ?? .null,
      "without": .array(without.map { .string($0) }),
      "horizon": horizon.map { .integer($0) } ?? .null,
      "environment": environment.map { .string($0) } ?? .null, "creator": .string(creator),
    ]
  }

  fileprivate init?(json text: String) {
    guard let document = try? Document(json: text), case .string(let creator)? = document["creator"]
    else { return nil }
    self.init(creator: creator)
    if case .string(let name)? = document["format"] { format = InterchangeFormat(rawValue: name) }
    if case .array(let names)? = document["without"] {
      without = names.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }
    if case .integer(let steps)? = document["horizon"] { horizon = steps }
    if case .string(let name)? = document["environment"] { environment = name }
  }
}
