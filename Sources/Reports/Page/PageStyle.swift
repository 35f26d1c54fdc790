/// How a page of figures looks, and the little that it can do: stop and turn its films.
package enum PageStyle {
  static let sheet =
    """
    :root{color-scheme:light dark;\(variables(.light))}
    @media (prefers-color-scheme:dark){:root{\(variables(.dark))}}
    @media print{:root{color-scheme:light;\(variables(.light))}}
    \(classes)

    """ + rules

  private static func variables(_ theme: ChartTheme) -> String {
    let plain = [
      ("ground", theme.ground), ("card", theme.card), ("ink", theme.ink), ("soft", theme.soft),
      ("line", theme.line),
    ]
    let series = theme.series.enumerated().map { ("s\($0.offset)", $0.element) }
    return (plain + series).map { "--\($0.0):\($0.1.hex)" }.joined(separator: ";")
  }

  /// The classes that drawings use in place of colours.
  private static var classes: String {
    ChartTheme.light.names.values.sorted().map { name in
      ".f-\(name){fill:var(--\(name))}.k-\(name){stroke:var(--\(name))}"
    }.joined()
  }

  private static let rules = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--ground);color:var(--ink);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
    main{max-width:1240px;margin:0 auto;padding:36px 24px 64px}
    header p{margin:0;color:var(--soft)}
    h1{margin:0 0 20px;font-size:1.75rem;line-height:1.25;overflow-wrap:anywhere}
    h2{margin:40px 0 4px;font-size:1.3rem}
    h3{margin:0 0 2px;font-size:1rem;color:var(--ink);overflow-wrap:anywhere}
    section>p{margin:0 0 14px;color:var(--soft);max-width:75ch}
    nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:18px 0 0}
    a{color:var(--s0)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}
    .tile{display:flex;flex-direction:column-reverse;justify-content:flex-end;padding:12px 16px}
    .tile,.card{background:var(--card);border:1px solid var(--line);border-radius:10px;min-width:0}
    dt{color:var(--soft);font-size:.85rem}
    dd{margin:0;font-size:1.3rem;font-weight:600;font-variant-numeric:tabular-nums;\
    overflow-wrap:anywhere;line-height:1.3}
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));\
    gap:16px;align-items:start;margin-top:12px}
    .card{margin:0;padding:18px 20px}
    .wide{grid-column:1/-1}
    figcaption{color:var(--soft);font-size:.9rem;margin:0 0 10px;max-width:80ch}
    .missing{color:var(--soft);margin:4px 0 0}
    svg{display:block;max-width:100%;height:auto;overflow:visible;font-family:system-ui,-apple-system,"Segoe UI",\
    sans-serif}
    .screen svg{width:100%;max-width:1100px}
    .phone,.still{display:none}
    .phone svg{width:100%;max-width:440px}
    .still{max-width:100%}\
    .film svg{width:auto;border-radius:4px;margin-top:6px}
    .controls{display:flex;gap:10px;align-items:center;margin-top:8px;max-width:330px}
    .controls[hidden]{display:none}
    .controls input{flex:1;min-width:0;accent-color:var(--s0)}
    button{font:inherit;font-size:.9rem;padding:3px 14px;border-radius:6px;color:var(--ink);\
    background:var(--ground);border:1px solid var(--soft);cursor:pointer;min-width:5.2em}
    summary{cursor:pointer;color:var(--s0);font-size:.9rem}
    figure>details{margin-top:10px}
    :focus-visible{outline:2px solid var(--s0);outline-offset:2px}
    .scroll{overflow:auto;max-height:30rem;margin-top:8px}
    table{border-collapse:collapse;min-width:100%;font-size:.9rem}
    th,td{text-align:left;padding:5px 18px 5px 0;border-top:1px solid var(--line);\
    white-space:nowrap;vertical-align:top}
    td:not(.n){white-space:normal;min-width:5rem;overflow-wrap:anywhere}
    .n{text-align:right;font-variant-numeric:tabular-nums}
    th:last-child,td:last-child{padding-right:4px}
    thead th{color:var(--soft);font-weight:500;border-top:0;position:sticky;top:0;\
    background:var(--card)}
    pre{margin:10px 0 0;overflow:auto;max-height:32rem;font:.85rem/1.5 ui-monospace,Menlo,\
    Consolas,monospace}
    @media (max-width:960px){.wide .screen{display:none}.wide .phone{display:block}}
    @media (max-width:640px){main{padding:20px 12px 40px}h1{font-size:1.35rem}\
    .card{padding:14px}.screen{display:none}.phone{display:block}\
    .tiles{grid-template-columns:1fr 1fr}td:not(.n){min-width:3.6rem}\
    th,td{padding-right:12px}.tile{padding:10px 12px}dd{font-size:1.1rem}}
    @media print{body{font-size:10pt;background:none}main{max-width:none;padding:0}\
    nav,.controls,.film{display:none}.cards{display:block}\
    .still,.screen,.wide .screen{display:block}.phone,.wide .phone{display:none}\
    .screen svg{max-width:400px}.wide .screen svg{max-width:100%}.still{max-width:400px}\
    h2,section>p{break-after:avoid}.card,.tile{break-inside:avoid;margin-bottom:10pt}\
    figure>details{display:none}.scroll,pre{max-height:none;overflow:visible}\
    details.card{break-inside:auto}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:8pt}\
    table{font-size:7.5pt}th,td{padding-right:6pt}td:not(.n){min-width:0}}
    """

  /// Shows the controls, which need a script, and lets films rest for people who want that.
  package static let script = """
    for(const c of document.querySelectorAll('.controls')){\
    const f=document.getElementById(c.dataset.film),s=f.querySelector('svg'),\
    b=c.querySelector('button'),r=c.querySelector('input'),d=+f.dataset.delay;\
    let p=matchMedia('(prefers-reduced-motion: reduce)').matches;\
    const show=()=>{p?s.pauseAnimations():s.unpauseAnimations();b.textContent=p?'Play':'Pause'};\
    b.onclick=()=>{p=!p;show()};\
    r.oninput=()=>{p=true;show();s.setCurrentTime((+r.value+.5)*d)};\
    c.hidden=false;show()}
    """

  /// SHA-256 of ``script`` in base 64, without which a browser does not run it.
  package static let scriptHash = "WwaieoMEEoaonQp1vH0hgfoMR5zmTlu52mI0ajbATTM="
}
