/// ROUGE (Lin 2004) as Google's `rouge_score` computes it, without stemming: N-grams, longest common subsequence, and its union
/// over sentences (Lsum; one sentence a line). Only ASCII letters and digits count, so other scripts score 0.
public enum ROUGE {
  public struct Score: Sendable, Hashable {
    public var precision: Double
    public var recall: Double
    /// Harmonic mean, 0 when both are 0.
    public var f1: Double

    init(matches: Int, candidate: Int, reference: Int) {
      precision = candidate > 0 ? Double(matches) / Double(candidate) : 0
      recall = reference > 0 ? Double(matches) / Double(reference) : 0
      f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }
  }

  /// - Parameter size: of the n-grams, at least 1.
  public static func grams(candidate: String, reference: String, size: Int) -> Score {
    let candidate = counts(tokens(candidate), size)
    let reference = counts(tokens(reference), size)
    let matches = reference.reduce(0) { $0 + min($1.value, candidate[$1.key] ?? 0) }
    return Score(
      matches: matches, candidate: candidate.values.reduce(0, +), reference: reference.values.reduce(0, +))
  }

  public static func longest(candidate: String, reference: String) -> Score {
    let candidate = tokens(candidate)
    let reference = tokens(reference)
    return Score(
      matches: common(reference, candidate).count, candidate: candidate.count, reference: reference.count)
  }

  public static func longestOfSummary(candidate: String, reference: String) -> Score {
    let candidates = sentences(candidate)
    let references = sentences(reference)
    var left = counts(candidates.flatMap { $0 }, 1)
    var wanted = counts(references.flatMap { $0 }, 1)
    var matches = 0
    for sentence in references {
      let union = Set(candidates.flatMap { common(sentence, $0) })
      for index in union.sorted() {
        let token = [sentence[index]][...]
        guard let available = left[token], available > 0, let open = wanted[token], open > 0 else { continue }
        left[token] = available - 1
        wanted[token] = open - 1
        matches += 1
      }
    }
    return Score(
      matches: matches, candidate: candidates.reduce(0) { $0 + $1.count }, reference: references.reduce(0) { $0 + $1.count })
  }

  private static func sentences(_ text: String) -> [[String]] { text.split(separator: "\n").map { tokens(String($0)) } }

  /// Runs of ASCII letters and digits, in lower case.
  static func tokens(_ text: String) -> [String] {
    text.lowercased().unicodeScalars.split { !(("a"..."z").contains($0) || ("0"..."9").contains($0)) }.map { String($0) }
  }

  private static func counts(_ tokens: [String], _ size: Int) -> [ArraySlice<String>: Int] {
    var counts: [ArraySlice<String>: Int] = [:]
    guard tokens.count >= size else { return counts }
    for start in 0...(tokens.count - size) { counts[tokens[start..<start + size], default: 0] += 1 }
    return counts
  }

  /// Places in `first` of a longest common subsequence, ascending. Of equally long ones that of `rouge_score`, found from the ends.
  private static func common(_ first: [String], _ second: [String]) -> [Int] {
    let width = second.count + 1
    var table = [Int32](repeating: 0, count: (first.count + 1) * width)
    for (row, token) in first.enumerated() {
      for (column, other) in second.enumerated() {
        let at = (row + 1) * width + column + 1
        table[at] = token == other ? table[at - width - 1] + 1 : max(table[at - width], table[at - 1])
      }
    }
    var places: [Int] = []
    var (row, column) = (first.count, second.count)
    while row > 0, column > 0 {
      let at = row * width + column
      if first[row - 1] == second[column - 1] {
        places.append(row - 1)
        row -= 1
        column -= 1
      } else if table[at - 1] > table[at - width] {
        column -= 1
      } else {
        row -= 1
      }
    }
    return places.reversed()
  }
}
