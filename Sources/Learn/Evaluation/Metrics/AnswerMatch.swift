/// Exact match and F1 of short answers as SQuAD's scorer computes them (Rajpurkar et al. 2016).
public enum AnswerMatch {
  /// Lower case, without ASCII punctuation, articles and superfluous white space.
  static func normalized(_ answer: String) -> [String] {
    var text = String.UnicodeScalarView()
    for scalar in answer.lowercased().unicodeScalars where !(scalar.isASCII && isPunctuation(scalar.value)) {
      text.append(scalar)
    }
    return withoutArticles(String(text).unicodeScalars).split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// Articles between word boundaries become a space.
  private static func withoutArticles(_ scalars: String.UnicodeScalarView) -> String {
    var output = String.UnicodeScalarView()
    var rest = scalars[...]
    while let first = rest.first {
      let isWord = isWordPart(first)
      let run = rest.prefix { isWordPart($0) == isWord }
      if isWord, ["a", "an", "the"].contains(String(run)) { output.append(" ") } else { output.append(contentsOf: run) }
      rest = rest.dropFirst(run.count)
    }
    return String(output)
  }

  /// Python's `\w`: letters and numbers, no marks.
  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber,
      .otherNumber:
      true
    default: false
    }
  }

  private static func isPunctuation(_ value: UInt32) -> Bool {
    (0x21...0x2F).contains(value) || (0x3A...0x40).contains(value) || (0x5B...0x60).contains(value)
      || (0x7B...0x7E).contains(value)
  }

  /// Whether a reference is the answer, normalized.
  public static func isExact(_ answer: String, references: [String]) -> Bool {
    let answer = normalized(answer)
    return references.contains { normalized($0) == answer }
  }

  /// The best F1 of the bags of words over all references; two empty answers agree.
  public static func f1(_ answer: String, references: [String]) -> Double {
    references.map { f1(normalized(answer), normalized($0)) }.max() ?? 0
  }

  private static func f1(_ answer: [String], _ reference: [String]) -> Double {
    guard !answer.isEmpty, !reference.isEmpty else { return answer == reference ? 1 : 0 }
    var left: [String: Int] = [:]
    for word in reference { left[word, default: 0] += 1 }
    var common = 0
    for word in answer where left[word, default: 0] > 0 {
      left[word, default: 0] -= 1
      common += 1
    }
    guard common > 0 else { return 0 }
    let precision = Double(common) / Double(answer.count)
    let recall = Double(common) / Double(reference.count)
    return 2 * precision * recall / (precision + recall)
  }
}
