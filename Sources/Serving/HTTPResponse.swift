internal import NIOHTTP1

/// An answer; the connection ends with it.
public struct HTTPResponse: Sendable {
  public var status: Int
  public var body: [UInt8]
  private var headers: [(name: String, value: String)]

  /// - Parameters:
  ///   - type: the media type.
  ///   - policy: what a page may load (Content-Security-Policy); nothing by default.
  public init(
    _ status: Int = 200, type: String, _ body: [UInt8],
    policy: String = "default-src 'none'; frame-ancestors 'none'"
  ) {
    (self.status, self.body) = (status, body)
    headers = [
      ("Content-Type", type), ("Content-Length", "\(body.count)"), ("Connection", "close"),
      ("Cache-Control", "no-store"), ("Content-Security-Policy", policy),
      ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
      ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
  }

  /// A line of plain text.
  public init(_ status: Int, _ text: String) {
    self.init(status, type: "text/plain; charset=utf-8", Array("\(text)\n".utf8))
  }

  init(_ refusal: Refusal) { self.init(refusal.status, refusal.reason) }

  var head: HTTPResponseHead {
    HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status),
      headers: HTTPHeaders(headers.map { ($0.name, $0.value) }))
  }
}
