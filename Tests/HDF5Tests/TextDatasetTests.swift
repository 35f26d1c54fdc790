import HDF5
import Testing

@Suite("Datasets of texts, single values and attributes' names")
struct TextDatasetTests {
  @Test("come back as they were written")
  func roundTrip() throws {
    let file = try HDF5File()
    let texts = ["observations", "", "épsilon 🔑", "a b"]
    try file.root.write(texts: texts, as: "columns")
    try file.root.write(texts: ["2.1"], as: "version", isSingle: true)
    try file.root.write(texts: [], as: "none")
    try file.root.write([7], shape: [], as: "count")
    try file.root.write([true], shape: [], as: "flag")
    try file.root.setAttribute("b", 1)
    try file.root.setAttribute("a", "text")
    let again = try HDF5File(image: try file.image())
    #expect(try again.root.dataset("columns").readTexts() == texts)
    #expect(try again.root.dataset("version").readTexts() == ["2.1"])
    #expect(try again.root.dataset("version").shape == [])
    #expect(try again.root.dataset("none").readTexts() == [])
    #expect(try again.root.dataset("count").read(as: Int.self) == [7])
    #expect(try again.root.dataset("flag").readBools() == [true])
    #expect(try again.root.attributeNames() == ["a", "b"])
    #expect(try again.root.attributeType("b") == .integer(bytes: 8, isSigned: true))
    #expect(throws: HDF5Error.self) { try again.root.dataset("count").readTexts() }
  }
}
