import Documents

/// An experiment small enough to know by heart, with every sort of setting.
struct SampleSettings: Settings {
  var name = "sample"
  var seed: UInt64 = 0
  var environment = Component("environment", id: "corridor")
  var dataset = SampleDataset()
  var agent = Component("agent", id: "dt")
  var training = SampleTraining()
  var targetReturns: [Double] = [0, 1]
  var sweep = Document.Fields()
  init() {}
}

struct SampleDataset: Settings {
  var path = ""
  var keepTopFraction = 1.0
  var behaviours = Components("behaviour", [Component("behaviour", id: "random")])
  init() {}
}

struct SampleTraining: Settings {
  enum Schedule: String, Codable, CaseIterable { case constant, cosine, linear }
  var steps = 1000
  var learningRate: Float = 1e-4
  var batchSize: UInt8 = 64
  var isDeterministic = true
  var schedule = Schedule.cosine
  var checkpoints: [SampleCheckpoint] = []
  init() {}
}

struct SampleCheckpoint: Settings {
  var every = 100
  var keep = 3
  init() {}
}

struct SampleCorridor: Settings {
  var length = 7
  var horizon = 30
  init() {}
}

struct SampleDecisionTransformer: Settings {
  var contextLength = 20
  var embeddingWidth = 128
  var dropout: Float = 0.1
  var backbone = Component("backbone", id: "gpt", settings: ["layers": 6])
  init() {}
}

struct SampleCloner: Settings {
  var hiddenWidth = 64
  init() {}
}

struct SampleGPT: Settings {
  var layers = 3
  var heads = 4
  init() {}
}

struct SampleRandom: Settings {}

struct SampleExpert: Settings {
  var epsilon = 0.1
  init() {}
}

/// An entry whose defaults contain itself.
struct SampleEndless: Settings {
  var inner = Component("agent", id: "endless")
  init() {}
}

extension Catalogue {
  static var sample: Catalogue {
    let entries: [String: [(id: String, settings: any Settings)]] = [
      "environment": [("corridor", SampleCorridor()), ("corridor/long", longCorridor)],
      "agent": [
        ("dt", SampleDecisionTransformer()), ("bc", SampleCloner()), ("endless", SampleEndless()),
      ],
      "backbone": [("gpt", SampleGPT()), ("none", SampleRandom())],
      "behaviour": [("random", SampleRandom()), ("expert", SampleExpert())],
    ]
    return Catalogue(
      settings: { (kind, id) throws(ConfigurationError) in
        if id.hasSuffix(".txt") {
          throw ConfigurationError(key: "", found: "no file \(id)", expected: "a layout file")
        }
        return entries[kind]?.first { $0.id == id }?.settings
      },
      ids: { entries[$0]?.map(\.id) ?? [] })
  }

  private static var longCorridor: SampleCorridor {
    var settings = SampleCorridor()
    settings.length = 100
    return settings
  }
}
