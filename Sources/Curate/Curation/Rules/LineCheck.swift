/// One line rule at work on one text: what of it has to be asked of every line, and where its strings come next.
struct LineCheck {
  enum Kind: Equatable {
    case measure(LineMetric)
    case removeMatches
  }

  /// The rule's place in its pack.
  let number: Int
  let kind: Kind
  let bounds: Bounds
  let dropsDocument: Bool
  /// The rule's value on a line without any of these (folded) is 0, which passes; nil: every line has to be measured.
  private let strings: [[UInt8]]?
  /// By string: its first occurrence at or behind the line asked for last.
  private var next: [Int]

  /// - Parameter strings: `LineCheck.strings(of:hidesLetters:)`, those left out that are surely not in the text.
  init(_ rule: LineRule, number: Int, strings: [[UInt8]]?, folded: UnsafeBufferPointer<UInt8>) {
    self.number = number
    self.strings = strings
    switch rule.test {
    case .removeMatches: (kind, bounds, dropsDocument) = (.removeMatches, Bounds(), false)
    case .measure(let metric, let bounds, let action, _, _):
      (kind, self.bounds, dropsDocument) = (.measure(metric), bounds, action == .dropDocument)
    }
    next = strings?.map { ByteSearch.first($0, in: folded, 0..<folded.count) ?? .max } ?? []
  }

  /// Whether a line of the text as it stands may fail: one of the rule's strings is in it, or the rule looks for none.
  var mayFail: Bool { strings == nil || next.contains { $0 < .max } }

  /// Strings (folded) without which a line passes the rule; nil: every line has to be measured.
  /// - Parameter hidesLetters: of the text (`CaseFolding.hidesLetters`), so that patterns have to be tried.
  static func strings(of rule: LineRule, hidesLetters: Bool) -> [[UInt8]]? {
    switch rule.test {
    case .removeMatches(let pattern): return hidesLetters ? nil : pattern.requiredStrings
    case .measure(let metric, let bounds, _, let phrases, let pattern):
      guard bounds.broken(by: 0) == nil else { return nil }
      return metric == .phraseCount ? phrases : metric == .patternCount && !hidesLetters ? pattern?.requiredStrings : nil
    }
  }

  /// Whether the check would look for strings in folded text.
  static func searches(_ rule: LineRule) -> Bool {
    switch rule.test {
    case .removeMatches(let pattern): pattern.requiredStrings != nil
    case .measure(.phraseCount, _, _, _, _): true
    case .measure(.patternCount, _, _, _, let pattern): pattern?.requiredStrings != nil
    case .measure: false
    }
  }

  /// Whether the line may fail or change. Lines are asked for in order; `folded` is the text that `init` was given.
  @inline(__always)
  mutating func concerns(_ line: Range<Int>, _ folded: UnsafeBufferPointer<UInt8>) -> Bool {
    if strings == nil { return kind != .measure(.longestWord) || !bounds.allowAll(upTo: line.count) }
    return hasString(line, folded)
  }

  private mutating func hasString(_ line: Range<Int>, _ folded: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let strings else { return true }
    var found = false
    for index in next.indices {
      if next[index] < line.lowerBound {
        next[index] = ByteSearch.first(strings[index], in: folded, line.lowerBound..<folded.count) ?? .max
      }
      if next[index] < line.upperBound { found = true }
    }
    return found
  }
}

extension Bounds {
  /// Whether every number from 0 to `count` passes.
  fileprivate func allowAll(upTo count: Int) -> Bool { broken(by: 0) == nil && broken(by: Double(count)) == nil }
}
