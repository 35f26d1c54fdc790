import Agents
import Datasets
import Documents
import Environments
import Foundation
import Randomness
import TensorCore
import Testing

/// A dictionary of a heading (a label from 2), a picture of 3 by 2 squares with two kinds of labels
/// and an amount, and a speed.
private let space = Space.dictionary([
  .init("heading", .discrete(count: 4, start: 2)),
  .init(
    "picture",
    .box(shape: [3, 2, 3], low: 0, high: 9, meaning: .image(categories: [5, 0, 3]))),
  .init("speed", .box(shape: [2], low: -1, high: 1)),
])

private func summary(normalised: Bool = false) -> DataSummary {
  let width = space.width
  return DataSummary(
    observationSpace: space, actionSpace: .discrete(count: 2), horizon: 9, episodeCount: 1,
    stepCount: 1,
    observationMean: (0..<width).map { normalised ? 0.3 * Float($0 % 5) : 0 },
    observationScale: (0..<width).map { normalised ? 0.4 + 0.37 * Float($0 % 3) : 1 },
    minimumReturn: 0, meanReturn: 0, maximumReturn: 1, largestReturnToGo: 1)
}

/// Raw observations, label columns full of labels.
private func observations(rows: Int, seed: UInt64 = 1) -> [Float] {
  var random = RandomStream(seed: seed, "observations")
  return (0..<rows).flatMap { _ -> [Float] in
    let picture = (0..<6).flatMap { _ in
      [
        Float(random.integer(below: 5)), Float(random.normal()), Float(random.integer(below: 3)),
      ]
    }
    return [Float(2 + random.integer(below: 4))] + picture + [
      Float(random.normal()), Float(random.normal()),
    ]
  }
}

private struct Subject {
  let encoder: any ObservationEncoder
  let store: ParameterStore

  init(_ id: String, _ data: DataSummary = summary(), settings: Document.Fields = [:]) throws {
    var scope = ParameterScope()
    encoder = try EncoderRegistry.builtIn.make(
      Component("encoder", id: id, settings: settings),
      EncoderRequest(data: data, width: 7, deviation: 0.3), into: &scope)
    store = ParameterStore(scope, seed: 4)
    // Biases start at zero, where they would hide.
    var random = RandomStream(seed: 4, "noise")
    for index in store.specifications.indices {
      store.setValues(
        of: index, to: store.values(of: index).map { $0 + Float(0.1 * random.normal()) })
    }
  }

  func callAsFunction(_ observations: [Float]) -> [Float] {
    var tape = Tape(parameters: store)
    return tape.read(
      encoder(observations, rows: observations.count / space.width, on: &tape))
  }

  func matrix(_ name: String) throws -> [Float] {
    store.values(of: try #require(store.index(of: name)))
  }
}

private func worstDifference(_ a: [Float], _ b: [Float]) -> Float {
  #expect(a.count == b.count)
  return zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
}

@Suite("Every registered encoder")
struct EncoderContractTests {
  @Test(
    "makes one row of each observation, from all of its numbers",
    arguments: EncoderRegistry.builtIn.ids)
  func rows(id: String) throws {
    let subject = try Subject(id)
    #expect(subject.encoder.width == 7)
    let width = space.width
    let input = observations(rows: 3)
    let before = subject(input)
    #expect(before.count == 3 * 7)
    for column in 0..<width {
      var changed = input
      changed[width + column] += changed[width + column] >= 1 ? -1 : 1
      let after = subject(changed)
      #expect(worstDifference(Array(after[7..<14]), Array(before[7..<14])) > 1e-4, "\(column)")
      #expect(Array(after[..<7]) == Array(before[..<7]))
      #expect(Array(after[14...]) == Array(before[14...]))
    }
  }

  @Test("has the same bits alone and among others", arguments: EncoderRegistry.builtIn.ids)
  func alone(id: String) throws {
    let subject = try Subject(id)
    let input = observations(rows: 5)
    let width = space.width
    let all = subject(input)
    for row in 0..<5 {
      let one = subject(Array(input[(row * width)..<((row + 1) * width)]))
      #expect(worstDifference(one, Array(all[(row * 7)..<((row + 1) * 7)])) < 1e-5)
    }
  }

