import HDF5
import Testing

@Suite("An HDF5 file that h5py wrote")
struct ForeignFileTests {
  @Test("is read: filters, byte orders, truth values and texts")
  func readsSample() throws {
    let file = try HDF5File(readingFrom: Fixture.path("sample"))
    try StructuralCheck().check(file)
    #expect(try file.root.dataset("chunked").read() as [Float] == (0..<600).map { Float($0) })
    #expect(try file.root.dataset("flags").type == .bool)
    #expect(try file.root.dataset("flags").readBools() == [true, false, true])
    #expect(try file.root.dataset("flags_as_bytes").readBools() == [true, false, true])
    #expect(
      problem { _ = try file.root.dataset("flags_wrong").readBools() }
        == "flags_wrong: found 2 at position 2, expected 0 or 1")
    #expect(try file.root.dataset("short").type.description == "int16")
    #expect(try file.root.dataset("short").read() as [Int32] == [-5, 300])
    #expect(try file.root.dataset("half").read() as [Float] == [0.5, -2])
    #expect(try file.root.dataset("big_endian").read() as [Double] == [1.5, -2])
    #expect(try file.root.dataset("scalar").read() as [Int] == [42])
    #expect(try file.root.dataset("growing").read(rows: 1..<3) as [Int] == [1, 2])
    #expect(try file.root.group("group").dataset("below").read() as [UInt64] == [0, 1, 2])
    #expect(
      problem { _ = try file.root.dataset("names").read() as [Int] }
        == "names: found text, expected numbers")
    #expect(try file.root.textAttribute("variable") == "grüße")
    #expect(try file.root.textAttribute("fixed") == "fixed")
    #expect(try file.root.textAttribute("fixed_utf8") == "grüße")
    #expect(try file.root.attribute("whole") as Int64 == -7)
    #expect(try file.root.attribute("seed") as UInt64 == UInt64.max)
    #expect(try file.root.attribute("number") as Double == 2.5)
    #expect(
      problem { _ = try file.root.attribute("several") as Int }
        == "several: found 3 values, expected a number")
    #expect(
      problem { _ = try file.root.textAttribute("not_utf8") }
        == "not_utf8: found text that is not UTF-8")
  }

  @Test("is read where its numbers are not this machine's: fewer bits, other places, signs")
  func readsPacked() throws {
    let file = try HDF5File(readingFrom: Fixture.path("packed_integers"))
    for name in ["packed", "flat"] {
      #expect(try file.root.dataset(name).read() as [Int64] == [0, 1, 2, 3, 4])
      #expect(try file.root.dataset(name).read(rows: 1..<3) as [Int64] == [1, 2])
    }
    for name in ["flags_i1", "flags_i8"] {
      #expect(
        problem { _ = try file.root.dataset(name).readBools() }
          == "\(name): found -1 at position 1, expected 0 or 1")
    }
  }

  @Test(
    "is refused where it could do harm",
    arguments: [
      ("soft_link", "x: found a soft link, expected a group or dataset"),
      ("external_link", "x: found a link into another file, expected a group or dataset"),
      ("external_storage", "x: found its numbers in another file, expected them in this one"),
      ("virtual", "x: found a virtual layout, expected the numbers in this file"),
      ("compound", "x: found a compound, expected numbers, bool or text"),
      ("variable_length", "x: found lists of varying length, expected numbers, bool or text"),
      ("opaque", "x: found an opaque type, expected numbers, bool or text"),
      ("enumeration", "x: found an enumeration, expected numbers, bool or text"),
      ("reference", "x: found a reference, expected numbers, bool or text"),
      ("named_type", "x: found a named type, expected a group or dataset"),
      (
        "lzf",
        "x: found LZF (filter 32000), expected deflate, shuffle or fletcher32; "
          + "h5repack -f GZIP=1, of Debian's hdf5-tools, makes a copy that can be read, beside "
          + "hdf5-plugin-lzf"
      ),
      (
        "scale_offset",
        "x: found scale-offset (filter 6), expected deflate, shuffle or fletcher32; "
          + "h5repack -f GZIP=1, of Debian's hdf5-tools, makes a copy that can be read"
      ),
      ("bomb", "x: found 67108864 bytes packed into 4086, expected at most 1032 to one"),
      ("huge", "x: found an absurd shape, [1099511627776]"),
      ("huge_chunk", "x: found chunks of [67108865], expected at most 67108864 bytes each"),
      ("unwritten", "x: found 8388608 bytes packed into 0, expected at most 1032 to one"),
      ("rank", "x: found 9 axes, expected at most 8"),
      ("null_space", "x: found an empty data space"),
      ("loop", "a/b/a: found a second name of another object, expected each to have one"),
      ("twice", "b: found a second name of another object, expected each to have one"),
      ("deep", "a/b/c/d/e/f/g/h/i: found groups nested deeper than 8"),
      ("many_attributes", "found 65 attributes, expected at most 64"),
      ("large_attribute", "found an attribute of 65600 bytes, expected at most 65536"),
    ])
  func refuses(name: String, reason: String) {
    let found = problem {
      let file = try HDF5File(readingFrom: Fixture.path(name))
      try StructuralCheck().check(file)
    }
    #expect(found == reason)
  }

  @Test("is refused when it is none, with the library's reason")
  func notHDF5() {
    #expect(
      problem { _ = try HDF5File(readingFrom: #filePath) }
        == "cannot open the file (unable to open file: file signature not found)")
  }
}
