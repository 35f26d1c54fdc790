import Commands
import Environments
import Experiments

var registry = Registry.builtIn
registry.environments = registry.environments.adding(
  EnvironmentEntry("echo", "Say the bit you see.", Echo.self))
registry.agents = registry.agents.adding(
  .init("rewarded-cloning", RewardedCloning.self, "Imitates what was rewarded."))
CommandLineTool.main(registry: registry)
