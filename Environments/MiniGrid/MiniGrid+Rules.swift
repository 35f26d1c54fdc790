internal import Synchronization

extension MiniGrid {
  /// What the settings decide and no episode changes.
  ///
  /// A class, because all copies of a world share it: copying a world counts one reference here
  /// instead of six.
  final class Rules: Sendable {
    let task: Task
    let horizon: Int
    let seesThroughWalls: Bool
    let view: View
    let observation: Observation
    let observationSpace: Space
    let missions: [String]
    /// The squares that every layout begins with.
    let blank: Board
    /// Another one for all others of this program.
    let number: UInt64
    /// ``Cell/encoding`` of every code as an observation holds it; a fourth number fills the vector.
    let numbers: InlineArray<128, SIMD4<Float>>
    /// The same in bytes.
    let bytes: InlineArray<128, SIMD4<UInt8>>

    /// Kept for the whole program, so that no two worlds ever have one number; nothing else depends on it.
    private static let made = Atomic<UInt64>(0)

    init(
      task: Task, horizon: Int, seesThroughWalls: Bool, missions: [String], blank: Board,
      settings: some MiniGridSettings
    ) {
      self.task = task
      self.horizon = horizon
      self.seesThroughWalls = seesThroughWalls
      self.missions = missions
      self.blank = blank
      number = Self.made.add(1, ordering: .relaxed).newValue
      view = settings.view
      observation = settings.observation
      observationSpace = MiniGrid.space(
        width: blank.width, height: blank.height, missions: missions.count, settings: settings)
      numbers = InlineArray { code in
        let encoding = Cell(code: UInt8(code)).encoding
        return SIMD4(Float(encoding.object), Float(encoding.colour), Float(encoding.state), 0)
      }
      bytes = InlineArray { code in
        let encoding = Cell(code: UInt8(code)).encoding
        return SIMD4(encoding.object, encoding.colour, encoding.state, 0)
      }
    }
  }
}
