extension Tape {
  /// Rows of `logits` whose largest entry is at the target; no gradient.
  ///
  /// - Parameters:
  ///   - logits: `[rows, classes]`.
  ///   - targets: `[rows]`; a negative one does not count.
  public func countOfHits(_ logits: Tensor, targets: [Int32]) -> Int {
    precondition(targets.count == logits.rows, "\(targets.count) targets, \(logits.rows) rows")
    var hits = 0
    for (row, target) in targets.enumerated() where target >= 0 {
      let scores = value(logits) + row * logits.columns
      var best = 0
      for column in 0..<logits.columns where scores[column] > scores[best] { best = column }
      if best == Int(target) { hits += 1 }
    }
    return hits
  }
}
