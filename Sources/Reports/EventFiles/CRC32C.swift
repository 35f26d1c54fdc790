/// The checksum of event files: CRC-32 with Castagnoli's polynomial.
package enum CRC32C {
  /// Of the bytes; 0xE3069283 for the digits 1 to 9.
  package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var register = ~UInt32(0)
    for byte in bytes {
      register = table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ (register >> 8)
    }
    return ~register
  }

  /// The checksum as it stands in a file that may hold checksums itself: rotated by 15 bits and
  /// moved by a constant.
  package static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let checksum = checksum(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  /// What a byte does to the register, bits in reversed order.
  private static let table: [UInt32] = (0..<256).map { byte in
    var register = UInt32(byte)
    for _ in 0..<8 {
      register = register & 1 == 1 ? 0x82F6_3B78 ^ (register >> 1) : register >> 1
    }
    return register
  }
}
