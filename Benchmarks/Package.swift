// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "hindsight", path: "..")],
  targets: [
    .systemLibrary(
      name: "CBLAS", path: "Sources/CBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .executableTarget(
      name: "bench",
      dependencies: ["CBLAS"]
        + [
          "Documents", "Randomness", "Environments", "Datasets", "TensorCore", "Agents",
          "Experiments",
        ]
        .map { .product(name: $0, package: "hindsight") },
      swiftSettings: [
        .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
      ]),
  ]
)
