import Documents
import Foundation

/// tiktoken's rank files: one line a token, `base64(bytes) SPACE rank LF`, by ascending rank. Rank is id and merge priority in one.
extension BytePairModel {
  /// The tokens as a rank file. Special tokens are left out: tiktoken takes them as arguments.
  ///
  /// - Throws: `unsupported` when ids do not ascend in the order of the merges, so that a rank cannot stand for both.
  public func tiktokenRanks() throws(Diagnostic) -> [UInt8] {
    let ids = idsByBytes()
    var previous: UInt32 = 0
    for merge in merges {
      let id = ids[tokens[Int(merge.left)] + tokens[Int(merge.right)]] ?? 0
      guard id >= previous else {
        throw Diagnostic("unsupported", "a rank file needs ids in the order of merges; the token \(id) is merged out of order")
      }
      previous = id
    }
    let special = Set(specialTokens.map(\.id))
    var output: [UInt8] = []
    for (id, token) in tokens.enumerated() where !token.isEmpty && !special.contains(UInt32(id)) {
      output += Data(token).base64EncodedData()
      output += " \(id)\n".utf8
    }
    return output
  }

  /// Reads a rank file. Merges are found again by splitting each token with the merges of lower rank.
  ///
  /// tiktoken emits a word that is a token whole, so does the result.
  /// - Throws: `invalid-tokenizer` for a malformed line, a rank given twice, or a token that no merge of two others makes.
  public init(
    tiktokenRanks bytes: UnsafeRawBufferPointer, pattern: SplitPattern, specialTokens: [SpecialToken] = []
  ) throws(Diagnostic) {
    var ranks: [(token: [UInt8], rank: UInt32)] = []
    for (index, line) in bytes.split(separator: 0x0A).enumerated() {
      let fields = line.split(separator: 0x20)
      guard fields.count == 2, let token = Data(base64Encoded: Data(fields[0])), !token.isEmpty,
        let rank = UInt32(String(decoding: fields[1], as: UTF8.self)), rank < 1 << 24
      else { throw Diagnostic("invalid-tokenizer", "line \(index + 1) is not 'base64 rank'") }
      ranks.append((Array(token), rank))
    }
    ranks.sort { $0.rank < $1.rank }
    let size = Int(max(ranks.last?.rank ?? 0, specialTokens.map(\.id).max() ?? 0)) + 1
    guard !ranks.isEmpty, size < 16 * ranks.count + 65536 else {
      throw Diagnostic("invalid-tokenizer", "no ranks, or large gaps between them")
    }
    var tokens = [[UInt8]](repeating: [], count: size)
    for (token, rank) in ranks {
      guard tokens[Int(rank)].isEmpty else { throw Diagnostic("invalid-tokenizer", "the rank \(rank) is given twice") }
      tokens[Int(rank)] = token
    }
    for special in specialTokens {
      guard tokens[Int(special.id)].isEmpty else {
        throw Diagnostic("invalid-tokenizer", "the special token '\(special.content)' has the id of another token")
      }
      tokens[Int(special.id)] = Array(special.content.utf8)
    }
    self.init(
      pattern: pattern, tokens: tokens, merges: try Self.merges(of: ranks), specialTokens: specialTokens, takesWholeWords: true)
  }

  private static func merges(of ranks: [(token: [UInt8], rank: UInt32)]) throws(Diagnostic) -> [Merge] {
    var byToken: [[UInt8]: UInt32] = [:]
    byToken.reserveCapacity(ranks.count)
    for (token, rank) in ranks {
      guard byToken.updateValue(rank, forKey: token) == nil else {
        throw Diagnostic("invalid-tokenizer", "a token has the ranks \(byToken[token] ?? 0) and \(rank)")
      }
    }
    var merges: [Merge] = []
    for (token, rank) in ranks where token.count > 1 {
      var parts = token.map { [$0] }
      while parts.count > 2 {
        var best: (rank: UInt32, index: Int)?
        for index in 0..<parts.count - 1 {
          if let candidate = byToken[parts[index] + parts[index + 1]], candidate < min(rank, best?.rank ?? .max) {
            best = (candidate, index)
          }
        }
        guard let best else { break }
        parts[best.index] += parts.remove(at: best.index + 1)
      }
      guard parts.count == 2, let left = byToken[parts[0]], let right = byToken[parts[1]] else {
        throw Diagnostic("invalid-tokenizer", "the token of rank \(rank) is not made by merging two tokens of lower rank")
      }
      merges.append(Merge(left, right))
    }
    return merges
  }
}
