// Plays an environment for another program, line by line, so that Gymnasium's own checker can have it:
//
//     EnvironmentBridge ID
//     reset SEED      →  the observation's numbers
//     step ACTION…    →  reward, terminated, truncated (1 or 0), then the observation's numbers
//
// Numbers are separated by spaces and written with all their digits.
internal import Environments
internal import Foundation

guard CommandLine.arguments.count == 2,
  let entry = EnvironmentRegistry.builtIn[CommandLine.arguments[1]]
else {
  print("usage: EnvironmentBridge ID, with an id of hindsight list environments")
  exit(64)
}

var world = try entry.make(entry.defaultConfiguration)

func text(_ row: [Float]) -> String { row.map { "\($0)" }.joined(separator: " ") }

func action(_ words: [Substring], in space: Space) -> Action? {
  if case .discrete = space { return words.first.flatMap { Int($0) }.map(Action.discrete) }
  return .continuous(words.compactMap { Float($0) })
}

while let line = readLine() {
  let words = line.split(separator: " ")
  switch words.first {
  case "reset":
    guard words.count == 2, let seed = UInt64(words[1]) else { exit(64) }
    world.reset(seed: seed)
    print(text(world.observation()))
  case "step":
    guard let action = action(Array(words.dropFirst()), in: world.actionSpace) else { exit(64) }
    let outcome = world.step(action)
    print(
      outcome.reward, outcome.isTerminated ? 1 : 0, outcome.isTruncated ? 1 : 0,
      text(world.observation()))
  default: exit(64)
  }
  fflush(nil)
}
