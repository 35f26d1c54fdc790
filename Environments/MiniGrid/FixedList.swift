/// A list that holds up to `capacity` elements in place, so that copying or clearing it allocates
/// nothing.
struct FixedList<let capacity: Int, Element: Sendable>: Sendable {
  private var elements: InlineArray<capacity, Element>
  private(set) var count = 0

  /// An empty list; `filler` stands in the unused places.
  init(filledWith filler: Element) { elements = InlineArray(repeating: filler) }

  subscript(index: Int) -> Element {
    get {
      precondition(index < count, "there is no element \(index) among \(count)")
      return elements[index]
    }
    set {
      precondition(index < count, "there is no element \(index) among \(count)")
      elements[index] = newValue
    }
  }

  mutating func append(_ element: Element) {
    precondition(count < capacity, "no more than \(capacity) elements fit")
    elements[count] = element
    count += 1
  }

  mutating func remove(at index: Int) -> Element {
    let removed = self[index]
    for next in index + 1..<count { elements[next - 1] = elements[next] }
    count -= 1
    return removed
  }

  mutating func removeAll() { count = 0 }
}

extension FixedList: RandomAccessCollection, MutableCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { count }
}
