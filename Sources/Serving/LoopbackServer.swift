public import Files
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// How much a client may send, and how long it may take.
public struct ServerLimits: Sendable {
  /// Bytes of all headers.
  public var headerBytes = 16 << 10
  /// Bytes of a whole request.
  public var requestBytes = 32 << 10
  public var connections = 64
  /// From the connection to the end of the request, and again to the end of the answer.
  public var seconds = 10

  public init() {}
}

/// Answers the browsers of this machine, on 127.0.0.1 and nowhere else, one request per connection.
///
/// Requests that name another host are refused, for a foreign page could reach this server under a
/// name of its own; what changes something must come from a page of this server.
public struct LoopbackServer: ~Copyable {
  /// The port that it listens on.
  public let port: Int
  private let group: MultiThreadedEventLoopGroup

  /// Begins to listen and to answer, on a thread of its own.
  ///
  /// - Parameters:
  ///   - port: 0 for any that is free.
  ///   - respond: called for one request after the other.
  public init(
    port: Int, limits: ServerLimits = ServerLimits(),
    respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse
  ) throws(FileError) {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let clients = Clients(most: limits.connections)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 128)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          var decoding = NIOHTTPDecoderLimitConfiguration()
          decoding.maxHeaderFieldSize = limits.headerBytes
          decoding.maxHeaderListSize = limits.headerBytes
          decoding.maxHeaderFieldCount = 64
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(RequestSize(most: limits.requestBytes))
          try pipeline.configureHTTPServerPipeline(
            withErrorHandling: true, withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: decoding)
          try pipeline.addHandler(
            Client(clients, seconds: limits.seconds) { request in
              let port = channel.localAddress?.port ?? 0
              if let refusal = Self.refusal(of: request, port: port) {
                return HTTPResponse(refusal)
              }
              return respond(request)
            })
        }
      }
    do {
      let channel = try bootstrap.bind(host: "127.0.0.1", port: port).wait()
      self.port = channel.localAddress?.port ?? port
      self.group = group
    } catch {
      try? group.syncShutdownGracefully()
      throw Self.failure(error, port: port)
    }
  }

  deinit { try? group.syncShutdownGracefully() }

  /// The address to give to a browser.
  public var address: String { "http://127.0.0.1:\(port)/" }

  private static func failure(_ error: any Error, port: Int) -> FileError {
    let place = "127.0.0.1:\(port)"
    let code = (error as? IOError)?.errnoCode ?? EIO
    guard code == EADDRINUSE else {
      return FileError(operation: "listen on", path: place, errno: code)
    }
    return FileError(
      .locked, operation: "listen on", path: place,
      reason: "another process uses that port; choose another with --port, or 0 for any",
      code: code)
  }

  /// What was not meant for this server, or not by a page of its own.
  private static func refusal(of request: HTTPRequest, port: Int) -> Refusal? {
    let hosts = ["127.0.0.1:\(port)", "localhost:\(port)"]
    guard let host = request.headers["host"]?.lowercased(), hosts.contains(host) else {
      return Refusal(421, "this server is \(hosts[0]) and answers under no other name")
    }
    guard request.method == .post else { return nil }
    guard let origin = request.headers["origin"],
      hosts.contains(where: { origin == "http://\($0)" }),
      ["same-origin", nil].contains(request.headers["sec-fetch-site"])
    else { return Refusal(403, "only a page of this server may change anything") }
    return nil
  }
}
