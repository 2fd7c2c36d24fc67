import ICU

/// MADLAD-400's tests of sentences (Kudugunta et al. 2023, arXiv 2309.04662, section 2.3 and Appendix), without the one that needs a
/// language identifier: "list case" (more than half of at least 12 words begin with a capital), abnormal length (fewer than 20 or
/// more than 500 characters), technical characters (over 20 % of `0123456789{}+/()>`), and phrases of bad pages.
struct QuestionableSentences {
  let text: UnsafeBufferPointer<UInt8>
  let folded: UnsafeBufferPointer<UInt8>
  let phrases: [[UInt8]]

  func fraction(_ sentences: [Range<Int>], _ tokens: [Token], _ table: [UInt8]) -> Double {
    let present = phrases.filter { ByteSearch.contains($0, in: folded, 0..<folded.count) }
    var (questionable, next) = (0, 0)
    for sentence in sentences {
      if isQuestionable(sentence, words(in: sentence, tokens, &next), present, table) { questionable += 1 }
    }
    return ratio(questionable, sentences.count)
  }

  private func words(in sentence: Range<Int>, _ tokens: [Token], _ next: inout Int) -> ArraySlice<Token> {
    while next < tokens.count, tokens[next].start < sentence.lowerBound { next += 1 }
    let first = next
    while next < tokens.count, tokens[next].start < sentence.upperBound { next += 1 }
    return tokens[first..<next]
  }

  private func isQuestionable(
    _ sentence: Range<Int>, _ words: ArraySlice<Token>, _ phrases: [[UInt8]], _ table: [UInt8]
  ) -> Bool {
    let characters = ByteCount.scalars(text, sentence)
    if characters < 20 || characters > 500 { return true }
    let technical = ByteCount.count(UnsafeBufferPointer(rebasing: text[sentence])) { byte in
      byte &- 0x30 < 10 || byte == 0x7B || byte == 0x7D || byte == 0x2B || byte == 0x2F || byte == 0x28 || byte == 0x29
        || byte == 0x3E
    }
    if technical * 5 > characters { return true }
    if phrases.contains(where: { ByteSearch.contains($0, in: folded, sentence) }) { return true }
    let all = words.count(where: \.isWord)
    guard all >= 12 else { return false }
    let capital = words.count { ScalarClass.of(UTF8Scalars.decode(text, at: $0.start).codePoint, in: table).contains(.upper) }
    return capital * 2 > all
  }
}
