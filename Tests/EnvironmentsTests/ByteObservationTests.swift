import Documents
import Environments
import Randomness
import Testing

@Suite("Observations as bytes")
struct ByteObservationTests {
  /// What a row of bytes says, number by number.
  static func numbers(_ bytes: [UInt8], _ space: Space) -> [Float] {
    var numbers: [Float] = []
    bytes.withUnsafeBytes { row in
      var offset = 0
      for leaf in space.leaves {
        for _ in 0..<leaf.width {
          func load<Number>(_ type: Number.Type) -> Number where Number: BitwiseCopyable {
            row.loadUnaligned(fromByteOffset: offset, as: type)
          }
          switch leaf.element {
          case .uint8: numbers.append(Float(load(UInt8.self)))
          case .int32: numbers.append(Float(load(Int32.self)))
          case .int64: numbers.append(Float(load(Int64.self)))
          case .float32: numbers.append(load(Float.self))
          case .float64: numbers.append(Float(load(Double.self)))
          }
          offset += leaf.element.bytes
        }
      }
      #expect(offset == row.count)
    }
    return numbers
  }

  /// Plays and compares, with bytes that were something else before.
  private struct Compares: Check {
    var settings: Document.Fields = [:]
    let mustWrite: Bool

    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
      var world = try World(
        Component("environment", id: entry.id, settings: settings).decode(
          as: World.Configuration.self))
      let space = world.observationSpace
      let random = try RandomBehaviour(for: world)
      var stream = RandomStream(seed: 7, "bytes")
      for seed in 0..<10 as Range<UInt64> {
        world.reset(seed: seed)
        var policy = random
        policy.begin(world)
        for step in 0..<200 {
          var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: 0xA5 ^ step), count: space.bytes)
          let before = bytes
          var span = bytes.mutableSpan
          var row = span.mutableBytes
          let writes = world.observe(intoBytes: &row)
          #expect(writes || !mustWrite, "\(entry.id) does not write bytes")
          guard writes else {
            #expect(bytes == before, "\(entry.id) writes bytes and says that it does not")
            return
          }
          #expect(ByteObservationTests.numbers(bytes, space) == world.observation())
          let outcome = world.step(policy.choose(in: world, using: &stream).action)
          if outcome.isDone { break }
        }
      }
    }
  }

  @Test("say what the numbers say", arguments: EnvironmentRegistry.builtIn.ids)
  func everyWorld(id: String) throws {
    let entry = try EnvironmentRegistry.builtIn.entry(id)
    try entry.visit(Compares(mustWrite: id.hasPrefix("MiniGrid-")))
  }

  @Test(
    "say so in every view of MiniGrid", arguments: ["partial", "full"], ["dictionary", "image"])
  func views(view: String, observation: String) throws {
    for id in ["MiniGrid-DoorKey-8x8-v0", "MiniGrid-KeyCorridorS3R2-v0", "MiniGrid-FourRooms-v0"] {
      let settings: Document.Fields = [
        "view": .string(view), "observation": .string(observation),
      ]
      try EnvironmentRegistry.builtIn.entry(id).visit(
        Compares(settings: settings, mustWrite: true))
    }
  }
}
