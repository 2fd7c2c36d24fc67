import Curation
import Documents
import Testing

/// Tokens that follow an edit are those of the edited text.
@Suite struct TextTokensTests {
  private static let pieces = [
    "a", "the", " ", "  ", "\t", "\r", "don't", "2.5", "1,000", "A.", "漢字", "カナ", "ไทย", "e\u{301}", "\u{301}", "\u{200D}", "\u{202F}",
    "\u{A0}", "\u{2028}", "\u{85}", "🇩🇪", "🙂", "_", "'", "\u{FEFF}", "。", "שׁ\"ל", "ab\u{AD}c",
  ]

  private func edited(_ lines: [String], keeps: (Int) -> (line: Range<Int>, isRewritten: Bool)?, _ definition: MetricDefinition) {
    let text = Array(lines.joined(separator: "\n").utf8)
    var tokens = TextTokens(), output: [UInt8] = [], fresh = TextTokens()
    text.withUnsafeBufferPointer { text in
      tokens.load(text, definition)
      tokens.beginEdit()
      var start = 0
      for (number, line) in lines.enumerated() {
        let whole = start..<start + line.utf8.count
        start = whole.upperBound + 1
        guard let kept = keeps(number) else { continue }
        if !output.isEmpty { output.append(0x0A) }
        let range = whole.lowerBound + kept.line.lowerBound..<whole.lowerBound + kept.line.upperBound
        if kept.isRewritten {
          let line = text[range].filter { $0 != UInt8(ascii: "e") }
          line.withUnsafeBufferPointer { tokens.replace($0, at: output.count, definition) }
          output += line
        } else {
          tokens.keep(range, of: whole, in: text, at: output.count, definition)
          output += text[range]
        }
      }
      tokens.endEdit(isChanged: true)
    }
    output.withUnsafeBufferPointer {
      tokens.load($0, definition)
      fresh.load($0, definition)
    }
    #expect(tokens.all == fresh.all, "\(definition.id) \(lines.debugDescription) -> \(String(decoding: output, as: UTF8.self).debugDescription)")
  }

  @Test("lines removed, trimmed and rewritten at random", arguments: MetricDefinition.all.map(\.id))
  func follow(_ id: String) throws {
    let definition = try #require(MetricDefinition.all.first { $0.id == id })
    var random = SeededRandom(seed: 11)
    for _ in 0..<1500 {
      let lines = (0..<Int(random.next(below: 6))).map { _ in
        (0..<Int(random.next(below: 7))).map { _ in Self.pieces[Int(random.next(below: UInt64(Self.pieces.count)))] }.joined()
      }
      let choices = lines.map { _ in random.next(below: 5) }
      edited(
        lines,
        keeps: { number in
          let line = Array(lines[number].utf8)
          let trimmed = line.withUnsafeBufferPointer { LineShape.trimmed($0, 0..<line.count, ScalarClass.table) }
          return switch choices[number] {
          case 0: nil
          case 1: (0..<line.count, true)
          case 2: (trimmed, false)
          default: (0..<line.count, false)
          }
        }, definition)
    }
  }

  @Test("an edit that changes nothing leaves the tokens; another text has its own")
  func forget() {
    var tokens = TextTokens()
    func words(_ text: String) -> [Int] {
      Array(text.utf8).withUnsafeBufferPointer { tokens.load($0, .winnow) }
      return tokens.all.map(\.characters)
    }
    #expect(words("one three") == [3, 5])
    tokens.beginEdit()
    tokens.endEdit(isChanged: false)
    #expect(words("one three") == [3, 5])
    tokens.forget()
    #expect(words("to") == [2])
  }
}
