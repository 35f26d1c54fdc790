internal import Files
public import Reports

extension Report {
  /// Where the page goes that is given no name: into the one folder that the report is about, else
  /// into the working folder.
  public static func defaultPage(for paths: [String]) -> String {
    paths.count == 1 ? Folder(paths[0]).path(of: "report.html") : "report.html"
  }

  /// Refuses a path that is taken.
  ///
  /// - Parameter replacing: whether an earlier report may be replaced, which any other file may not.
  public static func requirePlace(of page: String, replacing: Bool) throws {
    try page.checkAsPath(operation: "create")
    guard FileStatus.exists(page) else { return }
    guard replacing else {
      throw FileError(
        .exists, operation: "create", path: page,
        reason: "it exists already; choose another --output, or --replace it")
    }
    let head = (try? FileContents.prefix(of: page, count: 1_000)) ?? []
    let mark = "<meta name=\"generator\" content=\"\(FigurePage.generator)\">"
    guard String(decoding: head, as: UTF8.self).contains(mark) else {
      throw FileError(
        .exists, operation: "replace", path: page,
        reason: "it is no report of this program; choose another --output")
    }
  }

  /// Writes the page.
  public func writePage(to path: String, replacing: Bool) throws {
    try Self.requirePlace(of: path, replacing: replacing)
    try DurableFile.write(page.html, to: path, replacing: replacing)
  }

  /// Refuses a place for figures that something else has.
  public static func requirePlace(ofFigures folder: String, replacing: Bool) throws {
    guard let kind = FileStatus.kind(of: folder) else { return }
    guard kind == .folder else {
      throw FileError(
        .exists, operation: "create folder", path: folder,
        reason: "something else of that name is there; choose another --figures")
    }
    let names = try Folder(folder).names().filter { $0.first != "." }
    guard replacing || names.isEmpty else {
      throw FileError(
        .exists, operation: "write to", path: folder,
        reason:
          "it holds \(names[0]); choose another --figures, or --replace what has the figures' "
          + "names")
    }
  }

  /// Writes every figure that has a picture: `ID.svg` and `ID.png`, and `ID.gif` of what moves.
  ///
  /// - Returns: the files' paths.
  public func writeFigures(to path: String, replacing: Bool) throws -> [String] {
    try Self.requirePlace(ofFigures: path, replacing: replacing)
    let folder = Folder(path)
    try folder.make()
    var written: [String] = []
    func write(_ bytes: [UInt8], _ name: String) throws(FileError) {
      let file = folder.path(of: name)
      try DurableFile.write(bytes, to: file, replacing: replacing)
      written.append(file)
    }
    for figure in page.figures {
      guard let drawing = figure.drawing else { continue }
      var style = SVGStyle()
      (style.title, style.description) = (figure.title, figure.caption)
      if case .animation(let film, _) = figure.content {
        var film = film
        for index in film.frames.indices { film.frames[index].background = .white }
        try write(Array(film.svg(style).utf8), "\(figure.id).svg")
        try write(film.gif(), "\(figure.id).gif")
        try write(Raster(drawing).png, "\(figure.id).png")
      } else {
        try write(Array(drawing.svg(style).utf8), "\(figure.id).svg")
        try write(Raster(drawing, scale: 2).png, "\(figure.id).png")
      }
    }
    return written
  }

  /// The figures and tables in letters.
  public func text(_ style: TextChartStyle) -> String {
    var text = TerminalText.sanitised(page.title) + "\n"
    for figure in page.figures {
      var body = ""
      switch figure.content {
      case .chart(let chart): body = chart.text(style)
      case .table:
        body = figure.table.text(width: style.width, isASCII: style.isASCII)
      case .missing(let reason): body = "left out: \(reason)\n"
      case .animation: continue
      }
      text += "\n\(style.bold(figure.title))\n\(body)"
    }
    return text
  }

  /// The table of results alone.
  public func resultsText(_ style: TextChartStyle) -> String {
    guard let results = page.figures.first(where: { $0.id == "results" }) else { return "" }
    if case .missing(let reason) = results.content { return "No results: \(reason)\n" }
    return results.table.text(width: style.width, isASCII: style.isASCII)
  }
}
