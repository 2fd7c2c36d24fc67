import Documents
import Foundation
import Tokenization

/// Texts made to hit every branch of the split patterns and every repetition that trips pair counting.
enum Adversarial {
  static let pieces: [String] = [
    "a", "b", "e", "the", "The", "HTTP", "iPhone", "é", "ß", "ſ", "K", "ǅ", "ʰ", "ª", "ı", "İ", "ﬁ", "中", "文字", "ไทย", "हिन्दी",
    "עברית",
    "العربية", "ㅎㅏㄴ", "\u{301}", "\u{20E3}", "\u{FE0F}", "0", "7", "42", "1234567", "٣", "Ⅷ", "½", "๓",
    "'s", "'S", "'ſ", "'t", "'re", "'RE", "'ve", "'m", "'ll", "'lL", "'d", "'x", "'", "''", "’s", "'r", "'l", "'v",
    " ", "  ", "   ", "\t", "\n", "\r", "\r\n", "\n\n", " \n", "\n ", "\u{B}", "\u{C}", "\u{85}", "\u{A0}", "\u{1680}",
    "\u{2003}",
    "\u{2028}", "\u{202F}", "\u{3000}", "\u{200B}", "\u{FEFF}", "\u{1C}", "\u{180E}", "\u{0}",
    ".", ",", "!", "?!", "/", "//", "\n/", "-", "----", "=", "====", "_", "#", "(", ")", "{", "}", "\"", "€", "→", "∑", "😀",
    "👩‍👩‍👧", "🇩🇪",
    "\u{378}", "\u{10FFFF}", "\u{1D400}", "\u{1E921}", "\u{1F1E6}",
  ]

  static func text(_ random: inout SeededRandom, pieces count: Int) -> String {
    (0..<count).map { _ in pieces[Int(random.next(below: UInt64(pieces.count)))] }.joined()
  }

  /// Any bytes, most of them not valid UTF-8.
  static func bytes(_ random: inout SeededRandom, count: Int) -> [UInt8] {
    let favourites: [UInt8] = [
      0x20, 0x61, 0x27, 0x73, 0x0A, 0x80, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0xFF, 0xED, 0xA0, 0x31,
    ]
    return (0..<count).map { _ in
      random.next(below: 3) == 0
        ? UInt8(truncatingIfNeeded: random.next()) : favourites[Int(random.next(below: UInt64(favourites.count)))]
    }
  }

  /// A small corpus of words that share many pairs: few letters, long runs.
  static func repetitive(_ random: inout SeededRandom, words: Int, letters: Int, maximumLength: Int) -> String {
    (0..<words).map { _ in
      let length = 1 + Int(random.next(below: UInt64(maximumLength)))
      if random.next(below: 3) == 0 { return String(repeating: "=", count: length) }
      return String((0..<length).map { _ in Character(UnicodeScalar(UInt8(97 + random.next(below: UInt64(letters))))) })
    }.joined(separator: " ")
  }
}

extension BytePairModel {
  static func trained(
    on texts: [String], vocabularySize: Int, pattern: SplitPattern = .gpt2,
    configure: (inout BPETrainer.Options) -> Void = { _ in }
  ) throws -> BytePairModel {
    var counts = WordCounts(pattern: pattern)
    for text in texts { counts.add(Array(text.utf8)) }
    return try trained(counts, vocabularySize: vocabularySize, configure: configure)
  }

  static func trained(
    _ counts: WordCounts, vocabularySize: Int, configure: (inout BPETrainer.Options) -> Void
  ) throws -> BytePairModel {
    var options = BPETrainer.Options(vocabularySize: vocabularySize)
    configure(&options)
    return try BPETrainer(options).train(on: counts)
  }
}

/// English and German enough to learn words from.
let sampleText = """
  The quick brown fox jumps over the lazy dog. The dog didn't mind; it's used to foxes, and they're used to it.
  Der schnelle braune Fuchs springt über den faulen Hund. 1234567 Füchse kosten 89,90 € im Jahr 2024.
  def train(self, words): return {word: count for word, count in words.items() if count >= self.minimum}

  Les renards n'ont pas peur des chiens. 狐狸跳过懒狗。 Лиса прыгает через ленивую собаку. The end of the text.

  """
