internal import Datasets
internal import Documents
public import Files
internal import Reports

extension DatasetInspection {
  /// Writes what is known as one HTML page that needs nothing else: no scripts, no fonts, no network.
  public func writePage(to path: String) throws(FileError) {
    try DurableFile.write(page, to: path, replacing: false)
  }

  /// The page.
  public var page: String {
    let title = HTMLText.escaped(path)
    let tiles = [
      ("episodes", "\(returns.values.count)"), ("steps", "\(steps)"),
      ("mean return", returns.values.isEmpty ? "–" : Format.number(returns.mean)),
      ("solved", solved.map { share($0, of: returns.values.count) } ?? "unknown"),
      (
        "stitched return",
        stitching?.bestStitchedReturn.map { Format.number($0) } ?? "–"
      ),
      (
        "pairs covered",
        coverage.map { share($0.visitedPairs, of: $0.reachablePairs) } ?? "unknown"
      ),
    ].map { "<div class=\"tile\"><b>\(HTMLText.escaped($1))</b><span>\($0)</span></div>" }.joined()
    let rows = facts.map {
      "<tr><th scope=\"row\">\(HTMLText.escaped($0.label))</th><td>\(HTMLText.escaped($0.value))</td></tr>"
    }.joined(separator: "\n")
    let charts = samples.map { name, sample in
      """
      <section><h2>\(name.prefix(1).uppercased() + name.dropFirst())</h2>
      <p>\(HTMLText.escaped(summary(sample)))</p>
      \(HistogramDrawing(sample.histogram, label: name).svg)</section>
      """
    }.joined(separator: "\n")
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>\(title)</title><style>\(Self.style)</style></head><body><main>
      <header><p>Hindsight dataset</p><h1>\(title)</h1></header>
      <div class="tiles">\(tiles)</div>
      <div class="charts">\(charts)</div>
      <section><h2>Contents</h2><div class="scroll"><table>
      \(rows)
      </table></div></section>
      \(behaviourSection)
      <footer>A stitched return is the largest sum of rewards along recorded steps, going from one \
      episode to another where their observations are equal, over as many steps as the longest \
      episode has. It is an upper bound of what the data promise, not what a policy will get.</footer>
      </main></body></html>

      """
  }

  private var behaviourSection: String {
    let titles = Self.behaviourTitles.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let rows = behaviourRows.map { row in
      "<tr>" + row.map { "<td>\(HTMLText.escaped($0))</td>" }.joined() + "</tr>"
    }.joined(separator: "\n")
    return """
      <section><h2>Behaviour policies</h2><div class="scroll"><table class="numbers">
      <thead><tr>\(titles)</tr></thead><tbody>
      \(rows)
      </tbody></table></div></section>
      """
  }

  private static let style = """
    :root{color-scheme:light dark;--ground:#fbfbf9;--card:#fff;--ink:#1d1f24;--soft:#666b76;\
    --line:#e3e3de;--bar:#3b6fb6}
    @media (prefers-color-scheme:dark){:root{--ground:#15171b;--card:#1d2026;--ink:#e9eaee;\
    --soft:#9aa0ac;--line:#31353d;--bar:#7aa7e6}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
    main{max-width:1120px;margin:0 auto;padding:32px 20px}
    header p{margin:0;color:var(--soft)}
    h1{margin:0 0 24px;font-size:1.5rem;overflow-wrap:anywhere}
    h2{margin:0 0 4px;font-size:1.05rem}
    section,.tile{background:var(--card);border:1px solid var(--line);border-radius:10px}
    section{padding:18px 20px;margin:0 0 16px;min-width:0}
    section p{margin:0 0 10px;color:var(--soft)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;\
    margin:0 0 16px}
    .tile{padding:14px 16px}
    .tile b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}
    .tile span,footer{color:var(--soft);font-size:.875rem}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:0 16px}
    svg{display:block;width:100%;height:auto}
    svg rect{fill:var(--bar)}
    svg line{stroke:var(--line)}
    svg text{fill:var(--soft);font:12px system-ui,sans-serif}
    @media (max-width:560px){main{padding:20px 12px}section{padding:14px}\
    svg text{font-size:17px}.numbers td:first-child{min-width:9rem}}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%}
    th,td{text-align:left;vertical-align:top;padding:6px 16px 6px 0;\
    border-top:1px solid var(--line);overflow-wrap:anywhere}
    tr:first-child>*{border-top:0}
    .numbers tbody tr:first-child>td{border-top:1px solid var(--line)}
    th{color:var(--soft);font-weight:500;white-space:nowrap}
    .numbers td{font-variant-numeric:tabular-nums;white-space:nowrap}
    .numbers td:first-child{min-width:14rem;white-space:normal}
    .numbers th+th,.numbers td+td{text-align:right;padding:6px 0 6px 16px}
    """
}

/// A histogram as a drawing that takes its colours from the page.
private struct HistogramDrawing {
  let histogram: Histogram
  let label: String

  init(_ histogram: Histogram, label: String) {
    self.histogram = histogram
    self.label = label
  }

  var svg: String {
    let (width, height, left, bottom) = (480.0, 220.0, 44.0, 24.0)
    let plot = (width: width - left - 8, height: height - bottom - 10)
    let largest = Double(max(histogram.counts.max() ?? 0, 1))
    let slot = plot.width / Double(max(histogram.counts.count, 1))
    func number(_ value: Double) -> String { Format.fixed(value, 1) }
    var parts: [String] = []
    for fraction in [0.0, 0.5, 1.0] {
      let y = 10 + plot.height * (1 - fraction)
      parts.append(
        "<line x1=\"\(number(left))\" x2=\"\(number(width - 8))\" y1=\"\(number(y))\" "
          + "y2=\"\(number(y))\"/><text x=\"\(number(left - 6))\" y=\"\(number(y + 4))\" "
          + "text-anchor=\"end\">\(Format.count(largest * fraction))</text>")
    }
    for (bin, count) in histogram.counts.enumerated() where count > 0 {
      let tall = max(plot.height * Double(count) / largest, 1)
      let low = Format.number(histogram.edges[bin])
      let high = Format.number(histogram.edges[bin + 1])
      let wide = max(slot - min(2, slot / 4), 0.5)
      parts.append(
        "<rect x=\"\(number(left + slot * Double(bin)))\" y=\"\(number(10 + plot.height - tall))\" "
          + "width=\"\(number(wide))\" height=\"\(number(tall))\" rx=\"1.5\">"
          + "<title>\(low) to \(high): \(count)</title></rect>")
    }
    let edges = histogram.edges
    for (position, anchor) in [(0, "start"), (edges.count / 2, "middle"), (edges.count - 1, "end")]
    {
      let x = left + slot * Double(position)
      parts.append(
        "<text x=\"\(number(x))\" y=\"\(number(height - 6))\" text-anchor=\"\(anchor)\">"
          + "\(Format.number(edges[position], digits: 3))</text>")
    }
    return "<svg viewBox=\"0 0 480 220\" role=\"img\" aria-label=\"Histogram of \(label)\">"
      + parts.joined() + "</svg>"
  }
}
