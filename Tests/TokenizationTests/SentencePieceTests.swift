import Documents
import Foundation
import TestSupport
import Testing
import Tokenization

@Suite("SentencePiece models")
struct SentencePieceTests {
  /// Writes protocol-buffer messages for the tests.
  private struct Message {
    var bytes: [UInt8] = []

    private mutating func variable(_ value: UInt64) {
      var rest = value
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }

    mutating func number(_ field: UInt64, _ value: UInt64) {
      variable(field << 3)
      variable(value)
    }
    mutating func data(_ field: UInt64, _ value: [UInt8]) {
      variable(field << 3 | 2)
      variable(UInt64(value.count))
      bytes += value
    }
    mutating func float(_ field: UInt64, _ value: Float) {
      variable(field << 3 | 5)
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }
  }

  private typealias Entry = (text: String, score: Float, kind: UInt64)

  private func file(
    _ entries: [Entry], algorithm: UInt64, byteFallback: Bool = false, normalizer: [(UInt64, UInt64)] = [], map: [UInt8] = []
  ) -> [UInt8] {
    var model = Message()
    for entry in entries {
      var piece = Message()
      piece.data(1, Array(entry.text.utf8))
      piece.float(2, entry.score)
      piece.number(3, entry.kind)
      model.data(1, piece.bytes)
    }
    var trainer = Message()
    trainer.number(3, algorithm)
    trainer.number(35, byteFallback ? 1 : 0)
    model.data(2, trainer.bytes)
    var settings = Message()
    if !map.isEmpty { settings.data(2, map) }
    for (field, value) in normalizer { settings.number(field, value) }
    model.data(3, settings.bytes)
    return model.bytes
  }

  private func tokenizer(_ bytes: [UInt8]) throws -> SentencePieceTokenizer {
    try SentencePieceTokenizer(bytes.withUnsafeBytes { try SentencePieceModel($0) })
  }

  private let bytePairs: [Entry] = [
    ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("\u{2581}", -9, 1), ("a", -10, 1), ("b", -11, 1), ("c", -12, 1),
    ("ab", -1, 1),
    ("bc", -0.5, 1), ("\u{2581}a", -2, 1), ("abc", -3, 1), ("<sep>", 0, 4), ("aa", -4, 5), ("aab", -5, 1),
  ]

  @Test(
    "BPE merges the pair of the best score, leftmost first; unknown neighbours are one",
    arguments: [
      ("abc", ["\u{2581}a", "bc"]), ("  ab  ab ", ["\u{2581}", "ab", "\u{2581}", "ab"]), ("xyz", ["\u{2581}", "<unk>"]),
      ("c<sep>bc", ["\u{2581}", "c", "<sep>", "bc"]), ("aaab", ["\u{2581}a", "aab"]), ("", []), ("   ", []),
    ])
  func mergesByScore(text: String, expected: [String]) throws {
    let tokenizer = try tokenizer(file(bytePairs, algorithm: 2))
    #expect(tokenizer.encode(Array(text.utf8)).map { tokenizer.name(of: $0) } == expected)
  }

  @Test("an unused piece is taken apart again")
  func resegmentsUnused() throws {
    let tokenizer = try tokenizer(file(bytePairs, algorithm: 2, normalizer: [(3, 0)]))
    #expect(tokenizer.encode(Array("aa".utf8)).map { tokenizer.name(of: $0) } == ["a", "a"])
  }

  @Test("bytes stand for the unknown", arguments: [UInt64(1), 2])
  func fallsBackToBytes(algorithm: UInt64) throws {
    let bytes: [Entry] = (0..<256).map { (String(format: "<0x%02X>", $0), 0, 6) }
    let tokenizer = try tokenizer(file(bytePairs + bytes, algorithm: algorithm, byteFallback: true))
    let text = Array("ab é a".utf8)
    let ids = tokenizer.encode(text)
    #expect(ids.map { tokenizer.name(of: $0) }.contains("<0xC3>"))
    #expect(try tokenizer.decode(ids, leavingOutSpecialTokens: true) == text)
    #expect(throws: Diagnostic.self) { try self.tokenizer(file(bytePairs, algorithm: algorithm, byteFallback: true)) }
  }

  @Test("Unigram cuts by the best sum")
  func cutsByScore() throws {
    let tokenizer = try tokenizer(file(bytePairs, algorithm: 1, normalizer: [(3, 0)]))
    // ab + c = -13, a + bc = -10.5, abc = -3
    #expect(tokenizer.encode(Array("abc".utf8)).map { tokenizer.name(of: $0) } == ["abc"])
    #expect(tokenizer.encode(Array("bcbc".utf8)).map { tokenizer.name(of: $0) } == ["bc", "bc"])
  }

  @Test(
    "user-defined pieces win, and the longer of them",
    arguments: [("abc", ["abc"]), ("abcd", ["abc", "d"]), ("ab", ["ab"]), ("a", ["a"]), ("dabd", ["d", "ab", "d"])])
  func prefersUserDefined(text: String, expected: [String]) throws {
    let pieces: [Entry] = [
      ("<unk>", 0, 2), ("a", 0, 4), ("b", 0, 4), ("c", -0.001, 1), ("d", -0.001, 1), ("bcd", -0.001, 1), ("ab", 0, 4),
      ("abc", 0, 4),
    ]
    let tokenizer = try tokenizer(file(pieces, algorithm: 1, normalizer: [(3, 0)]))
    #expect(tokenizer.encode(Array(text.utf8)).map { tokenizer.name(of: $0) } == expected)
  }

  @Test("in a long text the end is cut as finely as the beginning")
  func keepsPrecision() throws {
    let pieces: [Entry] = [("<unk>", 0, 2), ("a", -10, 1), ("b", -9.99, 1), ("ab", -20, 1)]
    let tokenizer = try tokenizer(file(pieces, algorithm: 1, normalizer: [(3, 0)]))
    let count = 100_000
    let ids = tokenizer.encode(Array(repeatElement(Array("ab".utf8), count: count).joined()))
    #expect(ids == Array(repeatElement([1, 2], count: count).joined()))
  }

  @Test("a damaged model is refused or encodes; it never crashes")
  func survivesDamage() throws {
    // A trie of one unit with no match, and one replacement.
    let map: [UInt8] = [4, 0, 0, 0, 0, 4, 0, 0, 0x61, 0]
    let intact = file(bytePairs, algorithm: 1, map: map)
    _ = try tokenizer(intact).encode(Array("abc".utf8))
    var random = SeededRandom(seed: 71)
    for round in 0..<2000 {
      var damaged = round % 2 == 0 ? intact : Array(intact[..<Int(random.next(below: UInt64(intact.count)))])
      for _ in 0..<3 where !damaged.isEmpty {
        damaged[Int(random.next(below: UInt64(damaged.count)))] = UInt8(truncatingIfNeeded: random.next())
      }
      _ = try? tokenizer(damaged).encode(Array("ab cab \u{FFFD}".utf8))
    }
  }

  @Test(
    "what is no model says why",
    arguments: [([], "invalid-tokenizer"), ([0x0A, 0x7F], "damaged-file"), ([0x0B], "damaged-file"), ([0xFF], "damaged-file")]
      as [([UInt8], String)])
  func refusesOthers(bytes: [UInt8], code: String) {
    let error = #expect(throws: Diagnostic.self) { try tokenizer(bytes) }
    #expect(error?.code == code)
    #expect(throws: Diagnostic.self) { try tokenizer(file(bytePairs, algorithm: 3)) }
    #expect(throws: Diagnostic.self) { try tokenizer(file(bytePairs + bytePairs, algorithm: 1)) }
  }
}
