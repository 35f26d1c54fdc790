import Datasets
import Documents
import Files
import Foundation
import Testing

@Suite("Drawing and playing")
struct RenderTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  private func bytes(_ name: String) throws -> [UInt8] {
    try FileContents.bytes(of: program.folder(name), atMost: 1 << 24)
  }

  @Test("the ending of --output says what is written, and says so for scripts")
  func formats() throws {
    for (name, start) in [
      ("a.gif", Array("GIF89a".utf8)), ("a.png", [0x89, 0x50, 0x4E, 0x47]),
      ("a.SVG", Array("<svg ".utf8)),
    ] {
      let outcome = try program(
        "render", "corridor", "--behaviour", "expert", "--seed", "3", "--output", name, "--json")
      #expect(outcome.code == 0, "\(outcome.error)")
      #expect(try bytes(name).starts(with: start))
      let result = try json(outcome.output)
      #expect(result["width"] == (name == "a.png" ? 892 : 288))
      #expect(result["ending"] == "solved")
      #expect(result["return"] == 1.0)
    }
    let one = try program(
      "render", "corridor", "--step", "0", "--size", "10", "--no-caption", "--output", "one.png")
    #expect(one.output == "one.png: 1 step of corridor (random), 90 × 30 pixels, return 0\n")
  }

  @Test("a terminal that is none gets one frame after the other, in plain letters")
  func text() throws {
    let outcome = try program("render", "corridor", "--behaviour", "expert", "--seed", "3")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(!outcome.output.contains("\u{1B}"))
    let frames = outcome.output.components(separatedBy: "\n\n").dropLast()
    #expect(frames.count > 7)
    #expect(frames.first?.hasSuffix("step 0  return 0") == true)
    #expect(
      frames.last?.hasPrefix(
        "##################\n##. . . . . . @k##\n##################\nstep ") == true)
    #expect(frames.last?.hasSuffix("right  return 1  solved") == true)
  }

  @Test("a run's policy and a dataset's episodes can be drawn, with visits laid over")
  func sources() throws {
    let run = try program(
      "render", "--run", sample.run, "--target-return", "1", "--output", "run.gif")
    #expect(run.code == 0, "\(run.error)")
    #expect(run.output.contains("of corridor (decision-transformer, target 1.0)"))
    let recorded = try program(
      "render", "--dataset", sample.dataset, "--episode", "7", "--overlay", "visits", "--output",
      "recorded.png")
    #expect(recorded.code == 0, "\(recorded.error)")
    #expect(recorded.output.contains("of corridor (episode 7)"))
    let data = try DatasetReader(sample.dataset).read()
    let shown = try program("render", "--dataset", sample.dataset, "--episode", "7")
    #expect(
      shown.output.components(separatedBy: "step ").count == data.episodeLengths[7] + 2)
  }

  @Test("worlds that are no grids are drawn as they move")
  func scenes() throws {
    for id in ["CartPole-v1", "MountainCar-v0", "Acrobot-v1", "Pendulum-v1", "graph"] {
      let sheet = try program("render", id, "--output", "\(id).png", "--steps", "0", "3")
      #expect(sheet.code == 0, "\(sheet.error)")
      let animation = try program("render", id, "--output", "\(id).svg")
      #expect(animation.code == 0, "\(animation.error)")
      let svg = try String(
        decoding: FileContents.bytes(of: program.folder("\(id).svg"), atMost: 1 << 24),
        as: UTF8.self)
      #expect(svg.contains("<animate"), "\(id) does not move")
      let text = try program("render", id, "--step", "0")
      #expect(text.output.contains("#") || text.output.contains("o"), "nothing to see of \(id)")
    }
  }

  @Test("what cannot be drawn is refused, with the way out")
  func refusals() throws {
    expectRefusal(
      try program("render", "Acrobot-v1", "--overlay", "policy", "--output", "x.png"), 64,
      saying: "Acrobot-v1 does not say where its states are")
    expectRefusal(
      try program("play", "Pendulum-v1"), 64,
      saying: "Pendulum-v1 cannot be played: its actions are not a few choices")
    expectRefusal(
      try program("render", "corridr"), 78, saying: "environment.id", "did you mean corridor?")
    expectRefusal(
      try program("render", "corridor", "--behaviour", "exprt"), 78, saying: "did you mean expert?")
    expectRefusal(
      try program("render", "corridor", "--output", "x.bmp"), 64,
      saying: "--output ends in .gif, .png or .svg; x.bmp does not.")
    expectRefusal(try program("render"), 64, saying: "Name an environment, a --run or a --dataset.")
    expectRefusal(
      try program("render", "corridor", "--overlay", "visits"), 64,
      saying: "--overlay visits counts the visits of a --dataset.")
    expectRefusal(
      try program("render", "key-to-door/tvt", "--overlay", "values"), 64,
      saying: "cannot be solved for an overlay", "set apples.count to 0")
    expectRefusal(
      try program("render", "corridor", "--step", "31", "--output", "x.png"), 64,
      saying: "the episode has no step 31; it has steps 0 to ")
    expectRefusal(
      try program("render", "--dataset", "missing.hdf5", "--output", "x.png"), 66, saying: "missing"
    )
    expectRefusal(
      try program("render", "key-to-door", "--overlay", "visits", "--dataset", sample.dataset), 65,
      saying: "it was collected in corridor, not in key-to-door")
    expectRefusal(
      try program(
        "render", "corridor", "--set", "environment.length=60000", "--output", "x.gif"), 64,
      saying: "pixels is too large; choose a smaller --size")
    #expect(FileStatus.kind(of: program.folder("x.png")) == nil)
  }

  @Test("what is there already is left as it is")
  func existing() throws {
    try DurableFile.write("mine", to: program.folder("mine.png"), replacing: false)
    expectRefusal(
      try program("render", "corridor", "--output", "mine.png"), 73,
      saying: "mine.png: it exists already; choose another path, or remove it")
    #expect(try bytes("mine.png") == Array("mine".utf8))
    expectRefusal(
      try program("play", "corridor", "--output", sample.dataset), 73, saying: "it exists already")
    expectRefusal(
      try program("render", "corridor", "--output", "no/where.png"), 73, saying: "no/where.png")
  }

  @Test("keys that come through a pipe play, and the game is a dataset")
  func plays() throws {
    let keys = "x\u{1B}[D\u{1B}OD" + "aaaa" + "111111" + "\n" + "da" + "q" + "ddd"
    let outcome = try program(
      "play", "corridor", "--seed", "3", "--output", "human", input: keys)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.contains("step 12  right  return 1  solved"))
    #expect(outcome.output.hasSuffix("\nhuman.hdf5: 2 episodes, 14 steps\n"))
    let data = try DatasetReader(program.folder("human.hdf5")).read()
    #expect(data.episodeReturns == [1, 0])
    let shown = try program("render", "--dataset", "human.hdf5", "--episode", "1")
    #expect(shown.output.contains("step 2  left"))
    let quiet = try program("play", "corridor", "--output", "other", "--json", input: "d")
    #expect(try json(quiet.output)["dataset"]?["steps"] == 1)
    let nothing = try program("play", "corridor", "--output", "nothing", input: "q")
    #expect(nothing.output.hasSuffix("nothing was played, so nothing was written\n"))
    #expect(!DatasetReader.isPresent(at: program.folder("nothing")))
    let key = try program("play", "MiniGrid-DoorKey-5x5-v0", input: "a")
    #expect(key.code == 0 && key.output.contains("step 1  left"), "\(key.error)")
    let cart = try program("play", "CartPole-v1", "--output", "cart", input: "ad")
    #expect(cart.output.contains("step 2  right  return 2"))
  }
}
