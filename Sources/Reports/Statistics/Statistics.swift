/// Descriptive statistics of plain numbers. Of no numbers at all they are NaN.
public enum Statistics {
  /// The mean, `Σ x / n`.
  public static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The sample standard deviation, `√(Σ (x − mean)² / (n − 1))`; 0 for a single value.
  public static func standardDeviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return values.isEmpty ? .nan : 0 }
    let centre = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// The quantile at `fraction` of the way from the smallest to the largest value, linear between
  /// neighbours (Hyndman and Fan's type 7, numpy's default):
  ///
  ///     h = (n − 1) · fraction,  q = x[⌊h⌋] + (h − ⌊h⌋) · (x[⌊h⌋ + 1] − x[⌊h⌋])
  ///
  /// - Parameter fraction: in 0 … 1; 0.5 is the median.
  public static func quantile(_ values: [Double], at fraction: Double) -> Double {
    quantile(sorted: values.sorted(), at: fraction)
  }

  /// The same of values that are in ascending order already.
  public static func quantile(sorted values: [Double], at fraction: Double) -> Double {
    precondition((0...1).contains(fraction), "fraction is \(fraction), must be in 0...1")
    guard let last = values.last else { return .nan }
    let place = Double(values.count - 1) * fraction
    let index = Int(place)
    guard index + 1 < values.count, place > Double(index) else {
      return index < values.count ? values[index] : last
    }
    return values[index] + (place - Double(index)) * (values[index + 1] - values[index])
  }

  /// The mean of the middle half: the values left after dropping `⌊n / 4⌋` at either end.
  ///
  /// Less shaken by outliers than the mean and by ties than the median (Agarwal et al., "Deep RL
  /// at the Edge of the Statistical Precipice", 2021; equal to rliable's and scipy's `trim_mean`).
  public static func interquartileMean(_ values: [Double]) -> Double {
    let cut = values.count / 4
    return mean(Array(values.sorted()[cut..<(values.count - cut)]))
  }
}
