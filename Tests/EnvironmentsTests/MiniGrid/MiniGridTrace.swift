import Documents
import Environments
import Foundation

/// An episode that MiniGrid itself played.
struct MiniGridTrace: Sendable {
  var environment = ""
  var seed: UInt64 = 0
  var width = 0
  var height = 0
  var horizon = 0
  var mission = ""
  /// `[width, height, 3]`
  var initialGrid: [UInt8] = []
  var start = Pose()
  /// `[7, 7, 3]`
  var firstImage: [UInt8] = []
  var steps: [Step] = []
  /// Empty where it was not recorded.
  var finalGrid: [UInt8] = []

  /// The agent, and what it carries.
  struct Pose: Equatable {
    var x = 0
    var y = 0
    var heading = 0
    /// Object and colour; 0 and 0 for nothing.
    var carried: [UInt8] = [0, 0]
  }

  struct Step {
    var action = 0
    var reward = 0.0
    var isTerminated = false
    var isTruncated = false
    var pose = Pose()
    var image: [UInt8] = []
  }
}

extension MiniGridTrace {
  /// Plays the episode in our world of the same id.
  ///
  /// - Returns: the first difference, or `nil`.
  func difference(in world: any Environment) -> String? {
    guard var world = world as? any MiniGridFamily else { return "is no MiniGrid world" }
    world.reset(seed: seed)
    if (world.game.board.width, world.game.board.height) != (width, height) { return "size" }
    if world.horizon != horizon { return "horizon \(world.horizon), not \(horizon)" }
    if world.mission != mission { return "mission \"\(world.mission)\", not \"\(mission)\"" }
    if world.grid != initialGrid { return "layout" }
    if world.pose != start { return "start \(world.pose), not \(start)" }
    var row = world.observation()
    if let wrong = check(row, of: world, image: firstImage) { return "\(wrong) at the start" }
    for (time, step) in steps.enumerated() {
      let outcome = world.step(.discrete(step.action))
      let expected = Outcome(
        reward: step.reward, isTerminated: step.isTerminated, isTruncated: step.isTruncated)
      if outcome != expected { return "step \(time): \(outcome), not \(expected)" }
      if world.pose != step.pose { return "step \(time): \(world.pose), not \(step.pose)" }
      if world.isSolved != (step.isTerminated && step.reward > 0) { return "step \(time): solved" }
      var span = row.mutableSpan
      world.observe(into: &span)
      if let wrong = check(row, of: world, image: step.image) { return "step \(time): \(wrong)" }
    }
    if !finalGrid.isEmpty, world.grid != finalGrid { return "grid at the end" }
    return nil
  }

  private func check(
    _ row: [Float], of world: any MiniGridFamily, image: [UInt8]
  ) -> String? {
    if row[0] != Float(world.game.heading) { return "direction" }
    for index in image.indices where row[1 + index] != Float(image[index]) {
      return "image at \(index / 21), \(index / 3 % 7), channel \(index % 3): "
        + "\(row[1 + index]), not \(image[index])"
    }
    let missions = world.game.missions
    if missions.count > 1, missions[Int(row[148])] != mission { return "mission's number" }
    return row.count == (missions.count > 1 ? 149 : 148) ? nil : "width"
  }
}

extension MiniGridFamily {
  /// `[width, height, 3]` as `grid.encode()` gives it.
  var grid: [UInt8] {
    let board = game.board
    var numbers: [UInt8] = []
    for x in 0..<board.width {
      for y in 0..<board.height {
        let encoding = board[x, y].encoding
        numbers += [encoding.object, encoding.colour, encoding.state]
      }
    }
    return numbers
  }

  var pose: MiniGridTrace.Pose {
    let carried = game.carried.encoding
    let isEmpty = game.carried == .empty
    return MiniGridTrace.Pose(
      x: game.position.x, y: game.position.y, heading: game.heading,
      carried: isEmpty ? [0, 0] : [carried.object, carried.colour])
  }
}
