internal import Datasets
internal import Files
internal import FoundationEssentials
internal import Reports
internal import TensorCore

/// The processor, the memory, and the libraries.
extension Diagnosis {
  static func machine() -> [Check] {
    let system = ProcessInfo.processInfo.operatingSystemVersionString
    var checks = [Check("program", .fine, "hindsight \(Version.current) on \(system)")]
    let processor = Processor()
    checks.append(
      Check("processor", .fine, "\(processor.name), \(Machine.processorCount) to use"))
    let vectors = ["avx512f", "avx2", "fma", "avx", "sse4_2", "neon", "asimd"].filter {
      processor.features.contains($0)
    }
    let kernels = BLAS.coreName
    checks.append(
      kernels.hasPrefix("x86-64")
        ? Check("instructions", .fine, "\(vectors.joined(separator: " ")); kernels of \(kernels)")
        : Check(
          "instructions", .poor,
          vectors.isEmpty ? "no vectors known of" : vectors.joined(separator: " "),
          remedy: "matrix products are by \(kernels); with AVX2 or AVX-512 our own are faster"))
    let peak = BLAS.measurePeak(seconds: 0.3)
    checks.append(
      Check(
        "matrix products", .fine,
        "\(kernels), \(Format.number(peak / 1e9, digits: 3)) billion operations/s on one thread"))
    let memory = Machine.memoryBytes
    checks.append(
      memory < 2 << 30
        ? Check(
          "memory", .poor, Format.bytes(memory),
          remedy: "choose small batches, and dataset.memory for data that stay in their files")
        : Check("memory", .fine, Format.bytes(memory)))
    return checks
  }

  private static func openBLAS() -> Check {
    if let configuration = BLAS.libraryConfiguration {
      return Check("OpenBLAS", .fine, configuration)
    }
    if BLAS.coreName.hasPrefix("x86-64") {
      return Check("OpenBLAS", .fine, "not there, and not needed here")
    }
    return Check(
      "OpenBLAS", .poor, BLAS.libraryProblem ?? "not there",
      remedy: "matrix products are slow without it: apt-get install libopenblas0, or brew install "
        + "openblas")
  }

  static func libraries() -> [Check] {
    var checks = [
      openBLAS(),
      Check("packing", .fine, "\(StorageLibrary.packer), \(PictureLibrary.packer)"),
    ]
    do {
      let facts = try StorageLibrary.facts()
      let text = "\(facts.version), \(facts.isThreadSafe ? "" : "not ")built for several threads"
      checks.append(
        facts.unpacks
          ? Check("HDF5", .fine, text)
          : Check(
            "HDF5", .broken, "\(text), without deflate",
            remedy: "install a libhdf5 that has zlib: apt-get install libhdf5-dev, or brew install "
              + "hdf5"))
    } catch {
      checks.append(
        Check(
          "HDF5", .broken, "\(error)",
          remedy:
            "install it again: apt-get install --reinstall libhdf5-dev, or brew reinstall hdf5"))
    }
    return checks
  }
}

/// What the system tells of its processor.
private struct Processor {
  var name = "a processor without a name"
  var features: Set<String> = []

  init() {
    #if os(Linux)
    guard let file = try? FileContents.prefix(of: "/proc/cpuinfo", count: 16 << 10) else { return }
    for line in String(decoding: file, as: UTF8.self).split(separator: "\n") {
      let sides = line.split(separator: ":", maxSplits: 1)
      guard sides.count == 2 else { continue }
      let value = sides[1].drop { $0 == " " }
      switch String(sides[0].prefix { $0 != "\t" && $0 != ":" }) {
      case "model name": name = String(value)
      case "flags", "Features": features = Set(value.split(separator: " ").map(String.init))
      default: break
      }
      if !features.isEmpty, name.first != "a" { return }
    }
    #elseif arch(arm64)
    (name, features) = ("Apple silicon", ["neon"])
    #endif
  }
}
