import Agents
import Commands
import Experiments

var registry = Registry.builtIn
registry.backbones = registry.backbones.adding(
  .init("causal-convolution", CausalConvolution.self, "Residual convolutions over time."))
if CommandLine.arguments.dropFirst().first == "check" {
  try checkContract()
} else {
  CommandLineTool.main(registry: registry)
}
