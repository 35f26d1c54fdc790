public import Agents
public import Datasets
public import Documents

/// A return to ask for, as it is written: `0.5`, `max`, `q0.9` or `sampled`.
public enum TargetReturn: Sendable, Equatable {
  /// Reward units.
  case value(Double)
  /// The largest return in the data: `max`.
  case maximum
  /// The return that this share of the data's episodes does not exceed: `q0.9`.
  case quantile(Double)
  /// What the policy draws itself, under its prior.
  case sampled

  /// What the text stands for; `nil` for nothing.
  public init?(_ text: String) {
    if text == "max" {
      self = .maximum
    } else if text == "sampled" {
      self = .sampled
    } else if text.first == "q", let share = Double(text.dropFirst()), (0...1).contains(share) {
      self = .quantile(share)
    } else if let value = Double(text) {
      self = .value(value)
    } else {
      return nil
    }
  }

  /// As it is written.
  public var text: String {
    switch self {
    case .value(let value): "\(value)"
    case .maximum: "max"
    case .quantile(let share): share == 0 ? "q0" : share == 1 ? "q1" : "q\(share)"
    case .sampled: "sampled"
    }
  }

  /// A number or a text.
  var document: Document {
    if case .value(let value) = self { .number(value) } else { .string(text) }
  }
}

extension TargetReturn: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self = .value(value) }
  public init(integerLiteral value: Int) { self = .value(Double(value)) }
}

extension TargetReturn: NumberOrWord {
  public static let expected = "a number, max, sampled or a quantile such as q0.9"
  public static let words = ["max", "sampled", "q0.9"]

  public static func accepts(word: String) -> Bool {
    if case .value? = Self(word) { false } else { Self(word) != nil }
  }

  public init(from decoder: any Decoder) throws {
    switch try Document(from: decoder) {
    case .number(let value): self = .value(value)
    case .integer(let value): self = .value(Double(value))
    case .string(let word):
      guard Self.accepts(word: word), let target = Self(word) else { fallthrough }
      self = target
    default: throw ConfigurationError(key: "", found: "another value", expected: Self.expected)
    }
  }

  public func encode(to encoder: any Encoder) throws { try document.encode(to: encoder) }
}

/// What a policy is really asked for.
public struct ResolvedTarget: Sendable, Equatable {
  /// `nil` for an agent that takes no return.
  public let asked: TargetReturn?
  /// Reward units; `nil` where nothing is asked for, or the policy draws it.
  public let value: Double?

  /// For an agent that takes no return.
  public static let none = ResolvedTarget(asked: nil, value: nil)

  private init(asked: TargetReturn?, value: Double?) {
    (self.asked, self.value) = (asked, value)
  }

  /// A plain number.
  public init(_ value: Double) { self.init(asked: .value(value), value: value) }

  /// - Throws: where the data are not known well enough, or the agent cannot draw returns; the
  ///   error's key is empty.
  public init(
    _ target: TargetReturn, data: DataSummary, for policies: PolicySource
  ) throws(ConfigurationError) {
    switch target {
    case .value(let value): self.init(value)
    case .maximum: self.init(asked: target, value: data.maximumReturn)
    case .quantile(let share):
      guard let value = data.returnDistribution.quantile(share) else {
        throw ConfigurationError(
          key: "", found: target.text,
          expected: "a number or max: the checkpoint is of a version that kept no quantiles of the "
            + "data's returns")
      }
      self.init(asked: target, value: value)
    case .sampled:
      guard policies.canSampleReturns else {
        throw ConfigurationError(
          key: "", found: target.text,
          expected: "a number, max or a quantile such as q0.9: the agent predicts no returns to "
            + "draw from")
      }
      self.init(asked: target, value: nil)
    }
  }

  /// What an agent is asked for: the largest return in the data where nothing is written, and nothing
  /// where it takes no return.
  ///
  /// - Parameter key: of the list, for errors.
  static func all(
    _ targets: [TargetReturn], data: DataSummary, for policies: PolicySource, key: String
  ) throws(ConfigurationError) -> [ResolvedTarget] {
    guard policies.isConditionedOnReturns else { return [.none] }
    var resolved: [ResolvedTarget] = []
    for (index, target) in (targets.isEmpty ? [.maximum] : targets).enumerated() {
      do throws(ConfigurationError) {
        resolved.append(try ResolvedTarget(target, data: data, for: policies))
      } catch { throw error.within("\(key)[\(index)]") }
    }
    return resolved
  }

  var prompt: Prompt {
    switch (asked, value) {
    case (_, let value?): .targetReturn(value)
    case (.sampled?, _): .sampledReturn
    default: .none
    }
  }

  /// For tables: the number, with what was asked for where that is no number.
  ///
  /// - Parameter format: writes the number.
  public func label(_ format: (Double) -> String) -> String {
    guard let asked else { return "none" }
    guard let value else { return asked.text }
    if case .value = asked { return format(value) }
    return "\(format(value)) (\(asked.text))"
  }
}
