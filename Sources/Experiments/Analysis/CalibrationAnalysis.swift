internal import Datasets
internal import Documents
internal import Files
internal import Reports

/// How what a run achieved goes with what it was asked for, from its newest evaluation.
///
/// In range are the targets between the smallest and the largest return of the data. Of those:
/// Spearman's rank correlation and Pearson's correlation of target and mean achieved return, and the
/// mean of |achieved − target|. Beyond them: the mean achieved, beside the best return in the data.
public struct CalibrationAnalysis {
  private let registry: Registry

  public init(registry: Registry) { self.registry = registry }

  public func rows(of folder: RunFolder) throws -> [AnalysisRow] {
    guard let name = folder.newestEvaluation else {
      throw FileError(
        .missing, operation: "read", path: folder.evaluationPath(""),
        reason: "the run has no evaluation; make one with hindsight evaluate")
    }
    let data = try AnalysedRun(folder, checkpoint: nil, registry: registry).trained.data
    let path = folder.reportPath(name)
    let report = try Document(
      json: FileContents.bytes(of: path, atMost: 1 << 30), maximumBytes: 1 << 30)
    guard case .array(let elements)? = report["evaluation"] else {
      throw FileError(
        .damaged, operation: "read", path: path, reason: "it has no list called evaluation")
    }
    var selections: [String] = []
    var points: [String: [(target: Double, achieved: Double)]] = [:]
    for element in elements {
      guard case .string(let selection)? = element["selection"],
        let target = element["target_return"]?.decimal,
        let achieved = element["mean_return"]?.decimal
      else { continue }
      if points[selection] == nil { selections.append(selection) }
      points[selection, default: []].append((target, achieved))
    }
    return selections.map { selection in
      AnalysisRow(
        folder, asked: selection,
        Self.measures(
          points[selection] ?? [], data: data.minimumReturn...data.maximumReturn))
    }
  }

  package static func measures(
    _ points: [(target: Double, achieved: Double)], data: ClosedRange<Double>
  ) -> Measures {
    let inRange = points.filter { data.contains($0.target) }
    let beyond = points.filter { $0.target > data.upperBound }
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    let (targets, achieved) = (inRange.map(\.target), inRange.map(\.achieved))
    func correlation(_ measure: ([Double], [Double]) -> Double) -> Double? {
      let value = targets.count < 3 ? .nan : measure(targets, achieved)
      return value.isFinite ? value : nil
    }
    return [
      ("targets_in_range", Double(inRange.count)),
      ("spearman_in_range", correlation(Correlation.spearman)),
      ("pearson_in_range", correlation(Correlation.pearson)),
      ("mean_absolute_error_in_range", mean(inRange.map { abs($0.achieved - $0.target) })),
      ("targets_beyond", Double(beyond.count)), ("achieved_beyond", mean(beyond.map(\.achieved))),
      ("best_return_in_data", data.upperBound),
    ]
  }
}
