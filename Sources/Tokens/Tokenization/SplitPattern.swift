/// How text is cut into words before byte pairs are merged inside them. Each pattern is the function of a published regular
/// expression, computed by a hand-written scanner over bytes.
///
/// The words of a text are contiguous and cover it: joined, they are the text. Invalid UTF-8 is accepted: each byte that belongs to no
/// well-formed character counts as one symbol character (it is in none of `\p{L}`, `\p{N}`, `\s`).
public enum SplitPattern: String, Sendable, CaseIterable {
  /// GPT-2 (tiktoken `gpt2`, `r50k_base`; Hugging Face `ByteLevel` with `use_regex`).
  case gpt2
  /// GPT-4 and Llama 3 (tiktoken `cl100k_base`).
  case cl100k
  /// Qwen 2: `cl100k` with single digits. Qwen's own tokenizer also normalizes to NFC first; this splits what it is given.
  case qwen2
  /// GPT-4o (tiktoken `o200k_base`): words split at changes of case, contractions stay with their word.
  case o200k

  /// Also knows the names `llama3` and `gpt4` (= cl100k) and `gpt4o` (= o200k).
  public init?(name: String) {
    switch name {
    case "llama3", "gpt4": self = .cl100k
    case "gpt4o": self = .o200k
    case "r50k": self = .gpt2
    default: self.init(rawValue: name)
    }
  }

  /// The names `init(name:)` knows.
  public static let names = allCases.map(\.rawValue) + ["gpt4", "gpt4o", "llama3", "r50k"]

  /// The expression as Hugging Face's tokenizer files state it.
  public var regularExpression: String {
    let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
    func words(digits: String) -> String {
      contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces
    }
    switch self {
    case .gpt2: return #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    case .cl100k: return words(digits: #"\p{N}{1,3}"#)
    case .qwen2: return words(digits: #"\p{N}"#)
    case .o200k:
      let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
      let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
      let prefix = #"[^\r\n\p{L}\p{N}]?"#
      return [
        prefix + upper + "*" + lower + "+" + contractions + "?",
        prefix + upper + "+" + lower + "*" + contractions + "?",
        #"\p{N}{1,3}"#, #" ?[^\s\p{L}\p{N}]+[\r\n/]*"#, spaces,
      ].joined(separator: "|")
    }
  }

  /// The byte ranges of the words of `text`, in order: adjacent and without gaps.
  public func words(in text: [UInt8]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    text.withUnsafeBytes { raw in forEachWord(in: raw) { start, end in result.append(start..<end) } }
    return result
  }

  /// Calls `body` with the start and end of each word, in order.
  @inline(__always)
  func forEachWord(in text: UnsafeRawBufferPointer, _ body: (Int, Int) -> Void) {
    let scanner = CharacterScanner(text)
    var start = 0
    switch self {
    case .gpt2:
      while start < scanner.count {
        let end = scanner.gpt2WordEnd(start)
        body(start, end)
        start = end
      }
    case .cl100k, .qwen2:
      let digits = self == .cl100k ? 3 : 1
      while start < scanner.count {
        let end = scanner.cl100kWordEnd(start, maximumDigits: digits)
        body(start, end)
        start = end
      }
    case .o200k:
      while start < scanner.count {
        let end = scanner.o200kWordEnd(start)
        body(start, end)
        start = end
      }
    }
  }
}
