import Environments
import Randomness

/// Lengths of random episodes in a room like MiniGrid's Empty-8x8: a 6×6 floor, the start in one
/// corner facing right, the goal in the other, seven actions of which three move, 256 steps at the
/// most. Only lengths are needed here.
enum EpisodeLengths {
  static func emptyRoom(count: Int) -> [Int] {
    (0..<count).map { episode in
      var random = RandomStream(seed: 0, "empty", UInt64(episode))
      var (x, y, direction) = (0, 0, 0)
      for step in 1...256 {
        switch random.integer(below: 7) {
        case 0: direction = (direction + 3) % 4
        case 1: direction = (direction + 1) % 4
        case 2:
          let (dx, dy) = [(1, 0), (0, 1), (-1, 0), (0, -1)][direction]
          if 0..<6 ~= x + dx, 0..<6 ~= y + dy { (x, y) = (x + dx, y + dy) }
          if x == 5, y == 5 { return step }
        default: break
        }
      }
      return 256
    }
  }

  /// The same for `key-to-door/dt-paper`: its horizon, or the step on which the door opens.
  static func keyToDoor(count: Int) throws -> [Int] {
    var world = try KeyToDoor(KeyToDoor.Configuration())
    return (0..<count).map { episode in
      var random = RandomStream(seed: 0, "key-to-door", UInt64(episode))
      world.reset(seed: UInt64(episode))
      var length = 0
      var isDone = false
      while !isDone {
        isDone = world.step(.discrete(random.integer(below: 4))).isDone
        length += 1
      }
      return length
    }
  }
}
