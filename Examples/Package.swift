// swift-tools-version: 6.3
import PackageDescription

/// Packages of somebody else: each target sees of Hindsight what is public.
///
/// `Tests/Dependent/check` builds and runs all of them, as they stand and with the dependency taken
/// from a Git repository. The articles of the guide quote them.
let package = Package(
  name: "examples",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "hindsight", path: "..")
  ],
  targets: [
    // A world of its own, with the whole command line around it.
    .executableTarget(
      name: "CustomEnvironment",
      dependencies: hindsight(
        "Commands", "Documents", "Environments", "Experiments", "Randomness")),
    // An agent of its own: trained, evaluated, and played by hand.
    .executableTarget(
      name: "CustomAgent",
      dependencies: hindsight(
        "Agents", "Datasets", "Documents", "Environments", "Experiments", "Reports", "TensorCore")),
    // A backbone of its own, under the Decision Transformer.
    .executableTarget(
      name: "CustomBackbone",
      dependencies: hindsight(
        "Agents", "Commands", "Documents", "Experiments", "Randomness", "TensorCore")),
    // An experiment that no configuration file describes.
    .executableTarget(
      name: "CustomExperiment",
      dependencies: hindsight("Agents", "Datasets", "Experiments", "Randomness", "Reports")),
    // The worlds alone, which need neither HDF5 nor BLAS.
    .executableTarget(name: "WorldsOnly", dependencies: hindsight("Environments")),
  ]
)

func hindsight(_ products: String...) -> [Target.Dependency] {
  products.map { .product(name: $0, package: "hindsight") }
}
