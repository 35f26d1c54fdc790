internal import Environments

/// What one number of a flat observation is.
enum ColumnMeaning: Sendable, Equatable {
  /// An amount.
  case quantity
  /// A label in `first ..< first + count`.
  case category(count: Int, first: Int)
}

extension Space {
  /// `[width]` The meaning of each number of a flat row, in the order of ``leaves``.
  ///
  /// Elements of discrete spaces are categories, those of boxes what the box says, where channel `c`
  /// of a picture is a category if `categories[c]` is above 0.
  var columnMeanings: [ColumnMeaning] {
    switch self {
    case .discrete(let count, let start): return [.category(count: count, first: start)]
    case .multiDiscrete(let counts): return counts.map { .category(count: $0, first: 0) }
    case .box(let box):
      return box.low.indices.map { element in
        switch box.meaning {
        case .quantity: .quantity
        case .category(let count): .category(count: count, first: 0)
        case .image(let categories):
          categories.isEmpty || categories[element % categories.count] == 0
            ? .quantity : .category(count: categories[element % categories.count], first: 0)
        }
      }
    case .dictionary(let members): return members.flatMap { $0.space.columnMeanings }
    case .tuple(let spaces): return spaces.flatMap { $0.columnMeanings }
    }
  }
}
