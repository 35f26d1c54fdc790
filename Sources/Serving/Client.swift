internal import NIOCore
internal import NIOHTTP1

/// Takes one request from a connection, answers it and ends the connection.
final class Client: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let clients: Clients
  private let seconds: Int
  private let respond: (HTTPRequest) -> HTTPResponse
  private var head: HTTPRequestHead?
  private var hasAnswered = false

  init(_ clients: Clients, seconds: Int, _ respond: @escaping (HTTPRequest) -> HTTPResponse) {
    (self.clients, self.seconds, self.respond) = (clients, seconds, respond)
  }

  func channelActive(context: ChannelHandlerContext) {
    clients.add(context.channel)
    closeLater(context.channel)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    clients.remove(context.channel)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break  // nothing that is answered here has a body
    case .end:
      guard let head, !hasAnswered else { return }
      hasAnswered = true
      answer(head, context)
    }
  }

  /// What cannot be read is answered by the decoder's companion, as far as it can be, and ended.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let response: HTTPResponse
    do throws(Refusal) {
      response = respond(
        try HTTPRequest(
          method: head.method.rawValue, target: head.uri,
          headers: head.headers.map { ($0.name, $0.value) }))
    } catch {
      response = HTTPResponse(error)
    }
    clients.remove(context.channel)
    closeLater(context.channel)
    context.write(wrapOutboundOut(.head(response.head)), promise: nil)
    if head.method != .HEAD {
      context.write(
        wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
    }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  private func closeLater(_ channel: any Channel) {
    channel.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) { channel.close(promise: nil) }
  }
}

/// Ends a connection on which more comes than any request of ours has.
final class RequestSize: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private var left: Int

  init(most bytes: Int) { left = bytes }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    left -= unwrapInboundIn(data).readableBytes
    guard left >= 0 else { return context.close(promise: nil) }
    context.fireChannelRead(data)
  }
}
