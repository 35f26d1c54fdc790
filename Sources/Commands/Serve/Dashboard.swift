internal import Documents
internal import Experiments
internal import Files
internal import FoundationEssentials
internal import Serving
internal import Synchronization

/// What the server answers: the page, and what the page asks for.
///
/// A class because the server's thread keeps it while the command waits.
final class Dashboard: Sendable {
  private let sights: Mutex<Sights>
  /// What the page must show to change anything: new with every start, so that no other page and no
  /// old tab can.
  private let token: String
  private let page: HTTPResponse

  /// What has been found out so far.
  private struct Sights {
    var watch: RunWatch
    var rollouts: RolloutDrawer
  }

  init(_ watch: RunWatch, _ rollouts: consuming sending RolloutDrawer) {
    sights = Mutex(Sights(watch: watch, rollouts: rollouts))
    var random = SystemRandomNumberGenerator()
    token = (0..<2).map { _ in String(random.next() as UInt64, radix: 16) }.joined()
    page = Self.page(token: token)
  }

  @Sendable func respond(_ request: HTTPRequest) -> HTTPResponse {
    sights.withLock { respond(request, &$0) }
  }

  private func respond(_ request: HTTPRequest, _ sights: inout Sights) -> HTTPResponse {
    switch (request.method, request.path) {
    case (.get, "/"), (.head, "/"): page
    case (.get, "/api/runs"):
      json(["schema_version": 1, "runs": .array(sights.watch.all().map(\.document))])
    case (.get, "/api/run"): onRun(request, &sights) { json($1.watch.details(of: $0)) }
    case (.get, "/api/rollout"): onRun(request, &sights, rollout)
    case (.post, "/api/stop"):
      request.headers["x-hindsight-token"] == token
        ? onRun(request, &sights, stop)
        : HTTPResponse(403, "this page is of another start of the server; reload it")
    case (_, "/"), (_, "/api/runs"), (_, "/api/run"), (_, "/api/rollout"), (_, "/api/stop"):
      HTTPResponse(405, "\(request.path) is for \(request.path == "/api/stop" ? "POST" : "GET")")
    default: HTTPResponse(404, "there is nothing here; the page is at /")
    }
  }

  /// Only runs that the page lists can be named.
  private func onRun(
    _ request: HTTPRequest, _ sights: inout Sights,
    _ respond: (RunSummary, inout Sights) -> HTTPResponse
  ) -> HTTPResponse {
    _ = sights.watch.all()
    guard let path = request.query["path"], let run = sights.watch.run(at: path) else {
      return HTTPResponse(404, "there is no such run")
    }
    return respond(run, &sights)
  }

  private func stop(_ run: RunSummary, _ sights: inout Sights) -> HTTPResponse {
    guard let process = sights.watch.stop(run) else {
      return HTTPResponse(409, "nobody is at work on this run")
    }
    return json([
      "schema_version": 1, "run": .string(run.path), "process": .integer(Int(process)),
    ])
  }

  private func rollout(_ run: RunSummary, _ sights: inout Sights) -> HTTPResponse {
    guard let checkpoint = sights.watch.newestCheckpoint(of: run) else {
      return HTTPResponse(404, "the run has no checkpoint yet")
    }
    return switch sights.rollouts.picture(of: run.path, checkpoint: checkpoint.time) {
    case .ready(let file): HTTPResponse(type: "image/gif", file)
    case .drawing: HTTPResponse(202, "it is being drawn")
    case .impossible(let reason): HTTPResponse(404, reason)
    }
  }

  private func json(_ document: Document) -> HTTPResponse {
    HTTPResponse(type: "application/json", Array(document.jsonText().utf8))
  }

  /// The page with its style and script, which are the only ones that the browser may use.
  private static func page(token: String) -> HTTPResponse {
    let style = String(decoding: PackageResources.page_css, as: UTF8.self)
    let script = String(decoding: PackageResources.page_js, as: UTF8.self)
    let text = String(decoding: PackageResources.page_html, as: UTF8.self)
      .replacing("{{token}}", with: token).replacing("{{style}}", with: style)
      .replacing("{{script}}", with: script)
    func hash(_ text: String) -> String {
      var hash = SHA256()
      hash.update(Array(text.utf8).span.bytes)
      return "'sha256-\(Data(hash.digest()).base64EncodedString())'"
    }
    let policy = [
      "default-src 'none'", "script-src \(hash(script))", "style-src \(hash(style))",
      "img-src blob: data:", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
      "frame-ancestors 'none'",
    ].joined(separator: "; ")
    return HTTPResponse(
      type: "text/html; charset=utf-8", Array(text.utf8), policy: policy)
  }
}
