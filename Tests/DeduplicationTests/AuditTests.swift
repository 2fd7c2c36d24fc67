import Deduplication
import Documents
import TestSupport
import Testing

@Suite struct AuditFacts {
  private static func sample(words: Int = 200) -> [Document] {
    var source = WordSource(seed: 90, vocabulary: 30_000)
    return (0..<700).map { document("d\($0)", source.words(words).joined(separator: " ")) }
  }

  @Test("recall of planted near-duplicates lies about the LSH curve, precision is 1")
  func nearDuplicates() throws {
    var options = MinHashDeduplication.Options()
    options.minimumJaccard = 0.4
    var audit = DeduplicationAudit()
    audit.plants = 60
    let result = try withTemporaryFolder { folder in
      try audit.nearDuplicates(MinHashDeduplication(options), sample: Self.sample(), folder: folder.path)
    }
    #expect(result.rows.count == 10)
    #expect(result.precision == 1)
    #expect(result.checked > 200)
    for row in result.rows {
      #expect(row.planted >= 50)
      #expect(abs(row.meanLevel - row.level) < 0.02)
      let deviation = (row.expectedRecall * (1 - row.expectedRecall) / Double(row.planted)).squareRoot()
      #expect(abs(row.recall - row.expectedRecall) < 4.5 * deviation + 0.02, "\(row)")
    }
  }

  @Test("planted spans of at least the minimum are all found, shorter ones never")
  func spans() throws {
    var options = SubstringDeduplication.Options()
    options.minimumBytes = 100
    options.minimumCharacters = 1
    var audit = DeduplicationAudit()
    audit.plants = 40
    let result = try withTemporaryFolder { folder in
      try audit.spans(SubstringDeduplication(options), sample: Self.sample(words: 600), folder: folder.path)
    }
    #expect(result.rows.count == 6)
    #expect(result.rows.allSatisfy { $0.planted > 20 })
    for row in result.rows {
      // Plants that meet by chance can make a longer repeat of two short ones.
      if row.expectedRecall == 0 { #expect(row.recall < 0.05) } else { #expect(row.recall == 1) }
    }
    #expect(result.precision == 1)
    #expect(result.checked > 100)
  }
}
