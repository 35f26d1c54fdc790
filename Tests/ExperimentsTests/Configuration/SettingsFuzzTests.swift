import Documents
import Experiments
import Foundation
import TestSupport
import Testing

@Suite("Configurations that were damaged")
struct SettingsFuzzTests {
  private let loader = SettingsLoader(SampleSettings.self, catalogue: .sample)

  private let seeds = [
    """
    # an experiment
    name: sample
    environment: {id: corridor, length: 9}
    agent:
      id: dt
      contextLength: 5
      backbone: {id: gpt, heads: 8}
    dataset:
      behaviours:
        - random
        - {id: expert, epsilon: 0.5}
    training:
      learningRate: 1e-3
      schedule: linear
      checkpoints: [{every: 7}, {}]
    targetReturns: [0, 0.5, 1]
    sweep:
      agent.contextLength: [1, 2]
    """,
    "name: |\r\n  two\r\n  lines\r\nagent: bc\r\n\"seed\": 7\r\ndataset: {path: 'it''s'}\r\n",
  ]

  @Test("are loaded or refused with places, 3,000 times, and what is loaded can be written")
  func mutations() throws {
    var mutator = ConfigurationMutator()
    var loadedCount = 0
    for round in 0..<3_000 {
      let bytes = mutator.mutate(seeds[round % seeds.count])
      let time = processorTime {
        do throws(ConfigurationErrors) {
          let loaded = try loader.load(yaml: bytes, named: "a.yaml")
          loadedCount += 1
          let again = try loader.load(yaml: loaded.yamlText, named: "b.yaml")
          #expect(again.document == loaded.document)
        } catch {
          for problem in error.errors {
            #expect(problem.location?.hasPrefix("a.yaml") == true || problem.key.contains("inner"))
            #expect(problem.description.utf8.count < 1_000)
            let isSafe = problem.description.unicodeScalars.allSatisfy { $0.value >= 0x20 }
            #expect(isSafe)
          }
        }
      }
      #expect(time < .seconds(1))
    }
    #expect((30...2_900).contains(loadedCount), "\(loadedCount) of 3000 mutants loaded")
  }

  /// `Scripts/fault settings` asks for 100,000.
  private static var mutants: Int {
    ProcessInfo.processInfo.environment["HINDSIGHT_MUTANTS"].flatMap { Int($0) } ?? 2_000
  }

  @Test("of experiments take less than a second, and say what is wrong where")
  func experiments() throws {
    let matrix = SettingsMatrix()
    let seed = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? 0
    var mutator = ConfigurationMutator(seed: 1000 + seed)
    var slowest = Duration.zero
    var refused = 0
    for round in 0..<Self.mutants {
      let bytes = mutator.mutate(Self.experimentSeeds[round % Self.experimentSeeds.count])
      var problems: [ConfigurationError] = []
      let time = processorTime { problems = matrix.problems(bytes) }
      slowest = max(slowest, time)
      refused += problems.isEmpty ? 0 : 1
      for problem in problems {
        // Two settings that do not fit each other may both be defaults.
        let isPlaced = problem.location?.hasPrefix("a.yaml") == true || !problem.key.isEmpty
        #expect(isPlaced && !"\(problem)".isEmpty, "\(problem) of mutant \(round)")
        #expect(problem.description.utf8.count < 2_000)
        let isSafe = problem.description.unicodeScalars.allSatisfy { $0.value >= 0x20 }
        #expect(isSafe)
      }
      #expect(time < .seconds(1), "mutant \(round) took \(time)")
    }
    #expect(refused > Self.mutants / 4 && refused < Self.mutants, "\(refused) refused")
    print("Settings: \(Self.mutants) mutants, \(refused) refused, slowest \(slowest)")
  }

  private static let experimentSeeds = [
    """
    # an experiment
    seed: 3
    environment: {id: key-to-door/dt-paper}
    dataset:
      episodes: 10000
      behaviour: random
    agent:
      id: decision-transformer
      contextLength: 47
      backbone: {width: 64, layers: 2, heads: 2}
    training:
      steps: 1000
      sampling: {episodes: balancedByReturn}
      optimization: {averageDecay: 0.98}
      validation: {targetReturns: [0, 1], episodes: 200}
    evaluation:
      targetReturns: [0, max, q0.9]
      selections: [greedy]
    """,
    """
    environment: {id: MiniGrid-DoorKey-8x8-v0, horizon: 100, view: full, observation: image}
    dataset: {episodes: 10, behaviour: {id: epsilon-greedy, epsilon: 0.2}}
    agent: {id: decision-transformer, encoder: {id: convolution}, timesteps: perWindow}
    """,
    """
    environment:
      id: grid-world
      map: |
        #####
        #S.G#
        #####
    agent: {id: discrete-cql, network: {width: 32}}
    training: {batchSize: 8, shards: 2}
    """,
  ]

  @Test("may be overrides too")
  func overrides() {
    var mutator = ConfigurationMutator()
    let options = [
      "agent.backbone.heads=8", "dataset.behaviours[0].id=expert", "training={steps: 3}",
    ]
    for round in 0..<1_000 {
      let bytes = mutator.mutate(options[round % options.count])
      guard let option = String(validating: bytes, as: UTF8.self) else { continue }
      do throws(ConfigurationErrors) {
        _ = try loader.load(yaml: "", named: "a.yaml", overrides: [option])
      } catch {
        #expect(error.errors.allSatisfy { $0.location?.hasPrefix("--set ") == true })
      }
    }
  }

  @Test("of great size or depth are dealt with in less than a second")
  func extremes() {
    let long = String(repeating: "x", count: 10 << 20)
    let deep = String(repeating: "[", count: 5_000)
    func lines(_ count: Int, _ line: (Int) -> String) -> String {
      (0..<count).map(line).joined()
    }
    func list(_ key: String, _ count: Int, of item: String) -> String {
      "\(key): [" + String(repeating: item + ",", count: count) + "]"
    }
    var texts: [String] = ["name: \(long)", "name: \"\(long)\"", "name: |\n  \(long)", long, deep]
    texts.append(deep + String(repeating: "]", count: 5_000))
    texts.append(lines(5_000) { String(repeating: " ", count: $0 % 200) + "a:\n" })
    texts.append(lines(600) { String(repeating: " ", count: $0) + "a:\n" })
    texts.append(lines(20_000) { "key\($0): \($0)\n" })
    texts.append("sweep:\n" + lines(20_000) { "  key\($0): \($0)\n" })
    texts.append(list("targetReturns", 40_000, of: "1"))
    texts.append(list("targetReturns", 40_000, of: "x"))
    texts.append(list("training: {checkpoints", 20_000, of: "{}") + "}")
    texts.append(list("dataset: {behaviours", 20_000, of: "expert") + "}")
    texts.append(list("sweep: {a", 20_000, of: "[]") + "}")
    texts += ["\u{FEFF}name: x\r\n", "name:\tx\n", "\tname: x\n", "name: x\n\tseed: 1\n"]
    for text in texts {
      let time = processorTime { _ = try? loader.load(yaml: text, named: "a.yaml") }
      #expect(time < .seconds(1), "\(text.prefix(40)): \(time)")
    }
  }
}
