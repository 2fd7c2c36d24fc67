import Curation
import Documents
import Testing

/// Sieves never throw out what the plain search finds.
@Suite struct SieveTests {
  private static func randomText(_ random: inout SeededRandom, longest: UInt64) -> [UInt8] {
    let pieces = ["a", "b", "ab", " ", "\n", "cookie", "policy", "é", "漢", ".", "COOKIE", "K", "\u{212A}"]
    return (0..<Int(random.next(below: longest))).flatMap { _ in Array(pieces[Int(random.next(below: UInt64(pieces.count)))].utf8) }
  }

  @Test("a phrase that is in a text is never said to be absent, nor in what is left when lines are taken out")
  func phrases() {
    var random = SeededRandom(seed: 5)
    var sieve = PhraseSieve()
    var absent = 0
    for _ in 0..<3000 {
      let text = Self.randomText(&random, longest: 40)
      text.withUnsafeBufferPointer { sieve.load($0) }
      let left = text.split(separator: 0x0A, omittingEmptySubsequences: false).filter { _ in random.next(below: 2) == 0 }.joined(separator: [0x0A])
      for _ in 0..<6 {
        let phrase = Self.randomText(&random, longest: 4)
        guard !phrase.isEmpty, !sieve.mayHold(phrase) else { continue }
        absent += 1
        #expect(!holds(text, phrase) && !holds(Array(left), phrase))
      }
    }
    #expect(absent > 1000, "the sieve says nothing")
  }

  private func holds(_ text: [UInt8], _ phrase: [UInt8]) -> Bool {
    guard text.count >= phrase.count else { return false }
    return (0...text.count - phrase.count).contains { text[$0..<$0 + phrase.count].elementsEqual(phrase) }
  }

  @Test("of positions whose keys repeat none is lost, and of a thousand others few stay", arguments: [0, 1, 2, 50, 1000, 20_000])
  func repeats(_ count: Int) {
    var random = SeededRandom(seed: UInt64(count))
    var sieve = RepeatSieve()
    // About one key in ten occurs again.
    let keys = (0..<count).map { _ in random.next(below: 10) == 0 ? random.next(below: 16) : random.next() }
    var counts: [UInt64: Int] = [:]
    for key in keys { counts[key, default: 0] += 1 }
    var positions = Array(keys.indices)
    let kept = keys.withUnsafeBufferPointer { keys in positions.withUnsafeMutableBufferPointer { sieve.sift($0, by: keys) } }
    let left = Array(positions[..<kept])
    #expect(left == left.sorted() && Set(left).count == left.count)
    let repeated = keys.indices.filter { counts[keys[$0], default: 0] > 1 }
    #expect(Set(repeated).isSubset(of: left))
    #expect(left.count - repeated.count <= count / 5)
  }

  @Test("folded text follows edits, and finds what rewriting a line brings together")
  func foldedText() {
    var folded = FoldedText()
    func mayHold(_ phrase: String, _ text: String) -> Bool {
      Array(text.utf8).withUnsafeBufferPointer { folded.mayHold(Array(phrase.utf8), in: $0) }
    }
    func bytes(_ text: String) -> String {
      Array(text.utf8).withUnsafeBufferPointer { folded.withBytes(of: $0) { String(decoding: $0, as: UTF8.self) } }
    }
    #expect(!mayHold("lorem ipsum", "Lorem[1] Ipsum\nÄther"))
    #expect(bytes("Lorem[1] Ipsum\nÄther") == "lorem[1] ipsum\näther")
    folded.linesWereRemoved()
    #expect(bytes("Lorem[1] Ipsum") == "lorem[1] ipsum" && !mayHold("lorem ipsum", "Lorem[1] Ipsum"))
    folded.forget()
    #expect(mayHold("lorem ipsum", "Lorem Ipsum"))
  }

  @Test("a phrase that stands only where a citation was removed is found by the rules behind")
  func rewritten() throws {
    let yaml = """
      id: p
      source: s
      lines:
        - { id: citations, remove: '\\[\\d*\\]' }
      rules-after-lines:
        - { id: no-lorem, metric: phrase-count, phrases: ["lorem ipsum"], maximum: 0, unit: occurrences }
      """
    let filter = DocumentFilter(try RuleSet.load(["p.yaml"], readFile: { _ in yaml }))
    var scratch = DocumentFilter.Scratch(), values: [Double] = []
    var document = Document(id: "d", text: Array("Some words.\nLorem[1] ipsum dolor.".utf8))
    #expect(filter.apply(&document, scratch: &scratch, values: &values) == .drop(Reason(rule: "p.no-lorem", value: 1, threshold: 0)))
  }

  @Test("a phrase that a line rule brings together is found by the line rule behind it")
  func rewrittenForTheNextRule() throws {
    let yaml = """
      id: p
      source: s
      lines:
        - { id: citations, remove: '\\[\\d*\\]' }
        - { id: no-lorem, metric: phrase-count, phrases: ["lorem ipsum"], maximum: 0 }
      """
    let filter = DocumentFilter(try RuleSet.load(["p.yaml"], readFile: { _ in yaml }))
    var scratch = DocumentFilter.Scratch(), values: [Double] = []
    var document = Document(id: "d", text: Array("Some words.\nLorem[1] ipsum dolor.\nMore.".utf8))
    #expect(filter.apply(&document, scratch: &scratch, values: &values) == .keep)
    #expect(document.string == "Some words.\nMore." && values == [1, 1])
  }
}
