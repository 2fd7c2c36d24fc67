import CRE2
import Documents

/// A compiled RE2 pattern: no backtracking, time linear in the text.
///
/// `\w`, `\d`, `\s` and `\b` know ASCII only. RE2 has no look-around: check what stands beside a match in code.
///
/// `@unchecked Sendable`: an `RE2` object is immutable after construction and documented as thread-safe.
package final class Pattern: @unchecked Sendable {
  private let raw: OpaquePointer
  package let groupCount: Int
  /// Every match, its letters in lower case, holds one of these strings of ASCII; nil when it may hold none. (`CaseFolding` leaves two
  /// scalars alone whose lower case is in ASCII: `CaseFolding.hidesLetters`.)
  package let requiredStrings: [[UInt8]]?

  /// - Throws: a `Diagnostic` with RE2's message when the pattern does not compile.
  package init(_ pattern: String, caseSensitive: Bool = true, maximumMemory: Int64 = 16 << 20) throws(Diagnostic) {
    var message = [CChar](repeating: 0, count: 256)
    guard
      let raw = cre2_new(pattern, pattern.utf8.count, caseSensitive, maximumMemory, &message, message.count)
    else {
      throw Diagnostic("bad-pattern", "pattern '\(pattern)' does not compile: \(text(of: message))")
    }
    self.raw = raw
    groupCount = Int(cre2_group_count(raw))
    requiredStrings = Self.requiredStrings(of: pattern, caseSensitive: caseSensitive)
  }

  deinit { cre2_free(raw) }

  private static func requiredStrings(of pattern: String, caseSensitive: Bool) -> [[UInt8]]? {
    var strings: [[UInt8]] = []
    let isKnown = withUnsafeMutablePointer(to: &strings) { strings in
      cre2_required_strings(pattern, pattern.utf8.count, caseSensitive, strings) { context, string, length in
        guard let strings = context?.assumingMemoryBound(to: [[UInt8]].self), let string else { return }
        strings.pointee.append(Array(UnsafeRawBufferPointer(start: string, count: length)))
      }
    }
    return isKnown && strings.allSatisfy({ $0.allSatisfy { $0 < 0x80 } }) ? strings : nil
  }

  /// The leftmost match that starts at or after `offset`, in byte offsets of `text`. Bytes before `offset` count for `^` and `\b`.
  package func firstMatch(in text: UnsafeBufferPointer<UInt8>, from offset: Int = 0) -> Range<Int>? {
    guard offset <= text.count else { return nil }
    var bounds: (Int64, Int64) = (-1, -1)
    let found = withUnsafeMutableBytes(of: &bounds) { pair in
      cre2_find(raw, characters(of: text), text.count, offset, pair.baseAddress?.assumingMemoryBound(to: Int64.self), 1)
    }
    return found ? Int(bounds.0)..<Int(bounds.1) : nil
  }

  /// The ranges of all groups of the leftmost match, group 0 (the whole match) first; nil for a group that took no part.
  package func firstGroups(in text: UnsafeBufferPointer<UInt8>, from offset: Int = 0) -> [Range<Int>?]? {
    guard offset <= text.count else { return nil }
    let count = min(groupCount + 1, 16)
    var bounds = [Int64](repeating: -1, count: 2 * count)
    let found = cre2_find(raw, characters(of: text), text.count, offset, &bounds, Int32(count))
    guard found else { return nil }
    return (0..<count).map { bounds[2 * $0] < 0 ? nil : Int(bounds[2 * $0])..<Int(bounds[2 * $0 + 1]) }
  }
}

/// Up to 64 patterns searched in one pass: says which occur, not where.
///
/// `@unchecked Sendable`: compiled once in `init`, immutable and thread-safe afterwards.
package final class PatternSet: @unchecked Sendable {
  private let raw: OpaquePointer
  private let everyPattern: UInt64

  package init(_ patterns: [String], caseSensitive: Bool = true, maximumMemory: Int64 = 32 << 20) throws(Diagnostic) {
    precondition(patterns.count <= 64)
    guard let raw = cre2_set_new(caseSensitive, maximumMemory) else {
      throw Diagnostic("out-of-memory", "no memory for a set of \(patterns.count) patterns")
    }
    self.raw = raw
    everyPattern = patterns.count == 64 ? .max : (1 << UInt64(patterns.count)) - 1
    var message = [CChar](repeating: 0, count: 256)
    for pattern in patterns where cre2_set_add(raw, pattern, pattern.utf8.count, &message, message.count) < 0 {
      throw Diagnostic("bad-pattern", "pattern '\(pattern)' does not compile: \(text(of: message))")
    }
    guard cre2_set_compile(raw) else {
      throw Diagnostic("bad-pattern", "the set of \(patterns.count) patterns needs more than \(maximumMemory) bytes")
    }
  }

  deinit { cre2_set_free(raw) }

  /// Bit i is set when pattern i may match; every bit when RE2 ran out of memory for this text, so a set bit is a reason to look.
  package func candidates(in text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var failed = false
    let mask = cre2_set_match(raw, characters(of: text), text.count, &failed)
    return failed ? everyPattern : mask
  }
}

private func text(of message: [CChar]) -> String {
  String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func characters(of text: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar>? {
  UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self)
}
