// swift-tools-version: 6.3
import PackageDescription

/// Every target of ours is built in the Swift 6 language mode, with warnings as errors and the
/// upcoming features that make dependencies and existentials visible where they are used.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "hindsight",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Documents", targets: ["Documents"]),
    .library(name: "Randomness", targets: ["Randomness"]),
    .library(name: "Environments", targets: ["Environments"]),
    .library(name: "HDF5", targets: ["HDF5"]),
    .library(name: "Files", targets: ["Files"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "TensorCore", targets: ["TensorCore"]),
    .library(name: "Agents", targets: ["Agents"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "Commands", targets: ["Commands"]),
    .executable(name: "hindsight", targets: ["hindsight"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // The system's libraries and our own C.
    .systemLibrary(
      name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CDeflate", path: "Sources/CDeflate", pkgConfig: "libdeflate",
      providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),
    .target(
      name: "CHDF5", path: "Sources/CHDF5", cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(
      name: "COpenBLAS", path: "Sources/COpenBLAS", cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(
      name: "CKernels", path: "Sources/CKernels",
      cSettings: [.treatAllWarnings(as: .error)], linkerSettings: [.linkedLibrary("m")]),

    .target(
      name: "CFiles", path: "Sources/CFiles",
      cSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "CPacking", path: "Sources/CPacking",
      cSettings: [.treatAllWarnings(as: .error)]),

    // The rooms, in the order of the pipeline.
    .target(name: "Documents", path: "Sources/Documents", swiftSettings: strict),
    .target(name: "Randomness", path: "Sources/Randomness", swiftSettings: strict),
    .target(
      name: "Parallel", dependencies: ["CKernels"], path: "Sources/Parallel", swiftSettings: strict),
    .target(
      name: "Files", dependencies: ["CFiles", "Documents"], path: "Sources/Files",
      swiftSettings: strict),
    .target(
      name: "Serving",
      dependencies: [
        "Files", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Sources/Serving", swiftSettings: strict),
    .target(
      name: "Environments", dependencies: ["Documents", "Randomness", "Parallel"],
      path: "Environments", exclude: ["Layouts"], swiftSettings: strict),
    .target(
      name: "HDF5", dependencies: ["CHDF5", "CDeflate", "CPacking"], path: "Sources/HDF5",
      swiftSettings: strict),
    .target(
      name: "Datasets",
      dependencies: ["Environments", "HDF5", "Files", "Documents", "Randomness"],
      path: "Datasets", swiftSettings: strict),
    .target(
      name: "TensorCore", dependencies: ["COpenBLAS", "CKernels", "Randomness", "Parallel"],
      path: "Sources/TensorCore", swiftSettings: strict),
    .target(
      name: "Agents",
      dependencies: [
        "TensorCore", "Environments", "Datasets", "Documents", "Randomness", "Parallel",
      ],
      path: "Sources/Agents", swiftSettings: strict),
    .target(
      name: "Reports", dependencies: ["CZlib", "Documents", "Randomness"],
      path: "Sources/Reports", swiftSettings: strict),
    .target(
      name: "Experiments",
      dependencies: [
        "Environments", "Datasets", "TensorCore", "Agents", "Reports", "Files", "Documents",
        "Randomness", "Parallel", .product(name: "Yams", package: "Yams"),
      ],
      path: "Sources/Experiments", swiftSettings: strict),
    .target(
      name: "Commands",
      dependencies: [
        "Experiments", "Agents", "Datasets", "Documents", "Environments", "Files", "Reports",
        "Serving", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Commands", resources: [.embedInCode("Serve/Page")], swiftSettings: strict),
    .executableTarget(
      name: "hindsight", dependencies: ["Commands", "Experiments"], path: "Sources/hindsight",
      swiftSettings: strict),

    // Plays an environment for another program, for Tests/Interop.
    .executableTarget(
      name: "EnvironmentBridge", dependencies: ["Environments"], path: "Tests/Interop/Bridge",
      swiftSettings: strict),

    // Tests mirror the targets.
    .target(
      name: "CAllocations", path: "Tests/CAllocations",
      cSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: strict),
    .testTarget(
      name: "DocumentsTests", dependencies: ["Documents", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "RandomnessTests", dependencies: ["Randomness"], resources: [.copy("Fixtures")],
      swiftSettings: strict),
    .testTarget(name: "ParallelTests", dependencies: ["Parallel"], swiftSettings: strict),
    .testTarget(
      name: "FilesTests", dependencies: ["Files", "CFiles", "Documents", "Randomness"],
      swiftSettings: strict),
    .testTarget(name: "ServingTests", dependencies: ["Serving", "Files"], swiftSettings: strict),
    .testTarget(
      name: "EnvironmentsTests",
      dependencies: ["Environments", "Documents", "Randomness", "CAllocations"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "HDF5Tests", dependencies: ["HDF5"], exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "Environments", "HDF5", "Files", "Documents", "Randomness"],
      swiftSettings: strict),
    .testTarget(
      name: "TensorCoreTests", dependencies: ["TensorCore", "CKernels", "Randomness"],
      swiftSettings: strict),
    .testTarget(
      name: "AgentsTests",
      dependencies: [
        "Agents", "TensorCore", "Datasets", "Environments", "Files", "Documents", "Randomness",
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "Documents", "Randomness"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Experiments", "Agents", "Datasets", "Environments", "Reports", "Files", "Documents",
        "TensorCore", "Randomness", "TestSupport",
      ],
      exclude: ["Configuration/accepted-values.txt"],
      resources: [.copy("Rendering/Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "CommandsTests",
      dependencies: ["hindsight", "Datasets", "Environments", "Files", "Documents", "Randomness"],
      swiftSettings: strict),
  ]
)
