import Files
import Foundation
import Testing

@Suite("A folder")
struct FolderTests {
  let folder = try! TemporaryFolder()

  @Test("is made with all that is missing above it, and again without complaint")
  func makes() throws {
    let deep = Folder(folder("a/b/c"))
    try deep.make()
    try deep.make()
    #expect(FileStatus.kind(of: deep.path) == .folder)
  }

  @Test("is not made where a file stands")
  func fileInTheWay() throws {
    try DurableFile.write("x", to: folder("a"), replacing: false)
    let refused = error(FileError.self) { try Folder(folder("a")).make() }
    #expect(refused?.category == .exists)
    let below = error(FileError.self) { try Folder(folder("a/b")).make() }
    #expect(below?.category == .wrongKind)
  }

  @Test("lists its names in order")
  func names() throws {
    for name in ["b", "B", "a", "ä", ".hidden"] {
      try DurableFile.write("", to: folder(name), replacing: false)
    }
    #expect(try folder.folder.names() == [".hidden", "B", "a", "b", "ä"])
    let missing = error(FileError.self) { _ = try Folder(folder("none")).names() }
    #expect(missing?.category == .missing)
  }

  @Test("is swept of temporaries and of nothing else")
  func sweep() throws {
    for name in [".tmp-b-1-0", "a", ".other"] {
      try DurableFile.write("", to: folder(name), replacing: false)
    }
    #expect(try folder.folder.sweepTemporaries() == [".tmp-b-1-0"])
    #expect(try folder.folder.names() == [".other", "a"])
  }

  @Test("moves files and folders, and not onto one another")
  func moves() throws {
    try Folder(folder("a")).make()
    try DurableFile.write("x", to: folder("a/f"), replacing: false)
    try Folder.move(folder("a"), to: folder("b"), replacing: false)
    #expect(try FileContents.text(of: folder("b/f"), atMost: 9) == "x")
    try Folder(folder("c")).make()
    let refused = error(FileError.self) {
      try Folder.move(folder("b"), to: folder("c"), replacing: false)
    }
    #expect(refused?.category == .exists)
  }

  @Test("knows how much room is left and says what is missing")
  func freeSpace() throws {
    let free = try folder.folder.freeBytes()
    #expect(free > 0)
    try folder.folder.requireFreeBytes(1, for: "write to")
    let refused = error(FileError.self) {
      try folder.folder.requireFreeBytes(Int.max, for: "write to")
    }
    #expect(refused?.category == .diskFull)
    #expect((refused?.missingBytes ?? 0) > Int.max / 2)
  }
}

@Suite("Reading a whole file")
struct FileContentsTests {
  let folder = try! TemporaryFolder()

  @Test("stops at the limit, before reading")
  func limit() throws {
    try DurableFile.write("hello", to: folder("a"), replacing: false)
    #expect(try FileContents.text(of: folder("a"), atMost: 5) == "hello")
    let refused = error(FileError.self) {
      _ = try FileContents.bytes(of: folder("a"), atMost: 4)
    }
    #expect(refused?.category == .tooLarge)
    #expect(
      refused?.description == "cannot read \(folder("a")): it has 5 bytes, the limit is 4")
  }

  @Test("refuses folders, pipes, missing files and text that is not UTF-8")
  func refusals() throws {
    let isFolder = error(FileError.self) {
      _ = try FileContents.bytes(of: folder.path, atMost: 9)
    }
    #expect(isFolder?.category == .wrongKind)
    #expect(isFolder?.reason == "it is a folder, not a file")

    #expect(mkfifo(folder("pipe"), 0o600) == 0)
    let isPipe = error(FileError.self) {
      _ = try FileContents.bytes(of: folder("pipe"), atMost: 9)
    }
    #expect(isPipe?.reason == "it is not a regular file")
    let isMissing = error(FileError.self) { try FileContents.check(folder("none"), atMost: 9) }
    #expect(isMissing?.category == .missing)
    #expect(isMissing?.operation == "read")

    try DurableFile.write([0xC3, 0x28], to: folder("a"), replacing: false)
    let isBroken = error(FileError.self) {
      _ = try FileContents.text(of: folder("a"), atMost: 9)
    }
    #expect(isBroken?.category == .damaged)
  }
}

@Suite("A folder's lock")
struct FileLockTests {
  let folder = try! TemporaryFolder()

  @Test("lets one in, names the holder to others, and goes with its holder")
  func excludes() throws {
    do {
      let lock = try FileLock(folder: folder.path)
      let refused = error(FileError.self) { _ = try FileLock(folder: folder.path) }
      #expect(refused?.category == .locked)
      let reason = try #require(refused?.reason)
      #expect(reason.hasPrefix("process \(getpid()) on "))
      #expect(reason.hasSuffix(" UTC"))
      _ = consume lock
    }
    _ = try FileLock(folder: folder.path)
  }

  @Test("is not taken through a symbolic link, nor in a folder that is missing")
  func refusals() throws {
    try DurableFile.write("precious", to: folder("other"), replacing: false)
    #expect(symlink(folder("other"), folder(FileLock.fileName)) == 0)
    let linked = error(FileError.self) { _ = try FileLock(folder: folder.path) }
    #expect(linked?.category == .wrongKind)
    #expect(try FileContents.text(of: folder("other"), atMost: 99) == "precious")
    let missing = error(FileError.self) { _ = try FileLock(folder: folder("none")) }
    #expect(missing?.category == .missing)
  }
}
