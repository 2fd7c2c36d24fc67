import Foundation

/// Corpus BLEU (Papineni et al. 2002) as sacreBLEU computes it: tokenizer 13a, 4-grams, exponential smoothing, closest reference length.
public struct BLEU: Sendable {
  public static let order = 4
  /// What sacreBLEU prints so that scores can be compared; `nrefs` is filled in by `signature(references:)`.
  public static func signature(references: Int) -> String { "nrefs:\(references)|case:mixed|eff:no|tok:13a|smooth:exp" }

  /// Matching and all n-grams, by n - 1.
  public private(set) var matches = [Int](repeating: 0, count: order)
  public private(set) var totals = [Int](repeating: 0, count: order)
  public private(set) var candidateLength = 0
  public private(set) var referenceLength = 0

  public init() {}

  /// Counts one candidate against its references (at least one).
  public mutating func add(candidate: String, references: [String]) {
    let candidate = Self.tokens(candidate)
    let references = references.map(Self.tokens)
    candidateLength += candidate.count
    // The closest length; of two equally close ones the shorter.
    referenceLength += references.map(\.count).min { (abs($0 - candidate.count), $0) < (abs($1 - candidate.count), $1) } ?? 0
    for size in 1...Self.order {
      var greatest: [ArraySlice<String>: Int] = [:]
      for reference in references {
        for (gram, count) in Self.grams(reference, size) { greatest[gram] = max(greatest[gram] ?? 0, count) }
      }
      for (gram, count) in Self.grams(candidate, size) {
        matches[size - 1] += min(count, greatest[gram] ?? 0)
        totals[size - 1] += count
      }
    }
  }

  public mutating func add(_ other: BLEU) {
    for size in 0..<Self.order {
      matches[size] += other.matches[size]
      totals[size] += other.totals[size]
    }
    candidateLength += other.candidateLength
    referenceLength += other.referenceLength
  }

  /// From 0 to 100.
  public var score: Double {
    guard matches.contains(where: { $0 > 0 }) else { return 0 }
    var halving = 1.0
    var sum = 0.0
    for size in 0..<Self.order {
      guard totals[size] > 0 else { return 0 }
      if matches[size] == 0 { halving *= 2 }
      let precision = matches[size] > 0 ? Double(matches[size]) / Double(totals[size]) : 1 / (halving * Double(totals[size]))
      sum += log(100 * precision)
    }
    let brevity = candidateLength < referenceLength ? exp(1 - Double(referenceLength) / Double(candidateLength)) : 1
    return brevity * exp(sum / Double(Self.order))
  }

  private static func grams(_ tokens: [String], _ size: Int) -> [ArraySlice<String>: Int] {
    var counts: [ArraySlice<String>: Int] = [:]
    guard tokens.count >= size else { return counts }
    for start in 0...(tokens.count - size) { counts[tokens[start..<start + size], default: 0] += 1 }
    return counts
  }

  // MARK: Tokenizer 13a

  /// mteval-v13a: punctuation stands alone, except a period or comma between digits, and a hyphen only after a digit.
  static func tokens(_ text: String) -> [String] {
    var text = text.replacing("<skipped>", with: "")
    // Python's rstrip comes before the tokenizer.
    while text.last?.isWhitespace == true { text.removeLast() }
    text = text.replacing("-\n", with: "").replacing("\n", with: " ")
    if text.contains("&") {
      for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        text = text.replacing(entity, with: character)
      }
    }
    var scalars = Array(" \(text) ".unicodeScalars)
    scalars = scalars.flatMap { isolated.contains($0.value) ? [" ", $0, " "] : [$0] }
    scalars = pairs(scalars) { !isDigit($0) && isPoint($1) ? [$0, " ", $1, " "] : nil }
    scalars = pairs(scalars) { isPoint($0) && !isDigit($1) ? [" ", $0, " ", $1] : nil }
    scalars = pairs(scalars) { isDigit($0) && $1 == "-" ? [$0, " ", $1, " "] : nil }
    return scalars.split(whereSeparator: { $0.properties.isWhitespace || (0x1C...0x1F).contains($0.value) }).map { part in
      var token = String.UnicodeScalarView()
      token.append(contentsOf: part)
      return String(token)
    }
  }

  /// `{` to `~`, `[` to the grave accent, space to `&`, `(` to `+`, `:` to `@`, and `/`.
  private static let isolated: Set<UInt32> = Set(
    [0x7B...0x7E, 0x5B...0x60, 0x20...0x26, 0x28...0x2B, 0x3A...0x40, 0x2F...0x2F].joined())

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  private static func isPoint(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

  /// Replaces pairs of neighbours from left to right, each scalar in one pair at most.
  private static func pairs(
    _ scalars: [Unicode.Scalar], _ replacement: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]?
  ) -> [Unicode.Scalar] {
    var output: [Unicode.Scalar] = []
    var index = 0
    while index < scalars.count {
      if index + 1 < scalars.count, let pair = replacement(scalars[index], scalars[index + 1]) {
        output += pair
        index += 2
      } else {
        output.append(scalars[index])
        index += 1
      }
    }
    return output
  }
}
