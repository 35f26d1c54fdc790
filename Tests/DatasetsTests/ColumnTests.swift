import Datasets
import Documents
import Environments
import Testing

@Suite("A column")
struct ColumnTests {
  @Test("keeps numbers in the leaf's type", arguments: Space.Element.allCases)
  func roundTrip(element: Space.Element) {
    var column = Column(element)
    let numbers: [Float] = [1, 0, 200]
    column.append(numbers.span)
    column.append(7)
    #expect(column.element == element)
    #expect((0..<column.count).map { column.float(at: $0) } == [1, 0, 200, 7])
    #expect((0..<column.count).map { column.integer(at: $0) } == [1, 0, 200, 7])
    #expect(column[1..<3].float(at: 1) == 200)
    var twice = column
    twice.append(column)
    twice.append(1..<2, of: column)
    #expect((0..<twice.count).map { twice.float(at: $0) } == [1, 0, 200, 7, 1, 0, 200, 7, 0])
    #expect(column.count == 4)
  }
}

extension ColumnTests {
  @Test("takes rows of every byte, and a negative zero")
  func bytes() {
    var column = Column(.uint8)
    let all = (0...255).map { Float($0) }
    column.append(all.span)
    column.append(([-0.0] as [Float]).span)
    column.append(Array(all.reversed()).span)
    let bytes = [UInt8](0...255)
    #expect(column == .uint8(bytes + [0] + bytes.reversed()))
  }

  @Test("of bytes refuses what is none")
  func noBytes() async {
    await #expect(processExitsWith: .failure) {
      var column = Column(.uint8)
      column.append(([3, -1, 5] as [Float]).span)
    }
    await #expect(processExitsWith: .failure) {
      var column = Column(.uint8)
      column.append(([0.5] as [Float]).span)
    }
  }
}

@Suite("A space in Gymnasium's JSON")
struct SpaceJSONTests {
  @Test(
    "comes back as it was",
    arguments: [
      Space.discrete(count: 5), .discrete(count: 3, start: -1), .multiDiscrete(counts: [2, 7]),
      .box(shape: [], low: 0.1, high: 1), .box(shape: [0], low: 0, high: 1),
      .box(shape: [3], low: -.infinity, high: .infinity, element: .float64),
      .box(shape: [4], low: 0, high: 6, element: .int32, meaning: .category(count: 7)),
      Sample.pictured, .tuple([.discrete(count: 2), Sample.pictured]),
    ])
  func roundTrip(space: Space) throws {
    let text = space.gymnasiumDocument.jsonText(allowsNonFinite: true)
    let document = try Document(json: text, allowsNonFinite: true)
    #expect(try Space(gymnasium: document) == space)
  }

  @Test("is written as Gymnasium writes it")
  func golden() {
    let box = Space.box(shape: [2, 1], low: 0, high: 255, element: .uint8)
    #expect(
      box.gymnasiumDocument.jsonText()
        == #"{"type":"Box","dtype":"uint8","shape":[2,1],"low":[[0],[0]],"high":[[255],[255]]}"#)
    let unbounded = Space.box(shape: [1], low: -.infinity, high: 0.5)
    #expect(
      unbounded.gymnasiumDocument.jsonText(allowsNonFinite: true)
        == #"{"type":"Box","dtype":"float32","shape":[1],"low":[-Infinity],"high":[0.5]}"#)
    #expect(
      Space.discrete(count: 3, start: 1).gymnasiumDocument.jsonText()
        == #"{"type":"Discrete","dtype":"int64","start":1,"n":3}"#)
  }

  @Test("of others is read, whatever else it says")
  func foreign() throws {
    let text = """
      {"type": "Dict", "subspaces": {
        "image": {"type": "Box", "dtype": "float32", "shape": [2], "low": [-Infinity, 0.0],
                  "high": [1, 2], "hindsight_meaning": {"colour": 3}, "extra": null},
        "direction": {"type": "Discrete", "dtype": "int64", "start": 0, "n": 4}}}
      """
    let space = try Space(gymnasium: try Document(json: text, allowsNonFinite: true))
    let box = Space.Box(shape: [2], low: [-.infinity, 0], high: [1, 2])
    #expect(
      space
        == .dictionary([.init("direction", .discrete(count: 4)), .init("image", .box(box))]))
  }

  @Test(
    "says where it is wrong",
    arguments: [
      ("[]", "type", "nothing", "text"),
      (
        #"{"type":"Text"}"#, "type", "\"Text\"", "Discrete, MultiDiscrete, Box, Dict or Tuple"
      ),
      (#"{"type":"Discrete","start":0,"n":0}"#, "n", "0", "at least 1"),
      (#"{"type":"Discrete","start":0,"n":"5"}"#, "n", "text", "a whole number"),
      (
        #"{"type":"Box","dtype":"int8","shape":[1],"low":[0],"high":[1]}"#, "dtype", "\"int8\"",
        "one of uint8, int32, int64, float32, float64"
      ),
      (
        #"{"type":"Box","dtype":"uint8","shape":[2],"low":[0],"high":[1,1]}"#, "low",
        "1 numbers", "2"
      ),
      (
        #"{"type":"Box","dtype":"uint8","shape":[99999,99999],"low":[0],"high":[1]}"#, "shape",
        "[99999, 99999]", "at most 8 axes and 16777216 numbers"
      ),
      (
        #"{"type":"Tuple","subspaces":[{"type":"Dict","subspaces":{"a":{"type":1}}}]}"#,
        "subspaces.0.subspaces.a.type", "a whole number", "text"
      ),
      (
        #"{"type":"Dict","subspaces":{"a/b":{"type":"Discrete","start":0,"n":1}}}"#,
        "subspaces.a/b", "key \"a/b\"", "a name without \"/\""
      ),
    ])
  func refuses(json: String, key: String, found: String, expected: String) throws {
    let document = try Document(json: json)
    let refused = error(SpaceError.self) { _ = try Space(gymnasium: document) }
    #expect(refused?.key == key)
    #expect(refused?.found == found)
    #expect(refused?.expected == expected)
  }
}
