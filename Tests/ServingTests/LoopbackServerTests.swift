import Files
import Serving
import Testing

@Suite("A server on loopback")
struct LoopbackServerTests {
  /// Answers with what it has understood.
  static func server(
    _ limits: ServerLimits = ServerLimits(), port: Int = 0
  ) throws -> LoopbackServer {
    try LoopbackServer(port: port, limits: limits) { request in
      let query = request.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return HTTPResponse(
        200, "heard \(request.method.rawValue) \(request.path) \(query.joined(separator: "&"))")
    }
  }

  private func ask(_ port: Int, _ lines: String...) throws -> String {
    let client = try #require(PlainClient(port: port))
    client.say(lines.joined(separator: "\r\n") + "\r\n\r\n")
    return client.hear()
  }

  @Test("answers a request for its own name and ends the connection")
  func answers() throws {
    let server = try Self.server()
    for name in ["127.0.0.1", "localhost", "LOCALHOST"] {
      let answer = try ask(
        server.port, "GET /a%20b/%C3%BC?path=x%2Fy&n=1&path=z HTTP/1.1",
        "Host: \(name):\(server.port)")
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.hasSuffix("\r\n\r\nheard GET /a b/ü n=1&path=x/y\n"))
    }
    let answer = try ask(server.port, "GET / HTTP/1.1", "Host: localhost:\(server.port)")
    for header in [
      "Connection: close", "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
      "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
      "Cross-Origin-Resource-Policy: same-origin",
    ] {
      #expect(answer.contains("\r\n\(header)\r\n"), "\(answer)")
    }
    let head = try ask(server.port, "HEAD / HTTP/1.1", "Host: localhost:\(server.port)")
    #expect(head.hasSuffix("\r\n\r\n"))
    #expect(head.contains("Content-Length: 14\r\n"))
  }

  @Test(
    "refuses requests for other names, of other methods and for other places",
    arguments: [
      ("GET / HTTP/1.1", "Host: example.org:PORT", 421), ("GET / HTTP/1.1", "Host: 127.0.0.1", 421),
      ("GET / HTTP/1.1", "Host: 127.0.0.1:1", 421), ("GET / HTTP/1.0", "Accept: */*", 421),
      ("GET / HTTP/1.1", "Host: localhost:PORT\r\nHost: localhost:PORT", 400),
      ("DELETE / HTTP/1.1", "Host: localhost:PORT", 405),
      ("OPTIONS * HTTP/1.1", "Host: localhost:PORT", 405),
      ("GET /../etc/passwd HTTP/1.1", "Host: localhost:PORT", 400),
      ("GET /a/%2e%2e/b HTTP/1.1", "Host: localhost:PORT", 400),
      ("GET /a/..%2fb HTTP/1.1", "Host: localhost:PORT", 400),
      ("GET /a\\..\\b HTTP/1.1", "Host: localhost:PORT", 400),
      ("GET /%00 HTTP/1.1", "Host: localhost:PORT", 400),
      ("GET /%+1 HTTP/1.1", "Host: localhost:PORT", 400),
      ("GET /%ff HTTP/1.1", "Host: localhost:PORT", 400),
      ("GET http://localhost/ HTTP/1.1", "Host: localhost:PORT", 400),
      ("nonsense", "Host: localhost:PORT", 400),
      ("GET / HTTP/1.1", "Host : localhost:PORT", 400),
    ])
  func refuses(line: String, header: String, status: Int) throws {
    let server = try Self.server()
    let answer = try ask(
      server.port, line, header.replacing("PORT", with: "\(server.port)"))
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
    #expect(!answer.contains("heard"))
  }

  @Test("lets only its own pages change anything")
  func origins() throws {
    let server = try Self.server()
    func post(_ headers: String) throws -> String {
      let client = try #require(PlainClient(port: server.port))
      client.say(
        "POST /stop HTTP/1.1\r\nHost: localhost:\(server.port)\r\nContent-Length: 0\r\n\(headers)"
          + "\r\n")
      return client.hear()
    }
    #expect(try post("").hasPrefix("HTTP/1.1 403 "))
    #expect(try post("Origin: null\r\n").hasPrefix("HTTP/1.1 403 "))
    #expect(try post("Origin: http://example.org\r\n").hasPrefix("HTTP/1.1 403 "))
    #expect(try post("Origin: http://localhost:1\r\n").hasPrefix("HTTP/1.1 403 "))
    let own = "Origin: http://localhost:\(server.port)\r\n"
    #expect(try post(own + own).hasPrefix("HTTP/1.1 400 "))
    #expect(try post(own + "Sec-Fetch-Site: cross-site\r\n").hasPrefix("HTTP/1.1 403 "))
    #expect(try post(own + "Sec-Fetch-Site: same-origin\r\n").contains("heard POST /stop"))
    #expect(try post(own).contains("heard POST /stop"))
  }

  @Test("hears no more of a request than its limits allow")
  func sizes() throws {
    let server = try Self.server()
    let long = try ask(
      server.port, "GET / HTTP/1.1", "Host: localhost:\(server.port)",
      "Cookie: \(String(repeating: "a", count: 20_000))")
    #expect(!long.contains("heard"))
    let many = try ask(
      server.port, "GET / HTTP/1.1", "Host: localhost:\(server.port)",
      (0..<100).map { "A\($0): b" }.joined(separator: "\r\n"))
    #expect(!many.contains("heard"))
    let endless = try #require(PlainClient(port: server.port))
    endless.say("GET /")
    var pieces = 0
    while pieces < 1000, endless.say(String(repeating: "a", count: 1 << 16)) { pieces += 1 }
    #expect(pieces < 1000, "64 MB of a target were taken")
    #expect(
      try ask(server.port, "GET / HTTP/1.1", "Host: localhost:\(server.port)").contains("heard"))
  }

  @Test(
    "answers whoever asks while many connections say nothing, and does not wait for those forever")
  func slowness() throws {
    var limits = ServerLimits()
    limits.connections = 8
    limits.seconds = 1
    let server = try Self.server(limits)
    let silent = (0..<40).compactMap { _ in PlainClient(port: server.port) }
    #expect(silent.count == 40)
    for client in silent.suffix(4) { client.say("GET / HT") }
    #expect(
      try ask(server.port, "GET / HTTP/1.1", "Host: localhost:\(server.port)").contains("heard"))
    let start = ContinuousClock.now
    for client in silent { #expect(client.hear() == "") }
    #expect(start.duration(to: .now) < .seconds(60))
  }

  @Test("listens on 127.0.0.1 alone")
  func place() throws {
    let server = try Self.server()
    #expect(PlainClient(port: server.port) != nil)
    #if os(Linux)
    #expect(PlainClient(port: server.port, address: 0x7F00_0002) == nil)
    #endif
    #expect(server.address == "http://127.0.0.1:\(server.port)/")
  }

  @Test("says that a port is in use, and frees it in the end")
  func ports() throws {
    var port = 0
    do {
      let server = try Self.server()
      port = server.port
      let error = #expect(throws: FileError.self) { _ = try Self.server(port: port) }
      #expect(error?.category == .locked)
      #expect("\(error!)".contains("another process uses that port; choose another with --port"))
      #expect(server.port == port)
    }
    #expect(try Self.server(port: port).port == port)
  }
}
