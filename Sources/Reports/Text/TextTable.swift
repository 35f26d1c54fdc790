/// Columns of text, aligned, under a header and a rule.
public struct TextTable: Sendable {
  public enum Alignment: Sendable {
    case left, right
  }

  public struct Column: Sendable {
    let title: String
    let alignment: Alignment

    public init(_ title: String, alignment: Alignment = .right) {
      self.title = title
      self.alignment = alignment
    }
  }

  private let columns: [Column]
  private let rows: [[String]]

  public init(columns: [Column], rows: [[String]]) {
    for row in rows {
      precondition(
        row.count == columns.count, "a row of \(row.count) cells under \(columns.count) columns")
    }
    self.columns = columns
    self.rows = rows.map { $0.map(SafeText.printable) }
  }

  /// - Parameter unicode: whether the rule may be drawn with a line, not hyphens.
  public func text(unicode: Bool) -> String {
    let widths = columns.indices.map { index in
      ([columns[index].title] + rows.map { $0[index] }).map(\.count).max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, columns.indices).map { cell, index in
        let space = String(repeating: " ", count: widths[index] - cell.count)
        return columns[index].alignment == .left ? cell + space : space + cell
      }
      var text = Substring(padded.joined(separator: "  "))
      while text.last == " " { text.removeLast() }
      return String(text)
    }
    let rule = widths.map { String(repeating: unicode ? "─" : "-", count: $0) }
      .joined(separator: "  ")
    return ([line(columns.map(\.title)), rule] + rows.map(line)).joined(separator: "\n")
  }
}

extension Histogram {
  /// A bar per bin with its count and share.
  ///
  /// - Parameter width: cells of the longest bar.
  public func text(unicode: Bool, width: Int = 40) -> String {
    let largest = bins.map(\.count).max() ?? 0
    let total = bins.reduce(0) { $0 + $1.count }
    let labels = bins.map {
      $0.low == $0.high
        ? NumberText.short($0.low) : "\(NumberText.short($0.low)) to \(NumberText.short($0.high))"
    }
    let labelWidth = labels.map(\.count).max() ?? 0
    return zip(bins, labels).map { bin, label in
      let cells = largest > 0 ? Double(bin.count) / Double(largest) * Double(width) : 0
      let length = bin.count > 0 ? max(1, Int(cells.rounded())) : 0
      let padding = String(repeating: " ", count: labelWidth - label.count)
      let bar = String(repeating: unicode ? "█" : "#", count: length)
      let share = total > 0 ? Double(bin.count) / Double(total) : 0
      return "  \(padding)\(label)  \(bar) \(bin.count) (\(NumberText.percent(share)))"
    }.joined(separator: "\n")
  }
}
