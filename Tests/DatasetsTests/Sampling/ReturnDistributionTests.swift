import Datasets
import Documents
import Testing

@Suite("The distribution of returns")
struct ReturnDistributionTests {
  private func make(_ episodes: [[Double]]) -> ReturnDistribution {
    ReturnDistribution(returns: episodes.map { $0.reduce(0, +) }) { body in
      for rewards in episodes { body(rewards[...]) }
    }
  }

  @Test("has quantiles that occur, and what lies between them")
  func quantiles() {
    let distribution = make([[4], [1], [2], [3]])
    #expect(distribution.quantile(0) == 1)
    #expect(distribution.quantile(0.25) == 1)
    #expect(distribution.quantile(0.26) == 2)
    #expect(distribution.quantile(0.29) == 2)
    #expect(distribution.quantile(0.9) == 4)
    #expect(distribution.quantile(1) == 4)
    #expect(distribution.quantile(0.255) == 1.5)
    #expect(ReturnDistribution.unknown.quantile(0.5) == nil)
  }

  @Test("counts the returns-to-go of all steps, those within rounding together")
  func levels() {
    // 0.1 + 0.2 and 0.3 differ in the last bit.
    let distribution = make([[0, 0.1, 0.2], [0.3, 0], [-1, 0, 0]])
    let levels = distribution.returnsToGo
    #expect(levels.count == 4)
    #expect(zip(levels, [-1, 0, 0.2, 0.3]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(distribution.counts == [1, 3, 1, 3])
  }

  @Test("has bins of equal width where too many differ")
  func bins() {
    let episodes = (0..<5000).map { [Double($0)] }
    let distribution = make(episodes)
    #expect(distribution.returnsToGo.count == 256)
    let width = 4999.0 / 256
    #expect(abs(distribution.returnsToGo[0] - width / 2) < 1e-9)
    #expect(abs(distribution.returnsToGo[255] - (4999 - width / 2)) < 1e-9)
    #expect(distribution.counts.reduce(0, +) == 5000)
    #expect(distribution.counts.allSatisfy { 19...20 ~= $0 })
    #expect(make(Array(episodes[..<256])).returnsToGo == (0..<256).map(Double.init))
  }

  @Test("is not known to summaries of earlier versions")
  func earlierVersions() throws {
    let summary = DataSummary(
      of: Sample.dataset(returns: [1, 1], lengths: [1, 1]), horizon: 9,
      normalisingObservations: false)
    #expect(summary.returnDistribution.returnsToGo == [1])
    guard case .object(var fields) = summary.document else { return }
    for key in ["returnQuantiles", "returnsToGo", "returnToGoCounts"] { fields[key] = nil }
    let earlier = try DataSummary(.object(fields), file: "a checkpoint")
    #expect(earlier.returnDistribution == .unknown)
    #expect(earlier.maximumReturn == 1)
    fields["returnQuantiles"] = [1, 2]
    fields["returnsToGo"] = [1]
    fields["returnToGoCounts"] = [2]
    #expect(
      text { _ = try DataSummary(.object(fields), file: "a checkpoint") }
        == "a checkpoint › returnQuantiles: found 2 numbers, expected 101")
    fields["returnToGoCounts"] = [-2]
    #expect(
      text { _ = try DataSummary(.object(fields), file: "a checkpoint") }
        == "a checkpoint › returnToGoCounts: found a list, expected a whole number from 0 for each "
        + "of returnsToGo")
  }
}
