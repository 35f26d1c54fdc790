import Experiments
import Files
import Testing

@Suite("A diagnosis of the machine")
struct DiagnosisTests {
  @Test("finds everything in order where the tests run, and leaves nothing behind")
  func sound() throws {
    let folder = try TemporaryFolder()
    let diagnosis = Diagnosis(
      folder: folder.path, stateFolder: folder("state"), runs: folder("runs"), registry: .builtIn)
    #expect(diagnosis.isHealthy, "\(diagnosis.checks.filter { $0.verdict == .broken })")
    let names = diagnosis.checks.map(\.name)
    for name in [
      "program", "processor", "instructions", "matrix products", "memory", "OpenBLAS", "HDF5",
      "free space", "files", "locks", "own files", "trial",
    ] {
      #expect(names.contains(name), "\(name)")
    }
    #expect(try Folder(folder.path).names() == ["state"])
  }

  @Test("says what is broken, and what to do about it")
  func missingFolder() throws {
    let folder = try TemporaryFolder()
    let diagnosis = Diagnosis(
      folder: folder("missing/below"), stateFolder: nil, registry: .builtIn)
    #expect(!diagnosis.isHealthy)
    for name in ["free space", "files"] {
      let check = try #require(diagnosis.checks.first { $0.name == name })
      #expect(check.verdict == .broken)
      #expect(check.found.contains("missing/below"))
      #expect(!check.remedy.isEmpty)
    }
    #expect(diagnosis.checks.first { $0.name == "own files" }?.verdict == .poor)
    for check in diagnosis.checks where check.verdict != .fine {
      #expect(!check.remedy.isEmpty, "\(check.name)")
    }
  }
}
