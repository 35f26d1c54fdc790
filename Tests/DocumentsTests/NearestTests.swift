import Documents
import Testing

@Suite("The nearest choice")
struct NearestTests {
  let choices = ["contextLength", "embeddingWidth", "dropout", "id", "layers", "heads"]

  @Test(
    "is found through typing mistakes",
    arguments: [
      ("contextLenght", "contextLength"), ("context_length", "contextLength"),
      ("ContextLength", "contextLength"), ("contextlen", "contextLength"), ("ids", "id"),
      ("dropuot", "dropout"), ("layer", "layers"), ("haeds", "heads"), ("di", "id"),
    ])
  func finds(word: String, expected: String) {
    #expect(nearest(to: word, among: choices) == expected)
  }

  @Test(
    "is not made up",
    arguments: ["", "x", "zebra", "seed", "ab", String(repeating: "a", count: 9999)])
  func findsNone(word: String) {
    #expect(nearest(to: word, among: choices) == nil)
  }

  @Test("prefers the smaller distance, then the first")
  func ranks() {
    #expect(nearest(to: "layer", among: ["players", "layers"]) == "layers")
    #expect(nearest(to: "bat", among: ["cat", "hat"]) == "cat")
  }
}
