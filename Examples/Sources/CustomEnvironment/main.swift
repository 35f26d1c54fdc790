import Commands
import Environments
import Experiments

var registry = Registry.builtIn
registry.environments = registry.environments.adding(
  EnvironmentEntry(
    "ferry", "Cross a river against its currents.", Ferry.self,
    rewards: "on landing, by how near to the pier: returns from 0 to 1"))
CommandLineTool.main(registry: registry)
