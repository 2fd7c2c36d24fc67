/// A held-out document as the evaluator reads it.
public struct TokenizedDocument: Sendable, Hashable {
  public var tokens: [UInt32]
  /// UTF-8 bytes of its text.
  public var byteCount: Int
  /// What its score is also counted under, such as its language; nil: the total alone.
  public var group: String?

  public init(tokens: [UInt32], byteCount: Int, group: String? = nil) {
    self.tokens = tokens
    self.byteCount = byteCount
    self.group = group
  }
}
