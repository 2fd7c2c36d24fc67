/// How a long token sequence is cut so that every token is predicted exactly once.
///
/// As lm-evaluation-harness 0.4 (`get_rolling_token_windows` with a context of one token, then `make_disjoint_window`):
/// consecutive windows of the model's context; the first starts with the prefix token, and the last reaches back so that
/// it too sees a full context.
package struct RollingWindow: Hashable {
  /// Model inputs; the model predicts one target per input.
  package var inputs: [UInt32]
  /// Targets of the last inputs, which alone are scored.
  package var targets: [UInt32]

  package init(inputs: [UInt32], targets: [UInt32]) {
    self.inputs = inputs
    self.targets = targets
  }

  /// - Parameter length: the greatest number of inputs; at least 1.
  package static func all(_ tokens: [UInt32], prefix: UInt32, length: Int) -> [RollingWindow] {
    guard !tokens.isEmpty else { return [] }
    let first = min(length, tokens.count)
    var windows = [RollingWindow(inputs: [prefix] + tokens[..<(first - 1)], targets: Array(tokens[..<first]))]
    var predicted = first
    while predicted < tokens.count {
      let end = min(tokens.count, predicted + length)
      windows.append(
        RollingWindow(inputs: Array(tokens[(end - 1 - length)..<(end - 1)]), targets: Array(tokens[predicted..<end])))
      predicted = end
    }
    return windows
  }
}
