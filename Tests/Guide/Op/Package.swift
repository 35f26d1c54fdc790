// swift-tools-version: 6.3
import PackageDescription

/// The numeric core alone, as `check` copies it together with what the article adds.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "hindsight",
  platforms: [.macOS(.v26)],
  targets: [
    .target(name: "COpenBLAS", path: "Sources/COpenBLAS"),
    .target(
      name: "CKernels", cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Randomness", swiftSettings: strict),
    .target(name: "Parallel", dependencies: ["CKernels"], swiftSettings: strict),
    .target(
      name: "TensorCore", dependencies: ["COpenBLAS", "CKernels", "Randomness", "Parallel"],
      swiftSettings: strict),
    .testTarget(
      name: "TensorCoreTests", dependencies: ["TensorCore", "Randomness"], swiftSettings: strict),
  ]
)