  /// A Decision Transformer learns an action that is a matter of the picture's first label alone.
  @Test("lets an agent overfit a batch", arguments: EncoderRegistry.builtIn.ids)
  func overfits(id: String) throws {
    var configuration = DecisionTransformer.Configuration()
    configuration.contextLength = 1
    configuration.encoder = Component("encoder", id: id)
    configuration.backbone = Component(
      "backbone", id: "transformer",
      settings: ["width": 24, "layers": 1, "heads": 2, "dropout": 0, "attentionDropout": 0])
    var scope = ParameterScope()
    let agent = try DecisionTransformer(
      configuration, data: summary(), parts: .builtIn, into: &scope)
    var settings = OptimizationSettings()
    settings.learningRate = 3e-3
    settings.warmUpSteps = 10
    let learner = Learner(
      agent, parameters: ParameterStore(scope, seed: 1), settings: settings, totalSteps: 200,
      shards: 2, threads: 1, seed: 1)
    var batch = RandomBatch.make(lengths: Array(repeating: 1, count: 24))
    batch.observations = observations(rows: 24)
    batch.successors = batch.observations
    let width = space.width
    batch.discreteActions = (0..<24).map {
      batch.observations[$0 * width + 1].truncatingRemainder(dividingBy: 2) == 0 ? 0 : 1
    }
    var loss = 1.0
    for step in 0..<200 { loss = try learner.step(batch, number: step).loss }
    #expect(loss < 0.05, "\(id)")
  }
}

@Suite("Encoders")
struct EncoderTests {
  @Test("the embedding is an affine map of one-hot labels")
  func oneHot() throws {
    let subject = try Subject("embedding")
    let table = try subject.matrix("table")
    let weight = try subject.matrix("weight")
    let bias = try subject.matrix("bias")
    let input = observations(rows: 4)
    var expected: [Float] = []
    for row in 0..<4 {
      let numbers = Array(input[(row * space.width)..<((row + 1) * space.width)])
      // The one-hot form of the row: heading, then for each square its two labels.
      var oneHot = (0..<4).map { Float($0 + 2) == numbers[0] ? Float(1) : 0 }
      var amounts: [Float] = []
      for square in 0..<6 {
        let first = 1 + 3 * square
        oneHot += (0..<5).map { Float($0) == numbers[first] ? 1 : 0 }
        oneHot += (0..<3).map { Float($0) == numbers[first + 2] ? 1 : 0 }
        amounts.append(numbers[first + 1])
      }
      amounts += numbers[19...]
      for channel in 0..<7 {
        var sum = bias[channel]
        for (entry, flag) in oneHot.enumerated() { sum += flag * table[entry * 7 + channel] }
        for (entry, amount) in amounts.enumerated() { sum += amount * weight[entry * 7 + channel] }
        expected.append(sum)
      }
    }
    #expect(worstDifference(subject(input), expected) < 1e-4)
  }

