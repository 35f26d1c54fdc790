/// A request, as far as pages of this program make any.
public struct HTTPRequest: Sendable, Equatable {
  public enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
  }

  public var method: Method
  /// Decoded, beginning with "/", without dot segments.
  public var path: String
  /// Decoded; of a name that comes twice the first counts.
  public var query: [String: String]
  /// By names in lower case.
  public var headers: [String: String]

  public init(
    _ method: Method, _ path: String, query: [String: String] = [:],
    headers: [String: String] = [:]
  ) {
    (self.method, self.path, self.query, self.headers) = (method, path, query, headers)
  }

  /// Reads the parts of a request's head.
  ///
  /// - Parameters:
  ///   - target: what stands between the method and the version.
  ///   - headers: as they came; those that may come once only are refused if they come twice.
  /// - Throws: the answer to a request that is none of ours.
  init(
    method: String, target: String, headers: [(name: String, value: String)]
  ) throws(Refusal) {
    guard let method = Method(rawValue: method) else {
      throw Refusal(405, "methods here are GET, HEAD and POST")
    }
    var byName: [String: String] = [:]
    for (name, value) in headers {
      let name = name.lowercased()
      if byName.updateValue(value, forKey: name) != nil {
        guard !["host", "origin", "content-length", "x-hindsight-token"].contains(name) else {
          throw Refusal(400, "\(name) comes twice")
        }
      }
    }
    guard target.first == "/" else { throw Refusal(400, "a target begins with /") }
    let pieces = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = try Self.decoded(pieces[0])
    guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }),
      !path.contains("\\")
    else { throw Refusal(400, "a path here has no . and no ..") }
    var query: [String: String] = [:]
    if pieces.count == 2 {
      for pair in pieces[1].split(separator: "&") {
        let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = try Self.decoded(sides[0])
        let value = sides.count == 2 ? try Self.decoded(sides[1]) : ""
        if query[name] == nil { query[name] = value }
      }
    }
    self.init(method, path, query: query, headers: byName)
  }

  /// A text without its percent signs.
  private static func decoded(_ text: Substring) throws(Refusal) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, !digits.contains(UInt8(ascii: "+")),
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), code != 0
      else { throw Refusal(400, "a percent sign is not followed by two digits") }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw Refusal(400, "the target is not UTF-8")
    }
    return decoded
  }
}

/// Why a request is not answered as it wants to be.
struct Refusal: Error, Equatable {
  var status: Int
  var reason: String

  init(_ status: Int, _ reason: String) { (self.status, self.reason) = (status, reason) }
}
