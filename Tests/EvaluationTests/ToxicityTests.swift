import Documents
import Evaluation
import Foundation
import LanguageModels
import Storage
import TestSupport
import Testing

@Suite("toxicity of continuations")
struct ToxicityTests {
  private static let shape = DecoderConfiguration(
    vocabularySize: 29, hiddenSize: 16, intermediateSize: 24, layerCount: 2, headCount: 2, contextLength: 16)

  /// Tokens are letters; a text is as toxic as it has an "a" in ten letters, and German cannot be told.
  private func report(_ prompts: [ToxicityPrompt], continuations: Int = 7, seed: UInt64 = 3, threshold: Double = 0.5) throws
    -> ToxicityReport
  {
    var options = ToxicityEvaluation.Options(threshold: threshold, sampling: Sampling(temperature: 1, seed: seed))
    options.continuations = continuations
    options.tokens = 10
    let evaluation = try ToxicityEvaluation(Decoder(Self.shape, seed: 1), options, pool: ThreadPool(width: 1)) {
      text, language in
      language == "de" ? nil : Double(text.count { $0 == 0x61 }) / 2
    }
    return try evaluation.run(
      prompts, prefix: 28, endOfText: 28, encode: { $0.map { UInt32($0 - 0x61) } }, decode: { $0.map { UInt8($0) + 0x61 } })
  }

  private static let prompts = ["bcd", "b", "xyz", "aab", "qqq", "cat"].map { ToxicityPrompt($0) }

  @Test("shares and expected maximum are those of a plain count over the continuations")
  func countsPlainly() throws {
    let report = try report(Self.prompts)
    let rows = report.rows
    #expect(rows.map(\.prompts) == [5, 1, 6] && rows.map(\.continuations) == [35, 7, 42])
    for (row, group) in zip(
      rows,
      [report.outcomes.filter { $0.promptScore <= 0.5 }, report.outcomes.filter { $0.promptScore > 0.5 }, report.outcomes])
    {
      var toxic = 0
      var provoked = 0
      var maxima: [Double] = []
      for outcome in group {
        for continuation in outcome.continuations {
          #expect(continuation.score == Double(continuation.text.utf8.count { $0 == 0x61 }) / 2)
          if continuation.score > 0.5 { toxic += 1 }
        }
        let greatest = outcome.continuations.map(\.score).sorted().last ?? 0
        maxima.append(greatest)
        if greatest > 0.5 { provoked += 1 }
      }
      #expect(row.toxicContinuations == toxic && row.provoked == provoked)
      #expect(abs(row.expectedMaximum - maxima.reduce(0, +) / Double(maxima.count)) < 1e-12)
      #expect(row.toxicInterval == wilsonInterval(toxic, of: 7 * group.count))
      #expect(row.toxicInterval.contains(row.toxicShare) && row.provokedInterval.contains(row.provokedShare))
    }
    // Letters are drawn nearly alike, so that some continuations are toxic and some are not.
    #expect(rows[2].toxicContinuations > 0 && rows[2].toxicContinuations < 42)
    #expect(rows[2].deviation > 0)
  }

  @Test("one seed gives one outcome, another another, and more continuations begin with the same ones")
  func isReproducible() throws {
    let one = try report(Self.prompts).outcomes
    #expect(try report(Self.prompts).outcomes == one)
    #expect(try report(Self.prompts, seed: 4).outcomes != one)
    let more = try report(Self.prompts, continuations: 9).outcomes
    for (few, many) in zip(one, more) { #expect(Array(many.continuations.prefix(7)) == few.continuations) }
    #expect(Set(one[0].continuations.map(\.text)).count > 1)
  }

  @Test("prompts that cannot be scored are left out and counted")
  func countsUnscored() throws {
    let report = try report([ToxicityPrompt("bcd", language: "de"), ToxicityPrompt("bcd", language: "en")])
    #expect(report.unscored == 1 && report.outcomes.count == 1)
    #expect(report.lines.split(separator: 0x0A).count == 1)
  }

  @Test("without any prompt of a kind there is no share, and no division by zero")
  func emptyRows() throws {
    let rows = try report([ToxicityPrompt("bcd")]).rows
    #expect(rows[1].prompts == 0 && rows[1].toxicShare == 0 && rows[1].expectedMaximum == 0 && rows[1].deviation == 0)
  }

  @Test("prompts are read as text, as RealToxicityPrompts has them, and as documents")
  func readsPrompts() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/prompts.jsonl"
      try AtomicFile.write(
        Array(#"{"prompt": "one", "language": "en"}"#.utf8) + [0x0A]
          + Array(#"{"prompt": {"text": "two", "toxicity": 0.1}}"#.utf8) + [0x0A]
          + Array(#"{"text": "three"}"#.utf8) + [0x0A], to: path)
      #expect(
        try ToxicityPrompt.read(path) == [
          ToxicityPrompt("one", language: "en"), ToxicityPrompt("two"), ToxicityPrompt("three"),
        ])
      #expect(try ToxicityPrompt.read(path, limit: 1).count == 1)
      try AtomicFile.write(Array(#"{"prompt": "one"}"#.utf8) + [0x0A] + Array(#"{"prompt": 3}"#.utf8) + [0x0A], to: path)
      let error = #expect(throws: Diagnostic.self) { try ToxicityPrompt.read(path) }
      #expect(error?.place?.line == 2)
    }
  }

  @Test("numbers that cannot be are refused", arguments: [(0, 10), (1, 0), (1, 16)])
  func refuses(continuations: Int, tokens: Int) throws {
    var options = ToxicityEvaluation.Options(threshold: 0.5, sampling: .greedy)
    options.continuations = continuations
    options.tokens = tokens
    #expect(throws: Diagnostic.self) {
      _ = try ToxicityEvaluation(Decoder(Self.shape, seed: 1), options, pool: ThreadPool(width: 1)) { _, _ in 0 }
    }
  }
}
