internal import NIOCore
internal import Synchronization

/// The connections whose requests have not come yet, the oldest first.
///
/// Where too many are there, the oldest has to go: whoever sends a request at once is answered,
/// however many others do not. A class because all connections share it.
final class Clients: Sendable {
  private let most: Int
  private let waiting = Mutex<[any Channel]>([])

  init(most: Int) { self.most = most }

  func add(_ channel: any Channel) {
    let oldest = waiting.withLock { waiting -> (any Channel)? in
      waiting.append(channel)
      return waiting.count > most ? waiting.removeFirst() : nil
    }
    oldest?.close(promise: nil)
  }

  func remove(_ channel: any Channel) {
    waiting.withLock { waiting in waiting.removeAll { $0 === channel } }
  }
}
