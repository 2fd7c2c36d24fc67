import Documents
import Foundation

/// When a term of a lexicon is not meant as the lexicon has it: what stands around it.
public struct TermContext: Sendable, Hashable {
  public struct Phrase: Sendable, Hashable {
    /// Lower-case.
    public let text: String
    /// It may go on.
    public let isPrefix: Bool
  }

  /// The hit does not count when one of these is near it: `unless:`. For names, idioms, and speech about the word.
  public var unless: [Phrase] = []
  /// The hit does not count when one of these is anywhere in the text: `unless-text:`. For words with two meanings: a text has one of them
  /// (Gale, Church and Yarowsky 1992, "One sense per discourse").
  public var unlessInText: [Phrase] = []
  /// The hit counts only when one of these is near it: `only-near:`. For words that are harmless by themselves.
  public var onlyNear: [Phrase] = []

  /// Characters between a hit and what is near it, at most; both are on one line.
  public static let reach = 60

  public init() {}

  /// Reads `unless: a|b*; only-near: @group|c`.
  /// - Throws: `bad-context`, with the nearest name.
  init(_ written: String, _ groups: [String: [Phrase]]) throws(Diagnostic) {
    for clause in written.split(separator: ";") {
      guard let colon = clause.firstIndex(of: ":") else {
        throw Diagnostic("bad-context", "'\(clause)' has no ':'", fix: "write 'unless: phrase|phrase'")
      }
      let name = String(clause[..<colon].withoutOuterWhiteSpace)
      let phrases = try Self.phrases(String(clause[clause.index(after: colon)...]), groups)
      switch name {
      case "unless": unless += phrases
      case "unless-text": unlessInText += phrases
      case "only-near": onlyNear += phrases
      default:
        let names = ["unless", "unless-text", "only-near"]
        let nearest = nearestName(to: name, among: names).map { "did you mean '\($0)'? " } ?? ""
        throw Diagnostic("bad-context", "unknown context '\(name)'", fix: nearest + "one of \(names.joined(separator: ", "))")
      }
    }
  }

  /// Phrases with `|` between them; `@name` stands for those of a group.
  static func phrases(_ written: String, _ groups: [String: [Phrase]]) throws(Diagnostic) -> [Phrase] {
    var result: [Phrase] = []
    for part in written.split(separator: "|") {
      let text = String(part.withoutOuterWhiteSpace)
      if text.hasPrefix("@") {
        guard let group = groups[text] else {
          throw Diagnostic("bad-context", "there is no group '\(text)' above", fix: "define it: \(text), a tab, phrase|phrase")
        }
        result += group
      } else {
        let term = try TermFile.term(text)
        result.append(Phrase(text: term.text, isPrefix: term.isPrefix))
      }
    }
    if result.isEmpty { throw Diagnostic("bad-context", "a context without a phrase") }
    return result
  }
}

/// The contexts of a lexicon's terms, ready to be looked for: one pass over a text that has hits with a context.
struct ContextRules: Sendable {
  private struct Rule: Sendable {
    var unless: Set<Int>
    var unlessInText: Set<Int>
    var onlyNear: Set<Int>
    var isEmpty: Bool { unless.isEmpty && unlessInText.isEmpty && onlyNear.isEmpty }
  }

  /// By place of the term.
  private let rules: [Rule]
  private let phrases: TermMatcher
  /// Bytes.
  private let longestPhrase: Int

  init(_ contexts: [TermContext]) {
    let all = Set(contexts.flatMap { $0.unless + $0.unlessInText + $0.onlyNear })
    let sorted = all.sorted { ($0.text, $0.isPrefix ? 1 : 0) < ($1.text, $1.isPrefix ? 1 : 0) }
    let places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    func numbers(_ phrases: [TermContext.Phrase]) -> Set<Int> { Set(phrases.compactMap { places[$0] }) }
    rules = contexts.map {
      Rule(unless: numbers($0.unless), unlessInText: numbers($0.unlessInText), onlyNear: numbers($0.onlyNear))
    }
    longestPhrase = sorted.map(\.text.utf8.count).max() ?? 0
    phrases = TermMatcher(sorted.map { .init(text: $0.text, isPrefix: $0.isPrefix) })
  }

  /// Removes hits whose context says that they do not count.
  /// - Parameters:
  ///   - folded: the text in lower case.
  ///   - found: replaced by the phrases in it.
  func removeExcused(_ hits: inout [TermMatcher.Hit], in folded: [UInt8], _ found: inout [TermMatcher.Hit]) {
    guard hits.contains(where: { !rules[$0.term].isEmpty }) else { return }
    phrases.findAll(in: folded, hits: &found)
    found.sort { ($0.range.lowerBound, $0.term) < ($1.range.lowerBound, $1.term) }
    let inText = Set(found.map(\.term))
    hits.removeAll { hit in
      let rule = rules[hit.term]
      if rule.isEmpty { return false }
      if !rule.unlessInText.isDisjoint(with: inText) || isNear(hit, rule.unless, found, folded) { return true }
      return !rule.onlyNear.isEmpty && !isNear(hit, rule.onlyNear, found, folded)
    }
  }

  /// - Parameter found: by place, so that only those around the hit are looked at.
  private func isNear(_ hit: TermMatcher.Hit, _ numbers: Set<Int>, _ found: [TermMatcher.Hit], _ text: [UInt8]) -> Bool {
    guard !numbers.isEmpty else { return false }
    let reach = 4 * TermContext.reach
    let first = hit.range.lowerBound - reach - longestPhrase
    var (low, high) = (0, found.count)
    while low < high {
      let middle = (low + high) / 2
      if found[middle].range.lowerBound < first { low = middle + 1 } else { high = middle }
    }
    while low < found.count, found[low].range.lowerBound <= hit.range.upperBound + reach {
      if numbers.contains(found[low].term), Self.isNear(found[low].range, hit.range, text) { return true }
      low += 1
    }
    return false
  }

  /// On one line, with at most `TermContext.reach` characters between them.
  private static func isNear(_ one: Range<Int>, _ other: Range<Int>, _ text: [UInt8]) -> Bool {
    let (from, to) = (min(one.upperBound, other.upperBound), max(one.lowerBound, other.lowerBound))
    guard from < to else { return true }
    // A character has at most four bytes.
    guard to - from <= 4 * TermContext.reach else { return false }
    var characters = 0
    for byte in text[from..<to] {
      if byte == 0x0A { return false }
      if byte & 0xC0 != 0x80 { characters += 1 }
    }
    return characters <= TermContext.reach
  }
}