  @Test("the convolution is one, with zeros outside the picture")
  func convolution() throws {
    let subject = try Subject(
      "convolution", settings: ["channels": 4, "layers": 1, "activation": "tanh"])
    let input = observations(rows: 1)
    let labels = try subject.matrix("pictures.0.labels.table")  // [5 + 3, 4]
    let amounts = try subject.matrix("pictures.0.quantities.weight")  // [1, 4]
    let amountBias = try subject.matrix("pictures.0.quantities.bias")
    let kernel = try subject.matrix("pictures.0.layers.0.weight")  // [3 · 3 · 4, 4]
    let kernelBias = try subject.matrix("pictures.0.layers.0.bias")
    let flat = try subject.matrix("pictures.0.flat.weight")  // [6 · 4, 7]
    let flatBias = try subject.matrix("pictures.0.flat.bias")
    let otherTable = try subject.matrix("others.table")  // [4, 7]
    let otherWeight = try subject.matrix("others.weight")  // [2, 7]
    let otherBias = try subject.matrix("others.bias")
    func square(_ row: Int, _ column: Int, _ channel: Int) -> Float {
      guard 0..<3 ~= row, 0..<2 ~= column else { return 0 }
      let first = 1 + 3 * (row * 2 + column)
      return labels[Int(input[first]) * 4 + channel]
        + labels[(5 + Int(input[first + 2])) * 4 + channel]
        + input[first + 1] * amounts[channel] + amountBias[channel]
    }
    var expected = (0..<7).map { channel in
      flatBias[channel] + otherBias[channel] + otherTable[(Int(input[0]) - 2) * 7 + channel]
        + input[19] * otherWeight[channel] + input[20] * otherWeight[7 + channel]
    }
    for row in 0..<3 {
      for column in 0..<2 {
        for output in 0..<4 {
          var sum = kernelBias[output]
          for line in 0..<3 {
            for place in 0..<3 {
              for channel in 0..<4 {
                sum +=
                  square(row + line - 1, column + place - 1, channel)
                  * kernel[((line * 3 + place) * 4 + channel) * 4 + output]
              }
            }
          }
          for channel in 0..<7 {
            expected[channel] +=
              tanh(sum) * flat[((row * 2 + column) * 4 + output) * 7 + channel]
          }
        }
      }
    }
    #expect(worstDifference(subject(input), expected) < 1e-4)
  }

  @Test("labels survive normalisation", arguments: ["embedding", "convolution"])
  func normalisation(id: String) throws {
    let data = summary(normalised: true)
    let (plain, normalising) = (try Subject(id), try Subject(id, data))
    let raw = observations(rows: 6)
    let width = space.width
    var normalised = raw.enumerated().map { index, number in
      (number - data.observationMean[index % width]) / data.observationScale[index % width]
    }
    // Amounts stay as they are, so that only labels could differ.
    let amounts = [2, 5, 8, 11, 14, 17, 19, 20]
    for row in 0..<6 {
      for column in amounts { normalised[row * width + column] = raw[row * width + column] }
    }
    #expect(plain(raw) == normalising(normalised))
  }

  @Test("numbers that are no labels count as the nearest")
  func outside() throws {
    let subject = try Subject("embedding")
    func heading(_ number: Float) -> [Float] {
      var input = observations(rows: 1)
      input[0] = number
      return subject(input)
    }
    #expect(heading(-.infinity) == heading(2))
    #expect(heading(1e30) == heading(5))
    #expect(heading(3.4) == heading(3))
    #expect(heading(.nan) == heading(2))
  }

  @Test("say what they cannot read")
  func refusals() throws {
    func error(_ encoder: Document) -> String {
      var scope = ParameterScope()
      do {
        _ = try AgentRegistry.builtIn.make(
          Component("agent", id: "decision-transformer", settings: ["encoder": encoder]),
          data: RandomBatch.summary(horizon: 20), parts: .builtIn, into: &scope)
        return "no error"
      } catch { return error.description }
    }
    #expect(
      error(["id": "convolution"])
        == "encoder.id: found convolution, but observations of shape [5], expected one that is a "
        + "picture of [height, width, channels], or another encoder; did you mean embedding?")
    #expect(
      error(["id": "embeding"])
        == "encoder.id: found embeding, expected one of linear, embedding, convolution; "
        + "did you mean embedding?")
    #expect(
      error(["id": "convolution", "channels": 0])
        == "encoder.channels: found 0, expected a whole number from 1 to 4096")
  }

  @Test("leave the Decision Transformer's parameters as checkpoints have them")
  func names() throws {
    let (_, store) = try RandomBatch.agent(context: 4)
    let names = store.specifications.map(\.name).filter { !$0.hasPrefix("backbone") }
    #expect(
      names == [
        "embedding.return.weight", "embedding.return.bias", "embedding.observation.weight",
        "embedding.observation.bias", "embedding.action.weight", "embedding.action.bias",
        "embedding.timestep.table", "embedding.norm.gain", "embedding.norm.bias",
        "head.action.weight", "head.action.bias",
      ])
  }
}
