/// One growing block of floats that a tape's tensors are cut from, in order.
///
/// `clear()` forgets the tensors and keeps the memory, so after the first step nothing is
/// allocated. Growing moves the block: pointers into it are good until the next `take`. Memory is
/// never zero-filled.
struct Arena: ~Copyable {
  private(set) var start: UnsafeMutablePointer<Float>
  private(set) var used = 0
  private var capacity: Int

  /// Floats each tensor's beginning is aligned to: one cache line.
  static let alignment = 16

  init(capacity: Int = 1 << 16) {
    self.capacity = capacity
    start = FloatBlock.allocate(capacity)
  }

  deinit { start.deallocate() }

  /// Reserves `count` floats and returns where they begin.
  mutating func take(_ count: Int) -> Int {
    let offset = used
    used += (count + Self.alignment - 1) / Self.alignment * Self.alignment
    reserve(used, keeping: offset)
    return offset
  }

  mutating func clear() { used = 0 }

  /// Makes room for `count` floats in all, without keeping what is there.
  mutating func makeRoom(for count: Int) {
    reserve(count, keeping: 0)
  }

  private mutating func reserve(_ count: Int, keeping kept: Int) {
    guard count > capacity else { return }
    let grown = max(count, capacity + capacity / 2)
    let moved = FloatBlock.allocate(grown)
    moved.update(from: start, count: kept)
    start.deallocate()
    start = moved
    capacity = grown
  }
}
