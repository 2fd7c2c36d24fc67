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

  /// - Returns: nil when no line of the text can fail: none of the rule's strings is in it.
  /// - Parameter hidesLetters: of the text (`CaseFolding.hidesLetters`), so that patterns have to be tried.
  init?(_ rule: LineRule, number: Int, folded: UnsafeBufferPointer<UInt8>, hidesLetters: Bool) {
    self.number = number
    next = []
    switch rule.test {
    case .removeMatches(let pattern):
      (kind, bounds, dropsDocument) = (.removeMatches, Bounds(), false)
      strings = hidesLetters ? nil : pattern.requiredStrings
    case .measure(let metric, let bounds, let action, let phrases, let pattern):
      (kind, self.bounds, dropsDocument) = (.measure(metric), bounds, action == .dropDocument)
      let searched = metric == .phraseCount ? phrases : metric == .patternCount && !hidesLetters ? pattern?.requiredStrings : nil
      strings = bounds.broken(by: 0) == nil ? searched : nil
    }
    guard let strings else { return }
    next = strings.map { ByteSearch.first($0, in: folded, 0..<folded.count) ?? .max }
    if next.allSatisfy({ $0 == .max }) { return nil }
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
