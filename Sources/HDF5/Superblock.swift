/// The head of an image: the 44 bytes that say where everything is, and their checksum.
///
/// `H5Fget_file_image` clears the mark "open for writing" in the image's superblock but, in 1.10.8
/// at least, leaves the checksum of the marked one, so that nothing can open the image. Here the
/// checksum is made anew; where it was right it stays as it is.
enum Superblock {
  private static let checkedBytes = 44
  private static let newestVersion: UInt8 = 3

  /// Makes the checksum fit the bytes.
  static func repairChecksum(of image: inout [UInt8]) {
    guard image.count >= checkedBytes + 4, image[8] == newestVersion else { return }
    let checksum = lookup3(image[..<checkedBytes])
    for index in 0..<4 {
      image[checkedBytes + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))
    }
  }

  /// Bob Jenkins's hash of 2006 ("lookup3", `hashlittle`, seed 0), which HDF5's metadata carry.
  static func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var a = 0xDEAD_BEEF &+ UInt32(bytes.count)
    var (b, c) = (a, a)
    var rest = bytes
    while rest.count > 12 {
      a = a &+ word(rest, 0)
      b = b &+ word(rest, 4)
      c = c &+ word(rest, 8)
      a = (a &- c) ^ rotated(c, 4)
      c = c &+ b
      b = (b &- a) ^ rotated(a, 6)
      a = a &+ c
      c = (c &- b) ^ rotated(b, 8)
      b = b &+ a
      a = (a &- c) ^ rotated(c, 16)
      c = c &+ b
      b = (b &- a) ^ rotated(a, 19)
      a = a &+ c
      c = (c &- b) ^ rotated(b, 4)
      b = b &+ a
      rest = rest.dropFirst(12)
    }
    guard !rest.isEmpty else { return c }
    a = a &+ word(rest, 0)
    b = b &+ word(rest, 4)
    c = c &+ word(rest, 8)
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    c = (c ^ b) &- rotated(b, 24)
    return c
  }

  /// Four bytes from `offset`, little-endian; those beyond the end count as zero.
  private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
    bytes.dropFirst(offset).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func rotated(_ x: UInt32, _ count: UInt32) -> UInt32 {
    (x << count) | (x >> (32 - count))
  }
}
