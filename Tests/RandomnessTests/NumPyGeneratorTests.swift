import Foundation
import Randomness
import Testing

/// Numbers that NumPy itself drew; `Fixtures/make_numpy.py` made them.
@Suite("NumPy's generator")
struct NumPyGeneratorTests {
  struct Reference: Decodable {
    var cases: [Case]
  }

  /// What one seed gave; 64-bit numbers and the bits of reals are hexadecimal.
  struct Case: Decodable, CustomTestStringConvertible {
    var seed: String
    var raw: [String]
    var integers: [Integers]
    var uniform: [String]
    var between: [String]
    var orders: [[Int]]
    var choices: [Int]
    var last: String

    var testDescription: String { "seed 0x\(seed)" }
    var generator: NumPyGenerator {
      get throws { NumPyGenerator(seed: try #require(UInt64(seed, radix: 16))) }
    }
  }

  /// Nine draws between two bounds.
  struct Integers: Decodable {
    var low: Int
    var high: Int
    var values: [Int]

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      low = try list.decode(Int.self)
      high = try list.decode(Int.self)
      values = try list.decode([Int].self)
    }
  }

  static func cases() throws -> [Case] {
    let url = try #require(
      Bundle.module.url(forResource: "numpy", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url)).cases
  }

  @Test("gives the same bits for any seed", arguments: try cases())
  func bits(reference: Case) throws {
    var generator = try reference.generator
    #expect(reference.raw.map { _ in String(generator.next64(), radix: 16) } == reference.raw)
  }

  @Test("makes them into integers, reals, orders and choices alike", arguments: try cases())
  func methods(reference: Case) throws {
    var generator = try reference.generator
    func hex(_ value: Double) -> String { String(value.bitPattern, radix: 16) }
    for draw in reference.integers {
      #expect(
        draw.values.map { _ in generator.integer(in: draw.low..<draw.high) } == draw.values,
        "between \(draw.low) and \(draw.high)")
    }
    #expect(reference.uniform.map { _ in hex(generator.uniform()) } == reference.uniform)
    #expect(
      reference.between.map { _ in hex(generator.uniform(-3.5, 11.25)) } == reference.between)
    for order in reference.orders {
      var elements = Array(order.indices)
      generator.shuffle(&elements)
      #expect(elements == order)
    }
    #expect(
      zip([1, 2, 3, 17, 100], reference.choices).allSatisfy { count, chosen in
        generator.choice(of: 10..<(10 + count)) == chosen
      })
    #expect(String(generator.next64(), radix: 16) == reference.last, "the generators part here")
  }

  @Test("draws nothing for a range of one number")
  func oneNumber() {
    var (drawn, fresh) = (NumPyGenerator(seed: 3), NumPyGenerator(seed: 3))
    #expect(drawn.integer(in: 5..<6) == 5)
    #expect(drawn.next64() == fresh.next64())
  }
}
