#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A TCP connection that says exactly what it is told to.
final class PlainClient {
  private let socket: Int32

  /// - Returns: `nil` where nobody listens.
  init?(port: Int, address: UInt32 = 0x7F00_0001) {
    #if canImport(Glibc)
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
    socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(UInt16(port).bigEndian)
    place.sin_addr.s_addr = in_addr_t(address.bigEndian)
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let socket = socket
    let isConnected = withUnsafePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else {
      close(socket)
      return nil
    }
  }

  deinit { close(socket) }

  /// - Returns: whether all of it was taken.
  @discardableResult
  func say(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(socket, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  /// Everything until the other side ends the connection.
  func hear() -> String {
    var heard: [UInt8] = []
    while true {
      let piece = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        count = max(recv(socket, buffer.baseAddress, buffer.count, 0), 0)
      }
      if piece.isEmpty { return String(decoding: heard, as: UTF8.self) }
      heard += piece
    }
  }
}
