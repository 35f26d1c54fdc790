internal import Agents
internal import Datasets
internal import Reports
internal import TensorCore

/// Where a model looked in an episode when it chose its actions: over all heads, and each head alone.
struct AttentionFigures {
  let trace: EpisodeTrace
  let trained: TrainedTransformer
  let title: String
  /// Of the figure of all heads together; those of single heads add to it.
  let id: String

  /// The most steps that a picture has, from the episode's last one back.
  private static let mostSteps = 64
  /// The most heads that have a picture of their own.
  private static let mostHeads = 24

  private var model: DecisionTransformer { trained.model }
  private var steps: Range<Int> {
    max(trace.length - min(model.windowRequest.contextLength, Self.mostSteps), 0)..<trace.length
  }
  private var kinds: [TokenKind] {
    TokenKind.allCases.filter { model.place(of: $0, atStep: 0) != nil }
  }

  var figures: [Figure] {
    guard let batch = trace.batch([steps], for: model) else {
      return [
        .missing(
          id, title: title,
          because: "the policy drew the returns it asked for, which nobody wrote down")
      ]
    }
    let layers = model.attentionWeights(on: batch, parameters: trained.parameters)
    let heads = layers.indices.flatMap { layer in
      (0..<layers[layer].heads).map { Head(layer: layer, number: $0, weights: layers[layer]) }
    }
    guard !heads.isEmpty else {
      return [.missing(id, title: title, because: "the model's backbone has no attention")]
    }
    return [together(heads, layers: layers.count)] + (heads.count > 1 ? [apart(heads)] : [])
  }

  /// One of the model's heads, and what it looked at.
  private struct Head {
    let layer: Int
    let number: Int
    let weights: AttentionWeights

    var name: String { "layer \(layer + 1), head \(number + 1)" }
  }

  /// What the token that chooses a step's action takes from a token before it.
  private func weight(
    _ head: Head, from query: Int, to key: Int, _ kind: TokenKind
  ) -> Double {
    guard let action = model.place(of: .action, atStep: query),
      let place = model.place(of: kind, atStep: key), place < action
    else { return 0 }
    return Double(
      head.weights[window: 0, head: head.number, query: action - 1, key: place])
  }

  /// `[steps][steps]` A number for each choice and each step that it may look at.
  private func matrix(_ number: (_ query: Int, _ key: Int) -> Double) -> [[Double]] {
    (0..<steps.count).map { query in (0..<steps.count).map { number(query, $0) } }
  }

  // MARK: All heads

  private func together(_ heads: [Head], layers: Int) -> Figure {
    let panels = kinds.map { kind in
      HeatChart.Panel(
        kind.title,
        matrix { query, key in
          heads.reduce(0) { $0 + weight($1, from: query, to: key, kind) } / Double(heads.count)
        })
    }
    let numbers = Array(steps)
    let chart = HeatChart(
      panels, rowTitle: "choice at step", columnTitle: "step of the token that is looked at",
      scaleTitle: "of a choice's attention", rowNumbers: numbers, columnNumbers: numbers)
    return Figure(
      id, title: title,
      caption:
        "How much the choice of each step's action takes from each token before it: means over "
        + "the \(layers == 1 ? "layer" : "\(layers) layers") and "
        + "\(heads.count / layers) heads. A row of all panels adds up to 1.",
      .chart(.heat(chart)), table: table(of: panels, numbers), isWide: true)
  }

  /// For each choice, the three tokens that it took most from.
  private func table(of panels: [HeatChart.Panel], _ numbers: [Int]) -> FigureTable {
    let places = ["most", "second", "third"]
    var table = FigureTable(
      [.init("step", .count), .init("action")]
        + places.flatMap {
          [FigureTable.Column("looked at \($0)"), .init("its step", .count), .init("weight")]
        })
    for (row, step) in numbers.enumerated() {
      let tokens = panels.flatMap { panel in
        panel.values[row].enumerated().map {
          (name: panel.name, key: $0.offset, weight: $0.element)
        }
      }.filter { $0.weight > 0 }.sorted { ($0.weight, $0.key) > ($1.weight, $1.key) }
      var cells: [FigureTable.Cell] = [
        .number(Double(step)), .text(trace.actionName(at: step)),
      ]
      for place in places.indices {
        guard place < tokens.count else {
          cells += [.nothing, .nothing, .nothing]
          continue
        }
        cells += [
          .text(tokens[place].name), .number(Double(numbers[tokens[place].key])),
          .number(tokens[place].weight),
        ]
      }
      table.append(cells)
    }
    return table
  }

  // MARK: Each head

  private func apart(_ heads: [Head]) -> Figure {
    let numbers = Array(steps)
    // The last layers stand nearest to the choice.
    let shown = heads.suffix(Self.mostHeads)
    let panels = shown.map { head in
      HeatChart.Panel(
        head.name,
        matrix { query, key in
          kinds.reduce(0) { $0 + weight(head, from: query, to: key, $1) }
        })
    }
    let chart = HeatChart(
      panels, rowTitle: "choice at step", columnTitle: "step that is looked at",
      scaleTitle: "of a choice's attention in this head", rowNumbers: numbers,
      columnNumbers: numbers)
    let left =
      shown.count < heads.count ? " The last \(shown.count) of \(heads.count) heads." : ""
    return Figure(
      "\(id)-heads", title: "\(title) by head",
      caption:
        "How much each head takes from each step for the choice of an action, all of a step's "
        + "tokens together; the table says of which kind they are, as means over the choices."
        + left,
      .chart(.heat(chart)), table: table(of: heads), isWide: true)
  }

  /// For each head, what it takes from each kind of token and from the step itself.
  private func table(of heads: [Head]) -> FigureTable {
    var table = FigureTable(
      [.init("layer", .count), .init("head", .count)] + kinds.map { .init($0.title) }
        + [.init("the same step")])
    let count = steps.count
    for head in heads {
      func mean(_ number: (_ query: Int) -> Double) -> FigureTable.Cell {
        .number((0..<count).reduce(0) { $0 + number($1) } / Double(max(count, 1)))
      }
      table.append(
        [.number(Double(head.layer + 1)), .number(Double(head.number + 1))]
          + kinds.map { kind in
            mean { query in
              (0...query).reduce(0) { $0 + weight(head, from: query, to: $1, kind) }
            }
          } + [mean { query in kinds.reduce(0) { $0 + weight(head, from: query, to: query, $1) } }])
    }
    return table
  }
}

extension TokenKind {
  fileprivate var title: String {
    switch self {
    case .returnToGo: "returns to go"
    case .observation: "observations"
    case .action: "actions"
    }
  }
}
