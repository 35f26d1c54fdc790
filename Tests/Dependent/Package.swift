// swift-tools-version: 6.2
import PackageDescription

/// A package of somebody else: it sees of Hindsight what is public, and builds it as a dependency.
///
/// `check` builds it as it stands and again with the dependency taken from a Git repository.
let package = Package(
  name: "dependent",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "hindsight", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "WorldsOnly",
      dependencies: [.product(name: "Environments", package: "hindsight")]),
    .executableTarget(
      name: "OwnCommandLine",
      dependencies: [
        .product(name: "Agents", package: "hindsight"),
        .product(name: "Commands", package: "hindsight"),
        .product(name: "Datasets", package: "hindsight"),
        .product(name: "Documents", package: "hindsight"),
        .product(name: "Environments", package: "hindsight"),
        .product(name: "Experiments", package: "hindsight"),
        .product(name: "TensorCore", package: "hindsight"),
      ]),
  ]
)
