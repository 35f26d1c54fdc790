import Environments
import Experiments
import Foundation
import Reports
import Testing

@Suite("A grid as a drawing")
struct GridDrawingTests {
  /// The grid that `Fixtures/make_minigrid_look.py` has MiniGrid draw: one of everything.
  static var everything: GridPicture {
    var picture = GridPicture(
      columns: 8, rows: 8, agent: .init(column: 1, row: 1, heading: .right))
    for index in 0..<8 {
      for (column, row) in [(index, 0), (index, 7), (0, index), (7, index)] {
        picture[column, row] = .init(.wall)
      }
    }
    picture[3, 1].thing = .init(.key, .yellow)
    picture[4, 1].thing = .init(.ball, .blue)
    picture[5, 1].thing = .init(.box, .purple)
    picture[6, 1].thing = .init(.key, .red)
    picture[3, 3].thing = .init(.lockedDoor, .yellow)
    picture[4, 3].thing = .init(.closedDoor, .green)
    picture[5, 3].thing = .init(.openDoor, .red)
    picture[6, 3].thing = .init(.ball, .grey)
    picture[3, 5].ground = .lava
    picture[4, 5].ground = .lava
    picture[5, 5].ground = .patch(.blue)
    picture[2, 5].ground = .patch(.red)
    picture[6, 6].ground = .goal(.green)
    for column in 1...7 {
      for row in 0...4 { picture[column, row].isHighlighted = true }
    }
    return picture
  }

  @Test("looks like MiniGrid's, quarter of a square by quarter of a square")
  func minigrid() throws {
    let file = try #require(
      Bundle.module.url(
        forResource: "minigrid_look", withExtension: "json", subdirectory: "Fixtures"))
    let wanted = try JSONDecoder().decode([[Int]].self, from: Data(contentsOf: file))
    let raster = Raster(GridDrawing(Self.everything).drawing, scale: 32)
    #expect((raster.width, raster.height) == (256, 256))
    for (index, colour) in wanted.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: 16)
      var sum = [0, 0, 0]
      for y in row * 16..<(row + 1) * 16 {
        for x in column * 16..<(column + 1) * 16 {
          let pixel = raster[x, y]
          sum[0] += Int(pixel.red)
          sum[1] += Int(pixel.green)
          sum[2] += Int(pixel.blue)
        }
      }
      let mean = sum.map { $0 / 256 }
      // MiniGrid samples nine points a pixel, and its waves have ends of another form.
      #expect(
        zip(mean, colour).allSatisfy { abs($0 - $1) <= 6 },
        "quarter \(column), \(row) is \(mean), not \(colour)")
    }
  }

  @Test("draws the numbers of an overlay from the least to the largest, below what stands there")
  func values() {
    let picture = GridPicture(columns: 3, rows: 1, agent: .init(column: 0, row: 0))
    var overlay = GridOverlay("value", columns: 3, rows: 1)
    overlay.values = [nil, -1, 3]
    let raster = Raster(GridDrawing(picture, overlay: overlay).drawing, scale: 20)
    #expect(raster[30, 10] == ColourScale.viridis(0))
    #expect(raster[50, 10] == ColourScale.viridis(1))
    let wide = GridDrawing(picture, overlay: overlay, range: -5...3).drawing
    #expect(Raster(wide, scale: 20)[30, 10] == ColourScale.viridis(0.5))
  }

  @Test("draws arrows towards their sides")
  func arrows() {
    let picture = GridPicture(columns: 2, rows: 1, agent: .init(column: 0, row: 0))
    /// The mean place of the white pixels of the right square, from its middle.
    func centre(_ move: GridPicture.Move) -> (x: Double, y: Double) {
      var overlay = GridOverlay("best moves", columns: 2, rows: 1)
      overlay.moves[1] = [move]
      let raster = Raster(GridDrawing(picture, overlay: overlay).drawing, scale: 40)
      var sum = (x: 0.0, y: 0.0, count: 0.0)
      for x in 40..<80 {
        for y in 0..<40 where raster[x, y] == .white {
          sum = (sum.x + Double(x) - 59.5, sum.y + Double(y) - 19.5, sum.count + 1)
        }
      }
      return (sum.x / sum.count, sum.y / sum.count)
    }
    #expect(centre(.right).x > 8 && abs(centre(.right).y) < 1)
    #expect(centre(.left).x < -8 && abs(centre(.left).y) < 1)
    #expect(centre(.down).y > 8 && abs(centre(.down).x) < 1)
    #expect(centre(.up).y < -8 && abs(centre(.up).x) < 1)
    let corner = centre(.init(columns: -1, rows: 1))
    #expect(corner.x < -5 && corner.y > 5 && abs(corner.x + corner.y) < 1)
    #expect(abs(centre(.stay).x) < 1 && abs(centre(.stay).y) < 1)
  }

  @Test("a square that does not change is the same element in the next frame")
  func slots() {
    var later = Self.everything
    later.agent.column = 2
    let (one, other) = (GridDrawing(Self.everything).drawing, GridDrawing(later).drawing)
    #expect(one.elements.count == 64)
    let changed = zip(one.elements, other.elements).enumerated().filter { $1.0 != $1.1 }
    #expect(changed.map(\.offset) == [9, 10])
  }
}
