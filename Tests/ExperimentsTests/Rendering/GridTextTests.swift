import Environments
import Experiments
import Testing

@Suite("A grid as text")
struct GridTextTests {
  static var small: GridPicture {
    var picture = GridPicture(
      columns: 4, rows: 2,
      agent: .init(column: 1, row: 0, heading: .down, carrying: .init(.key, .blue)))
    picture[0, 0] = .init(.wall)
    picture[2, 0].thing = .init(.lockedDoor, .yellow)
    picture[3, 0] = .init(.goal(.green))
    picture[0, 1] = .init(.lava)
    picture[1, 1].thing = .init(.ball, .red)
    return picture
  }

  @Test("is plain letters where there are no colours")
  func plain() {
    let style = GridText(palette: .none, isUnicode: false)
    #expect(style.lines(Self.small) == ["##vkL G", "~~o . ."])
    #expect(
      style.lines(GridDrawingTests.everything) == [
        "################", "##> . k o b k ##", "##. . . . . . ##", "##. . L + / o ##",
        "##. . . . . . ##", "##. , ~~~~, . ##", "##. . . . . G ##", "################",
      ])
  }

  @Test("selects 24-bit colours where a terminal has them")
  func full() {
    let style = GridText(palette: .full, isUnicode: true)
    #expect(
      style.lines(Self.small) == [
        "\u{1B}[0;38;2;150;150;150;48;2;100;100;100m  "
          + "\u{1B}[0;38;2;255;80;80;48;2;20;20;20m▼k"
          + "\u{1B}[0;38;2;255;255;0;48;2;20;20;20mL "
          + "\u{1B}[0;38;2;0;0;0;48;2;0;204;0mG \u{1B}[0m",
        "\u{1B}[0;38;2;0;0;0;48;2;255;128;0m~~"
          + "\u{1B}[0;38;2;255;102;102;48;2;20;20;20m● "
          + "\u{1B}[0;38;2;120;120;120;48;2;20;20;20m    \u{1B}[0m",
      ])
  }

  @Test("selects colours of xterm's cube where a terminal has 256")
  func indexed() {
    let style = GridText(palette: .indexed, isUnicode: false)
    #expect(
      style.lines(Self.small)[0]
        == "\u{1B}[0;38;5;102;48;5;59m  \u{1B}[0;38;5;203;48;5;16mvk"
        + "\u{1B}[0;38;5;226;48;5;16mL \u{1B}[0;38;5;16;48;5;40mG \u{1B}[0m")
  }

  @Test("shows overlays: digits and arrows without colours, papers with them")
  func overlays() {
    let picture = GridPicture(columns: 4, rows: 1, agent: .init(column: 0, row: 0))
    var values = GridOverlay("value", columns: 4, rows: 1)
    values.values = [nil, 0, 0.5, 1]
    let plain = GridText(palette: .none, isUnicode: false)
    #expect(plain.lines(picture, overlay: values, range: 0...1) == ["@ 0 4 9"])
    let full = GridText(palette: .full, isUnicode: false)
    #expect(full.lines(picture, overlay: values, range: 0...1)[0].contains("48;2;253;231;37m"))
    var moves = GridOverlay("best moves", columns: 4, rows: 1)
    moves.moves = [[], [.right], [.up, .left], []]
    #expect(plain.lines(picture, overlay: moves) == ["@ > ^<."])
    moves.moves = [[], [.stay], [.init(columns: 1, rows: -1)], [.up, .left, .down]]
    #expect(plain.lines(picture, overlay: moves) == ["@ 5 9 3*"])
    let arrows = GridText(palette: .none, isUnicode: true).lines(picture, overlay: moves)
    #expect(arrows == ["@ · ↗ 3✳"])
  }

  @Test("says in a line what happened, and nothing that could steer a terminal")
  func frames() {
    var frame = Film.Frame(.grid(Self.small), step: 3, action: "left", reward: 1, total: 1.5)
    frame.mission = "go to\u{1B}[2J the ball"
    frame.ending = "solved"
    #expect(
      frame.text(GridText(palette: .none, isUnicode: false))
        == "go to the ball\n##vkL G\n~~o . .\nstep 3  left  return 1.5  solved")
  }
}
