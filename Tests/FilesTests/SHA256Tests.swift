import CFiles
import Files
import Randomness
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  @Test(
    "agrees with the published vectors",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
          + "klmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func vectors(text: String, digest: String) {
    #expect(SHA256.hexDigest(of: Array(text.utf8).span.bytes) == digest)
  }

  @Test("hashes a million letters, whatever the pieces", arguments: [1, 55, 63, 64, 65, 4096])
  func pieces(size: Int) {
    let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    var hash = SHA256()
    var start = 0
    while start < letters.count {
      let end = min(start + size, letters.count)
      hash.update(letters.span.bytes.extracting(start..<end))
      start = end
    }
    let digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #expect(hash.hexDigest() == digest)
    #expect(hash.hexDigest() == digest, "asking changes the hash")
  }

  @Test("is the same with the processor's instructions and without")
  func instructions() {
    var random = RandomStream(seed: 0, "SHA-256")
    for blocks in [0, 1, 2, 3, 17, 64] {
      let bytes = (0..<64 * blocks).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var quick = (0..<8).map { _ in UInt32(truncatingIfNeeded: random.next()) }
      var plain = quick
      hs_sha256(&quick, bytes, blocks)
      hs_sha256_plainly(&plain, bytes, blocks)
      #expect(quick == plain, "\(blocks) blocks")
    }
  }
}
