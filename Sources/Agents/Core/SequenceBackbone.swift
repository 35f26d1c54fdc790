public import Documents
public import TensorCore

/// Mixes tokens: row `i` of a window's output depends on rows `≤ i` of the same window only.
///
/// A backbone has two ways to compute the same thing: whole windows, for training and for windows
/// that slide, and new tokens only against a memory of those before, for rollouts. The two agree to
/// rounding (a contract test over every registered backbone).
public protocol SequenceBackbone: Sendable {
  associatedtype Configuration: Settings
  /// What a lane remembers of the tokens it has seen: keys and values, or a recurrent state.
  associatedtype Memory: Sendable

  /// - Parameter longest: tokens of the longest window.
  init(
    _ configuration: Configuration, longest: Int, into scope: inout ParameterScope
  ) throws(ConfigurationError)

  /// Channels of a token.
  var width: Int { get }

  /// - Parameter tokens: `[tokens, width]`.
  /// - Returns: `[needed tokens, width]`, one row per row that the layout says is needed.
  func callAsFunction(
    _ tokens: Tensor, _ layout: TokenLayout, on tape: inout Tape
  ) -> Tensor

  /// Room for `lanes` lanes of windows up to the longest.
  func makeMemory(lanes: Int) -> Memory
  func forget(lane: Int, in memory: inout Memory)
  /// Tokens that `lane` holds.
  func tokenCount(lane: Int, in memory: Memory) -> Int

  /// The same output for new tokens only, which join the memory of their lanes.
  func step(
    _ tokens: Tensor, _ layout: TokenLayout, memory: inout Memory, on tape: inout Tape
  ) -> Tensor

  /// Whether stepping stays exact when a lane has seen more tokens than the longest window.
  var memoryIsExactBeyondContext: Bool { get }

  /// How much each token takes from those before it, per layer, for reports; empty where tokens are
  /// mixed otherwise.
  func attentionWeights(
    _ tokens: Tensor, _ layout: TokenLayout, on tape: inout Tape
  ) -> [AttentionWeights]
}

extension SequenceBackbone {
  public func attentionWeights(
    _ tokens: Tensor, _ layout: TokenLayout, on tape: inout Tape
  ) -> [AttentionWeights] { [] }
}
