/// The choice that `word` was most probably meant to be, or `nil` if none is close.
///
/// Close is an edit distance (insertions, deletions, replacements and swaps of neighbours; case
/// does not count) of at most two and less than the length of the word, or of at most a third of
/// the length of the longer of the two. The first of equally near choices wins.
public func nearest(to word: String, among choices: [String]) -> String? {
  let limit = 200  // longer words are no typing mistakes, and the work is quadratic
  let letters = Array(word.lowercased().prefix(limit + 1))
  guard !letters.isEmpty, letters.count <= limit else { return nil }
  var best: (choice: String, distance: Int)?
  for choice in choices {
    let other = Array(choice.lowercased().prefix(limit + 1))
    let allowed = max(min(2, letters.count - 1), max(letters.count, other.count) / 3)
    guard other.count <= limit, abs(other.count - letters.count) <= allowed else { continue }
    let distance = editDistance(letters, other)
    if distance <= allowed, distance < best?.distance ?? .max { best = (choice, distance) }
  }
  return best?.choice
}

/// Edits between two words: insertions, deletions, replacements and swaps of neighbours (the
/// optimal string alignment distance).
///
///     d[i, j] = min(d[i-1, j] + 1, d[i, j-1] + 1, d[i-1, j-1] + (a[i] ≠ b[j]),
///                   d[i-2, j-2] + 1 where a[i-1] a[i] = b[j] b[j-1])
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
