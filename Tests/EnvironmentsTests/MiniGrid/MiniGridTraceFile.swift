import Documents
import Foundation

/// A file of episodes: the JSON of `make_traces.py`, or the lines of `check_minigrid.py`.
///
/// Lines hold words between tabs, and grids as one hexadecimal digit for each number:
///
///     ids      every id that the package registers
///     layout   id, seed, width, height, max_steps, mission, pose, grid, image
///     step     action, reward, ends (1 terminated, 2 truncated, 3 both), pose, image
///     end      grid
///
/// A pose is `x,y,direction,object,colour`. Steps and end belong to the layout above them.
struct MiniGridTraceFile {
  struct Malformed: Error {
    var place: String
  }

  /// What the package registers; empty where the file does not say.
  var ids: [String] = []
  var traces: [MiniGridTrace] = []

  init(path: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    if bytes.first == UInt8(ascii: "[") {
      try read(json: bytes)
    } else {
      try read(lines: bytes)
    }
  }

  // MARK: Lines

  private mutating func read(lines bytes: [UInt8]) throws {
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      let words = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard let kind = words.first, let fields = Self.fields(words.dropFirst(), of: kind) else {
        throw Malformed(place: "line \(number + 1)")
      }
      switch fields {
      case .ids(let ids): self.ids = ids
      case .layout(let trace): traces.append(trace)
      case .step(let step): traces[traces.count - 1].steps.append(step)
      case .end(let grid): traces[traces.count - 1].finalGrid = grid
      }
    }
  }

  private enum Line {
    case ids([String])
    case layout(MiniGridTrace)
    case step(MiniGridTrace.Step)
    case end([UInt8])
  }

  private static func fields(_ rest: ArraySlice<ArraySlice<UInt8>>, of kind: ArraySlice<UInt8>)
    -> Line?
  {
    let words = Array(rest)
    func text(_ index: Int) -> String { String(decoding: words[index], as: UTF8.self) }
    switch (String(decoding: kind, as: UTF8.self), words.count) {
    case ("ids", 1): return .ids(text(0).split(separator: " ").map(String.init))
    case ("layout", 9):
      guard let seed = UInt64(text(1)), let width = Int(text(2)), let height = Int(text(3)),
        let horizon = Int(text(4)), let start = pose(text(6))
      else { return nil }
      return .layout(
        MiniGridTrace(
          environment: text(0), seed: seed, width: width, height: height, horizon: horizon,
          mission: text(5), initialGrid: digits(words[7]), start: start,
          firstImage: digits(words[8])))
    case ("step", 5):
      guard let action = Int(text(0)), let reward = Double(text(1)), let ends = Int(text(2)),
        let pose = pose(text(3))
      else { return nil }
      return .step(
        MiniGridTrace.Step(
          action: action, reward: reward, isTerminated: ends & 1 != 0, isTruncated: ends & 2 != 0,
          pose: pose, image: digits(words[4])))
    case ("end", 1): return .end(digits(words[0]))
    default: return nil
    }
  }

  private static func pose(_ text: String) -> MiniGridTrace.Pose? {
    let numbers = text.split(separator: ",").compactMap { Int($0) }
    guard numbers.count == 5 else { return nil }
    return MiniGridTrace.Pose(
      x: numbers[0], y: numbers[1], heading: numbers[2],
      carried: [UInt8(numbers[3]), UInt8(numbers[4])])
  }

  private static func digits(_ text: ArraySlice<UInt8>) -> [UInt8] {
    text.map { $0 < UInt8(ascii: "a") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10 }
  }

  // MARK: JSON

  private mutating func read(json bytes: [UInt8]) throws {
    guard case .array(let documents) = try Document(json: bytes) else {
      throw Malformed(place: "the document")
    }
    for (index, document) in documents.enumerated() {
      guard let trace = Self.trace(document) else { throw Malformed(place: "trace \(index)") }
      traces.append(trace)
    }
  }

  private static func trace(_ document: Document) -> MiniGridTrace? {
    guard case .string(let environment)? = document["environment"],
      case .string(let mission)? = document["mission"], let seed = integer(document["seed"]),
      let width = integer(document["width"]), let height = integer(document["height"]),
      let horizon = integer(document["maxSteps"]), let start = document["start"].flatMap(pose),
      case .array(let steps)? = document["steps"]
    else { return nil }
    return MiniGridTrace(
      environment: environment, seed: UInt64(seed), width: width, height: height,
      horizon: horizon, mission: mission, initialGrid: numbers(document["initialGrid"]),
      start: start, firstImage: numbers(document["firstImage"]), steps: steps.compactMap(step),
      finalGrid: numbers(document["finalGrid"]))
  }

  private static func step(_ document: Document) -> MiniGridTrace.Step? {
    guard let action = integer(document["action"]), let pose = pose(document),
      case .bool(let isTerminated)? = document["terminated"],
      case .bool(let isTruncated)? = document["truncated"], let reward = number(document["reward"])
    else { return nil }
    return MiniGridTrace.Step(
      action: action, reward: reward, isTerminated: isTerminated, isTruncated: isTruncated,
      pose: pose, image: numbers(document["image"]))
  }

  private static func pose(_ document: Document) -> MiniGridTrace.Pose? {
    guard case .array(let position)? = document["position"], position.count == 2,
      let x = integer(position[0]), let y = integer(position[1]),
      let heading = integer(document["direction"])
    else { return nil }
    var pose = MiniGridTrace.Pose(x: x, y: y, heading: heading)
    if case .array(let carried)? = document["carrying"], carried.count == 2,
      case .string(let object) = carried[0], case .string(let colour) = carried[1]
    {
      let objects = ["key": 5, "ball": 6, "box": 7] as [String: UInt8]
      let colours = ["red", "green", "blue", "purple", "yellow", "grey"]
      guard let object = objects[object], let colour = colours.firstIndex(of: colour) else {
        return nil
      }
      pose.carried = [object, UInt8(colour)]
    }
    return pose
  }

  private static func integer(_ document: Document?) -> Int? {
    if case .integer(let value)? = document { value } else { nil }
  }

  private static func number(_ document: Document?) -> Double? {
    switch document {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The numbers of lists within lists, in order.
  private static func numbers(_ document: Document?) -> [UInt8] {
    switch document {
    case .array(let elements): elements.flatMap { numbers($0) }
    case .integer(let value): [UInt8(value)]
    default: []
    }
  }
}
