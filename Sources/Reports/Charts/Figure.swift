public import Documents

/// A picture with what belongs to it: what it shows in words, and its numbers as a table.
public struct Figure: Sendable {
  /// Unique on a page; names files, so lower-case letters, digits and hyphens.
  public let id: String
  public var title: String
  /// How to read it, in a sentence or two.
  public var caption: String
  public var content: Content
  public var table: FigureTable
  /// Whether it takes the page's whole width.
  public var isWide: Bool

  public enum Content: Sendable {
    case chart(Chart)
    /// A moving picture, and its most telling moments for paper.
    case animation(AnimatedDrawing, still: Drawing)
    /// The table is all there is.
    case table
    /// What it needs is missing, and why.
    case missing(String)
  }

  public init(
    _ id: String, title: String, caption: String, _ content: Content,
    table: FigureTable = FigureTable([]), isWide: Bool = false
  ) {
    precondition(
      id.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }, "a figure called \(id)")
    self.id = id
    self.title = TerminalText.sanitised(title)
    self.caption = TerminalText.sanitised(caption)
    (self.content, self.table, self.isWide) = (content, table, isWide)
  }

  /// A figure that is left out.
  public static func missing(_ id: String, title: String, because reason: String) -> Figure {
    Figure(id, title: title, caption: "", .missing(TerminalText.sanitised(reason)))
  }

  /// Widths for which charts are drawn: a card of a page, the whole page, a telephone.
  static let widths = (card: 560.0, page: 1100.0, phone: 340.0)

  /// The picture on paper; `nil` where there is none.
  public var drawing: Drawing? {
    switch content {
    case .chart(let chart):
      var drawing = chart.drawing(width: isWide ? Self.widths.page : Self.widths.card)
      drawing.background = ChartTheme.light.card
      return drawing.padded(by: 12)
    case .animation(_, let still): return still
    case .table, .missing: return nil
    }
  }

  public var document: Document {
    var fields: Document.Fields = [
      "id": .string(id), "title": .string(title), "caption": .string(caption),
    ]
    switch content {
    case .chart(let chart): fields["chart"] = chart.document
    case .missing(let reason): fields["left_out_because"] = .string(reason)
    case .animation, .table: break
    }
    if !table.columns.isEmpty { fields["table"] = table.document }
    return .object(fields)
  }
}

extension Drawing {
  /// The drawing with an empty margin of its background.
  public func padded(by margin: Double) -> Drawing {
    var padded = Drawing(
      width: width + 2 * margin, height: height + 2 * margin, background: background)
    padded.elements = [.group(offset: .init(margin, margin), scale: 1, elements)]
    return padded
  }
}
