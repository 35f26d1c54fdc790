import Documents
import Testing

enum Colour: String, Codable, CaseIterable, Sendable {
  case red, green, darkBlue
}

struct Room: Settings {
  var width = 8
  var doors: UInt8 = 1
  var colour = Colour.red
  init() {}
}

struct House: Settings {
  var name = "house"
  var isOpen = false
  var height: Float = 0.1
  var price = 2.5
  var seed: UInt64 = 7
  var room = Room()
  var rooms: [Room] = []
  var scores: [Double] = [1, 2]
  var names: [String: Int] = [:]
  var extra = Document.object(["anything": [1, "x"]])
  var keeper = Component("keeper", id: "cat", settings: ["lives": 9])
  var helpers = Components("keeper")
  init() {}
}

@Suite("Settings as documents")
struct CodableTests {
  @Test("are written in the order of their declaration, floats with their shortest digits")
  func encodes() throws {
    var house = House()
    house.rooms = [Room()]
    house.names = ["b": 2, "a": 1]
    #expect(
      try DocumentEncoder().encode(house).jsonText() == """
        {"name":"house","isOpen":false,"height":0.1,"price":2.5,"seed":7,\
        "room":{"width":8,"doors":1,"colour":"red"},\
        "rooms":[{"width":8,"doors":1,"colour":"red"}],"scores":[1.0,2.0],\
        "names":{"a":1,"b":2},"extra":{"anything":[1,"x"]},\
        "keeper":{"id":"cat","lives":9},"helpers":[]}
        """)
  }

  @Test("come back equal")
  func roundTrip() throws {
    var house = House()
    house.height = 0.3
    house.rooms = [Room(), Room()]
    house.rooms[1].colour = .darkBlue
    house.names = ["b": 2]
    house.helpers = Components("keeper", [Component("keeper", id: "dog", settings: ["a": 1.5])])
    let document = try DocumentEncoder().encode(house)
    #expect(try DocumentDecoder().decode(House.self, from: document) == house)
    let again = try Document(json: document.jsonText())
    #expect(try DocumentDecoder().decode(House.self, from: again) == house)
  }

  @Test("give back every float")
  func floats() throws {
    var bits: UInt32 = 1
    for _ in 0..<20_000 {
      bits = bits &* 1_664_525 &+ 1_013_904_223
      let float = Float(bitPattern: bits)
      guard float.isFinite else { continue }
      let document = try DocumentEncoder().encode([float])
      #expect(try DocumentDecoder().decode([Float].self, from: document) == [float])
    }
  }

  @Test("take defaults for what is missing, whole numbers for numbers, and keep kinds")
  func defaults() throws {
    let house = try DocumentDecoder().decode(
      House.self, from: ["price": 3, "helpers": [["id": "dog"], "bird"], "scores": [4, 0.5]])
    var expected = House()
    expected.price = 3
    expected.scores = [4, 0.5]
    expected.helpers = Components(
      "keeper", [Component("keeper", id: "dog"), Component("keeper", id: "bird")])
    #expect(house == expected)
  }

  @Test(
    "say where, what was found and what is expected",
    arguments: [
      (["price": true], "price: found true, expected a number"),
      (["isOpen": "yes"], "isOpen: found \"yes\", expected true or false; did you mean true?"),
      (["name": 3], "name: found 3, expected text; did you mean \"3\"?"),
      (
        ["room": ["width": 3.0]],
        "room.width: found 3.0, expected a whole number; did you mean 3?"
      ),
      (["room": ["width": 3.5]], "room.width: found 3.5, expected a whole number"),
      (
        ["rooms": [[:], ["doors": 256]]],
        "rooms[1].doors: found 256, expected a whole number from 0 to 255"
      ),
      (["seed": -1], "seed: found -1, expected a whole number from 0"),
      (
        ["height": 1e39],
        "height: found 1e+39, expected a number of magnitude up to 3.4028234663852886e+38"
      ),
      (
        ["room": ["colour": "darkblue"]],
        "room.colour: found \"darkblue\", expected one of red, green, darkBlue; "
          + "did you mean darkBlue?"
      ),
      (["room": ["colour": 1]], "room.colour: found 1, expected one of red, green, darkBlue"),
      (["scores": [1, "x"]], "scores[1]: found \"x\", expected a number"),
      (["scores": 1], "scores: found 1, expected a list; did you mean [1]?"),
      (["scores": nil], "scores: found nothing, expected a list"),
      (["names": ["a": "x"]], "names.a: found \"x\", expected a whole number"),
      (["room": 1], "room: found 1, expected a group of keys"),
      (["room": ["widht": 1]], "room.widht: unknown key; did you mean width?"),
      (
        ["room": ["zebra": 1]],
        "room.zebra: unknown key, expected one of width, doors, colour"
      ),
      (["a\u{1B}[31m b": 1], #""a\u001b[31m b": unknown key, expected one of name, "#),
      (["keeper": ["lives": 1, "id": 7]], "keeper.id: found 7, expected an id"),
      (["keeper": [1]], "keeper: found a list, expected an id (keeper)"),
      (["helpers": [["a": 1]]], "helpers[0].id: found nothing, expected an id"),
      ([1], "found a list, expected a group of keys"),
    ] as [(Document, String)])
  func refuses(document: Document, message: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try DocumentDecoder().decode(House.self, from: document)
    }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test("refuse whole numbers that a document cannot hold")
  func hugeInteger() {
    var house = House()
    house.seed = .max
    let error = #expect(throws: ConfigurationError.self) { try DocumentEncoder().encode(house) }
    #expect(
      error?.description
        == "seed: found 18446744073709551615, expected a whole number up to 9223372036854775807")
  }

  @Test("let a component be read as its settings")
  func component() throws {
    let component = try Component("room", id: "small", settings: Room())
    #expect(component.document["width"] == 8)
    #expect(try component.decode(as: Room.self) == Room())
    #expect(try Component("room", id: "x").decode(as: Room.self) == Room())
    let error = #expect(throws: ConfigurationError.self) {
      try Component("room", id: "x", settings: ["door": 1]).decode(as: Room.self)
    }
    #expect(error?.within("room").description == "room.door: unknown key; did you mean doors?")
  }

  @Test("pass errors of their own initializers on, with the whole path")
  func customErrors() {
    struct Even: Codable {
      init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Int.self)
        guard number.isMultiple(of: 2) else {
          throw ConfigurationError(key: "", found: "\(number)", expected: "an even number")
        }
      }
    }
    let error = #expect(throws: ConfigurationError.self) {
      try DocumentDecoder().decode([String: [Even]].self, from: ["a": [2, 3]])
    }
    #expect(error?.description == "a[1]: found 3, expected an even number")
    let missing = #expect(throws: ConfigurationError.self) {
      try DocumentDecoder().decode(Pair.self, from: ["a": 1])
    }
    #expect(missing?.description == "b: missing")
  }

  @Test("leave optional values out where there are none")
  func optionals() throws {
    struct Record: Codable, Equatable {
      var count: Int?
      var room: Room?
    }
    let empty = Record()
    #expect(try DocumentEncoder().encode(empty).jsonText() == "{}")
    #expect(try DocumentDecoder().decode(Record.self, from: [:]) == empty)
    #expect(try DocumentDecoder().decode(Record.self, from: ["count": nil]) == empty)
    let record = try DocumentDecoder().decode(
      Record.self, from: ["count": 3, "room": ["doors": 2]])
    #expect(record.count == 3 && record.room?.doors == 2 && record.room?.width == 8)
  }

  struct Pair: Codable {
    var a: Int
    var b: Int
  }
}
