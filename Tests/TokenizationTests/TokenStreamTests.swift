import Documents
import Testing
import Tokenization

@Suite("Token streams")
struct TokenStreamTests {
  private static func tokenizer(_ pattern: SplitPattern) throws -> Tokenizer {
    try Tokenizer(try #require(EncodingTests.models.first { $0.pattern == pattern }))
  }

  @Test("pieces of any size give the ids of the whole text", arguments: EncodingTests.patterns)
  func streamsEncoding(pattern: SplitPattern) throws {
    let tokenizer = try Self.tokenizer(pattern)
    var stream = StreamingEncoder(tokenizer)
    var random = SeededRandom(seed: 51)
    for round in 0..<120 {
      let text = round % 3 == 0 ? Adversarial.bytes(&random, count: 90) : Array(Adversarial.text(&random, pieces: 25).utf8)
      var ids: [UInt32] = []
      var start = 0
      while start < text.count {
        let end = min(text.count, start + 1 + Int(random.next(below: 9)))
        stream.add(text[start..<end], into: &ids)
        start = end
      }
      stream.finish(into: &ids)
      try #require(ids == tokenizer.encode(text), "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }
  }

  @Test("special tokens are recognized in pieces as in the whole text", arguments: EncodingTests.patterns)
  func streamsSpecialTokens(pattern: SplitPattern) throws {
    let model = try #require(EncodingTests.models.first { $0.pattern == pattern })
    let forms = ["<|end|>", "<|end|><|", "<|é|>", "zz|zz"]
    let tokenizer = try Tokenizer(
      BytePairModel(
        pattern: pattern, tokens: model.tokens + forms.map { Array($0.utf8) }, merges: model.merges,
        specialTokens: model.specialTokens
          + forms.enumerated().map { .init($1, id: UInt32(model.vocabularySize + $0)) }))
    var stream = StreamingEncoder(tokenizer, specialTokens: .recognize)
    var random = SeededRandom(seed: 54)
    for _ in 0..<200 {
      var text: [UInt8] = []
      for _ in 0..<6 {
        text += Adversarial.text(&random, pieces: 3).utf8
        let form = Array(forms[Int(random.next(below: UInt64(forms.count)))].utf8)
        text += form[..<Int(random.next(below: UInt64(form.count + 1)))]
        if random.next(below: 2) == 0 { text += form }
      }
      var ids: [UInt32] = []
      var start = 0
      while start < text.count {
        let end = min(text.count, start + 1 + Int(random.next(below: 7)))
        stream.add(text[start..<end], into: &ids)
        start = end
      }
      stream.finish(into: &ids)
      try #require(
        ids == tokenizer.encode(text, specialTokens: .recognize), "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }
  }

  @Test("ids are given out as soon as they are certain, not at the end")
  func streamsEarly() throws {
    var stream = StreamingEncoder(try Self.tokenizer(.gpt2))
    var ids: [UInt32] = []
    stream.add("The quick brown fox jumps".utf8, into: &ids)
    #expect(!ids.isEmpty)
  }

  @Test(
    "a character is shown when its last byte has come, and joined all is what decode gives", arguments: EncodingTests.patterns)
  func streamsDecoding(pattern: SplitPattern) throws {
    let tokenizer = try Self.tokenizer(pattern)
    var random = SeededRandom(seed: 52)
    for round in 0..<60 {
      let isText = round % 2 == 0
      let text = isText ? Array(Adversarial.text(&random, pieces: 20).utf8) : Adversarial.bytes(&random, count: 50)
      var decoder = StreamingDecoder(tokenizer)
      var output: [UInt8] = []
      for id in tokenizer.encode(text) {
        var part: [UInt8] = []
        try decoder.add(id, into: &part)
        if isText { #expect(String(validating: part, as: UTF8.self) != nil) }
        output += part
      }
      decoder.finish(into: &output)
      try #require(output == text)
    }
  }

  @Test("offsets cover the text, and a batch equals its texts one by one", arguments: [1, 2, 5])
  func offsetsAndBatches(threads: Int) throws {
    let tokenizer = try Self.tokenizer(.gpt2)
    var random = SeededRandom(seed: 53)
    let texts = (0..<37).map { Adversarial.bytes(&random, count: $0 * 3) }
    let batch = tokenizer.encodeBatch(texts, threads: threads)
    #expect(batch == texts.map { tokenizer.encode($0) })
    for (text, ids) in zip(texts, batch) {
      let offsets = try tokenizer.offsets(of: ids)
      #expect(offsets.last?.upperBound ?? 0 == text.count)
      for (range, id) in zip(offsets, ids) { #expect(try tokenizer.bytes(of: id) == text[range]) }
    }
    #expect(tokenizer.encodeBatch([], threads: threads).isEmpty)
  }
}
