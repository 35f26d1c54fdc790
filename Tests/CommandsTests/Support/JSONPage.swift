import Documents
import Files
import Foundation

/// What `docs/json.md` promises of each command's document.
struct JSONPage {
  struct Row {
    var types: Set<String>
    var isOptional: Bool
  }

  /// By command, `hindsight runs` for example, the rows by path.
  private(set) var sections: [String: [String: Row]] = [:]
  /// Rows that no one can read.
  private(set) var oddities: [String] = []

  static let types: Set = [
    "text", "number", "whole number", "true or false", "settings", "null",
  ]

  init() throws {
    let page = URL(fileURLWithPath: #filePath).appending(path: "../../../../docs/json.md")
      .standardizedFileURL.path
    var command = ""
    for line in try FileContents.text(of: page, atMost: 1 << 20).split(separator: "\n") {
      if line.hasPrefix("## `"), line.hasSuffix("`") {
        command = String(line.dropFirst(4).dropLast())
        sections[command] = ["schema_version": Row(types: ["whole number"], isOptional: false)]
      } else if line.hasPrefix("Every key of `") {
        // "Every key of `a`, `b` and `c`": those of other sections, above this one.
        for (index, piece) in line.split(separator: "`").enumerated() where index % 2 == 1 {
          guard let rows = sections[String(piece)] else { break }
          sections[command]?.merge(rows) { own, _ in own }
        }
      } else if line.hasPrefix("| `"), !command.isEmpty {
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count >= 2 else {
          oddities.append(String(line))
          continue
        }
        let isOptional = cells[1].hasSuffix(", optional")
        let words = isOptional ? String(cells[1].dropLast(10)) : cells[1]
        let types = Set(
          words.replacing("true or false", with: "truth").components(separatedBy: " or ")
            .map { $0 == "truth" ? "true or false" : $0 })
        if !types.isSubset(of: Self.types) { oddities.append(String(line)) }
        let path = cells[0].trimmingCharacters(in: ["`"])
        sections[command]?[path] = Row(types: types, isOptional: isOptional)
      }
    }
  }

  /// Where documents of a command differ from the page.
  func differences(of command: String, _ documents: [Document]) -> [String] {
    guard let rows = sections[command] else { return ["\(command) has no section"] }
    var found: [String] = []
    var seen: Set<String> = []
    func visit(_ value: Document, _ path: String) {
      if let row = rows[path] {
        seen.insert(path)
        if row.types.contains("settings") { return }
        if let type = Self.type(of: value) {
          let isNumber = type == "whole number" && row.types.contains("number")
          if !row.types.contains(type), !isNumber {
            found.append("\(path) is \(value.jsonText().prefix(60)), promised is \(row.types)")
          }
          return
        }
      }
      switch value {
      case .object(let fields):
        for (key, value) in fields { visit(value, path.isEmpty ? key : "\(path).\(key)") }
      case .array(let elements):
        for element in elements { visit(element, "\(path)[]") }
        // Of an empty list nothing can be seen of its elements.
        if elements.isEmpty { seen.formUnion(rows.keys.filter { $0.hasPrefix("\(path)[]") }) }
      default:
        if rows[path] == nil { found.append("\(path) is not on the page") }
      }
    }
    for document in documents { visit(document, "") }
    for (path, row) in rows where !row.isOptional && !seen.contains(path) {
      found.append("\(path) is on the page and not in the document")
    }
    return found.sorted()
  }

  /// The word for a single value; `nil` for lists and groups.
  private static func type(of value: Document) -> String? {
    switch value {
    case .null: "null"
    case .bool: "true or false"
    case .integer: "whole number"
    case .number: "number"
    case .string: "text"
    case .array, .object: nil
    }
  }
}
