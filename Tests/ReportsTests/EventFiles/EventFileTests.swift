import Foundation
import Reports
import Testing

@Suite("Event files")
struct EventFileTests {
  @Test("have Castagnoli's checksum, and TensorBoard's mask over it")
  func checksum() {
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([]) == 0)
    #expect(CRC32C.masked([]) == 0xA282_EAD8)
  }

  /// The same records that `Fixtures/make_events.py` wrote with TensorBoard's own classes.
  static let events: [SummaryEvent] = {
    func event(_ step: Int, _ content: SummaryEvent.Content) -> SummaryEvent {
      SummaryEvent(time: 1_700_000_000.25, step: step, content)
    }
    let settings: [HyperParameterRecord.Setting] = [
      .init("agent.id", .text("")), .init("flag", .flag(false)), .init("rate", .number(0)),
    ]
    return [
      event(0, .start), event(300, .restart),
      event(
        1 << 40,
        .values([
          .scalar("training/loss", 1.25), .scalar("zero", 0), .scalar("not a number", .nan),
        ])),
      event(7, .values([.histogram("weights/ä", of: (0...30).map { Double($0) } + [.infinity])])),
      event(
        8,
        .values([
          SummaryValue(
            "rollout",
            .image((0..<512).map { UInt8(truncatingIfNeeded: $0) }, width: 300, height: 20))
        ])),
      event(0, .values([.text("configuration", "# a\n\n```yaml\nseed: 0\n```\n")])),
      event(
        0,
        .values([
          .hyperParameters(
            .experiment(
              settings: settings,
              metrics: [
                .init("validation/score"),
                .init("evaluation/mean_return", folder: "evaluations/1"),
              ])),
          .hyperParameters(.sessionStart(settings: settings, group: "demo", time: 5.5)),
          .hyperParameters(.sessionEnd(isSuccess: true, time: 9)),
        ])),
    ]
  }()

  @Test("have the bytes that TensorBoard's own classes write")
  func bytes() throws {
    let url = try #require(
      Bundle.module.url(forResource: "events", withExtension: "tfevents", subdirectory: "Fixtures"))
    var rest = try [UInt8](Data(contentsOf: url))[...]
    for (index, event) in Self.events.enumerated() {
      let record = event.record
      #expect(Array(rest.prefix(record.count)) == record, "record \(index)")
      rest = rest.dropFirst(record.count)
    }
    #expect(rest.isEmpty)
  }

  @Test("have names that TensorBoard finds and reads in their order")
  func names() {
    let name = SummaryEvent.fileName(seconds: 1_700_000_000, host: "a.b/ü c", process: 7, number: 2)
    #expect(name == "events.out.tfevents.1700000000.a_b___c.7.2")
    #expect(SummaryEvent.seconds(inFileName: name) == 1_700_000_000)
    #expect(SummaryEvent.seconds(inFileName: "metrics.csv") == nil)
    let nameless = SummaryEvent.fileName(seconds: 1, host: "", process: 7, number: 0)
    #expect(nameless == "events.out.tfevents.1.host.7.0")
  }

  @Test("hold one bin where all values are equal, and none of what is not finite")
  func flatHistograms() throws {
    let flat = SummaryHistogram([2, 2, .nan])
    #expect(flat == SummaryHistogram([2, 2]))
    #expect(flat != SummaryHistogram([2, 2, 2]))
    #expect(SummaryHistogram([]) == SummaryHistogram([.infinity]))
  }
}
