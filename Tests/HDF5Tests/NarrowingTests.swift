import HDF5
import Testing

@Suite("Numbers narrowed to bytes")
struct NarrowingTests {
  @Test("are those from 0 to 255, wherever they stand", arguments: [1, 15, 16, 64, 147])
  func whole(count: Int) {
    let numbers = (0..<count).map { Float($0 * 37 % 256) }
    var bytes: [UInt8] = [9]
    let isWhole = bytes.append(narrowing: numbers.span)
    #expect(isWhole)
    #expect(bytes == [9] + numbers.map { UInt8($0) })
  }

  @Test(
    "are no others, and nothing is appended then",
    arguments: [256, -1, 0.5, -0.0, .nan, .infinity, -.infinity, 1e30, .leastNonzeroMagnitude]
      as [Float])
  func others(number: Float) {
    for place in [0, 15, 63, 146] {
      var numbers = [Float](repeating: 7, count: 147)
      numbers[place] = number
      var bytes: [UInt8] = [9]
      let isWhole = bytes.append(narrowing: numbers.span)
      #expect(!isWhole, "\(number) at \(place)")
      #expect(bytes == [9])
    }
  }
}
