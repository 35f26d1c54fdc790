import Commands
import Experiments

CommandLineTool.main(registry: .builtIn)
