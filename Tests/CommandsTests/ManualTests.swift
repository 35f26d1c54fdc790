import Files
import Foundation
import Testing

/// The manual's pages in `docs/man`, which `Scripts/man` writes.
@Suite("The manual")
struct ManualTests {
  private let folder = URL(fileURLWithPath: #filePath).appending(path: "../../../docs/man")
    .standardizedFileURL.path

  /// The text of a page without the marks of its language.
  private func text(_ name: String) throws -> String {
    try FileContents.text(of: Folder(folder).path(of: name), atMost: 1 << 20)
      .replacing("\\-", with: "-").replacing("\\&", with: "")
  }

  @Test("has a page for every command, with its abstract and every option")
  func isUpToDate() throws {
    let commands = try CommandTree(Program()).commands
    let pages = Set(try Folder(folder).names())
    var expected: Set<String> = []
    for command in commands {
      let name = command.name.split(separator: " ").joined(separator: ".") + ".1"
      expected.insert(name)
      guard pages.contains(name) else {
        Issue.record("no page \(name); run Scripts/man")
        continue
      }
      let page = try text(name)
      #expect(page.contains(command.abstract), "\(name) says another thing; run Scripts/man")
      for option in command.options {
        let word = option.hasPrefix("--") ? option.dropFirst(1) : option.dropFirst(1)
        #expect(page.contains("Fl \(word)"), "\(name) lacks \(option); run Scripts/man")
      }
    }
    #expect(pages == expected, "pages of commands that are none, or none of commands")
  }
}
