import Files
import Foundation
import Testing

@Suite("A durable file")
struct DurableFileTests {
  let folder = try! TemporaryFolder()

  @Test("holds the bytes that were appended, in order, and leaves no temporary")
  func writes() throws {
    let path = folder("a.bin")
    var file = try DurableFile(creating: path, replacing: false, expectedBytes: 6)
    try file.append([UInt8]([1, 2, 3]).span.bytes)
    #expect(!FileStatus.exists(path), "a reader saw half a file")
    try file.append([UInt8]([9, 8, 7]).span.bytes)
    try file.commit()
    #expect(try FileContents.bytes(of: path, atMost: 100) == [1, 2, 3, 9, 8, 7])
    #expect(try folder.folder.names() == ["a.bin"])
  }

  @Test("shortens to what was written when less came than was reserved")
  func isTruncated() throws {
    let path = folder("a.bin")
    var file = try DurableFile(creating: path, replacing: false, expectedBytes: 1000)
    try file.append([UInt8]([1, 2]).span.bytes)
    try file.commit()
    #expect(try FileContents.bytes(of: path, atMost: 2000) == [1, 2])
  }

  @Test("replaces only when told to")
  func replaces() throws {
    let path = folder("a.txt")
    try DurableFile.write("one", to: path, replacing: false)
    let refused = error(FileError.self) {
      try DurableFile.write("two", to: path, replacing: false)
    }
    #expect(refused?.category == .exists)
    #expect(refused?.description == "cannot create \(path): file exists")
    #expect(try FileContents.text(of: path, atMost: 10) == "one")
    try DurableFile.write("two", to: path, replacing: true)
    #expect(try FileContents.text(of: path, atMost: 10) == "two")
    #expect(try folder.folder.names() == ["a.txt"])
  }

  @Test("does not replace a file that appeared while it was being written")
  func losesTheRace() throws {
    let path = folder("a.txt")
    var file = try DurableFile(creating: path, replacing: false)
    try file.append([UInt8]("late".utf8).span.bytes)
    try DurableFile.write("first", to: path, replacing: false)
    var refused: FileError?
    do { try file.commit() } catch { refused = error }
    #expect(refused?.category == .exists)
    #expect(try FileContents.text(of: path, atMost: 10) == "first")
    #expect(try folder.folder.names() == ["a.txt"])
  }

  @Test("removes the temporaries of the dead, and spares those of the living and of other files")
  func sweeps() throws {
    let others = [".tmp-a.txt-x-0", ".tmp-a.txt-1", ".tmp-b.txt-1-0"]
    for name in others + [".tmp-a.txt-1-0"] {
      #expect(FileManager.default.createFile(atPath: folder(name), contents: Data()))
    }
    let living = try DurableFile(creating: folder("a.txt"), replacing: true)
    try DurableFile.write("one", to: folder("a.txt"), replacing: true)
    #expect(try !folder.folder.names().contains(".tmp-a.txt-1-0"))
    try living.commit()
    #expect(try folder.folder.names() == others.sorted() + ["a.txt"])
  }

  @Test("removes its temporary when it is dropped uncommitted")
  func dropped() throws {
    do {
      var file = try DurableFile(creating: folder("a.txt"), replacing: true)
      try file.append([UInt8]([1]).span.bytes)
      #expect(try folder.folder.names().count == 1)
    }
    #expect(try folder.folder.names() == [])
  }

  @Test("names the path and the reason where it cannot be made")
  func refusals() throws {
    let missing = error(FileError.self) {
      try DurableFile.write("x", to: folder("no/such/a"), replacing: true)
    }
    #expect(missing?.category == .missing)
    #expect(missing?.path == folder("no/such/a"))
    #expect(missing?.reason == "no such file or directory")

    let long = String(repeating: "é", count: 300)
    let tooLong = error(FileError.self) {
      try DurableFile.write("x", to: folder(long), replacing: true)
    }
    #expect(tooLong?.category == .wrongKind)
    #expect(try folder.folder.names() == [])

    let zero = error(FileError.self) {
      try DurableFile.write("x", to: folder("a\0b"), replacing: true)
    }
    #expect(zero?.reason == "the path contains a zero byte")
    let empty = error(FileError.self) { try DurableFile.write("x", to: "", replacing: true) }
    #expect(empty?.reason == "the path is empty")
  }

  @Test("refuses to replace a folder")
  func folderInTheWay() throws {
    try Folder(folder("a")).make()
    let refused = error(FileError.self) {
      try DurableFile.write("x", to: folder("a"), replacing: true)
    }
    #expect(refused?.category == .wrongKind)
    #expect(try folder.folder.names() == ["a"])
  }

  @Test("takes names with spaces, line breaks and 250 bytes")
  func oddNames() throws {
    for name in ["a b", "a\nb", String(repeating: "x", count: 250)] {
      try DurableFile.write("x", to: folder(name), replacing: false)
      #expect(try FileContents.text(of: folder(name), atMost: 10) == "x")
    }
  }

  /// A file system of one mebibyte, where this user may mount one.
  private func withTinyDisk(_ body: (String) throws -> Void) throws -> Bool {
    let mountPoint = folder("disk")
    try Folder(mountPoint).make()
    guard run("/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mountPoint) else {
      return false
    }
    defer { _ = run("/bin/umount", mountPoint) }
    try body(mountPoint)
    return true
  }

  private func run(_ program: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  @Test("says how many bytes are missing on a full disk and leaves nothing behind")
  func fullDisk() throws {
    let wasTested = try withTinyDisk { disk in
      let path = disk + "/big.bin"
      try DurableFile.write("old", to: path, replacing: false)
      let bytes = [UInt8](repeating: 7, count: 3 << 20)
      let early = error(FileError.self) {
        try DurableFile.write(bytes, to: path, replacing: true)
      }
      #expect(early?.category == .diskFull)
      let missing = try #require(early?.missingBytes)
      #expect(((2 << 20)...(3 << 20)).contains(missing))
      #expect(
        early?.description
          == "cannot write \(path): no space left on device (\(missing) bytes more are needed)")

      // Without a reservation the write itself fails, part of the way.
      let late = error(FileError.self) {
        var file = try DurableFile(creating: path, replacing: true)
        for _ in 0..<3 { try file.append(bytes.span.bytes.extracting(first: 1 << 20)) }
        try file.commit()
      }
      #expect(late?.category == .diskFull)
      #expect((late?.missingBytes ?? 0) > 0)
      #expect(try FileContents.text(of: path, atMost: 10) == "old")
      #expect(try Folder(disk).names() == ["big.bin"])
    }
    if !wasTested { print("not tested: a full disk, because tmpfs cannot be mounted here") }
  }
}
