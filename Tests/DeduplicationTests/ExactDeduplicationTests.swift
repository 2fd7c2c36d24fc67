import Deduplication
import Documents
import Foundation
import TestSupport
import Testing

@Suite struct ExactDeduplicationFacts {
  private func options(_ change: (inout ExactDeduplication.Options) -> Void) -> ExactDeduplication {
    var options = ExactDeduplication.Options()
    change(&options)
    return ExactDeduplication(options)
  }

  @Test func oneOfEachTextStays() throws {
    let documents = [document("a", "one"), document("b", "two"), document("c", "one"), document("d", ""), document("e", "")]
    let result = try withTemporaryFolder { try deduplicate(documents, with: ExactDeduplication(), folder: $0) }
    let kept = zip(documents, result.verdicts).filter { isKept($0.1) }.map(\.0.string)
    #expect(kept.sorted() == ["", "one", "two"])
    #expect(result.summary.droppedDocuments == 2)
    #expect(result.summary.clusters == 2)
    #expect(result.summary.clusterSizes == [2])
  }

  @Test func droppedDocumentsNameTheKeptOne() throws {
    let documents = [document("a", "same"), document("b", "same")]
    let result = try withTemporaryFolder { try deduplicate(documents, with: ExactDeduplication(), folder: $0) }
    let kept = try #require(zip(documents, result.verdicts).first { isKept($0.1) }?.0.id)
    let reasons = result.verdicts.compactMap(reason)
    #expect(reasons == [Reason(rule: "exact.same-text", duplicateOf: kept, detail: "cluster of 2")])
    #expect(result.documents[0].metadata["exact_cluster_size"] == 2)
    #expect(result.documents[0].metadata["exact_cluster"] == .string(XXH64.hash(kept).hexadecimal))
  }

  @Test("clusters that do not fit into memory at once are decided as if they did")
  func clustersDoNotDependOnMemory() throws {
    let documents = (0..<6000).map { document("id-\($0 * 7919 % 6000)", "text \($0 % 2500)") }
    func run(_ memory: Int) throws -> (verdicts: [Verdict], documents: [Document], summary: DeduplicationSummary) {
      var method = ExactDeduplication()
      method.memoryPerTask = memory
      return try withTemporaryFolder { try deduplicate(documents, with: method, partitions: 3, folder: $0) }
    }
    let (small, large) = (try run(1), try run(1 << 30))
    #expect(small.verdicts == large.verdicts && small.documents == large.documents)
    #expect(small.summary.droppedDocuments == 3500 && small.summary.clusters == 2500)
    for (document, verdict) in zip(documents, small.verdicts) {
      guard let kept = reason(verdict)?.duplicateOf else { continue }
      #expect(documents.contains { $0.id == kept && $0.text == document.text })
    }
  }

  @Test func foldedTextsIgnoreCaseAndSpacing() throws {
    let documents = [document("a", " ÄRGER \n\n mit\u{3000}ALLEM"), document("b", "ärger mit allem ")]
    let exact = try withTemporaryFolder { try deduplicate(documents, with: ExactDeduplication(), folder: $0) }
    #expect(exact.summary.droppedDocuments == 0)
    let folded = try withTemporaryFolder { folder in
      try deduplicate(documents, with: options { $0.textForm = .folded }, folder: folder)
    }
    #expect(folded.summary.droppedDocuments == 1)
  }

  @Test func addressesAreComparedByTheirKey() throws {
    let documents = [
      document("a", "1", url: "http://www.example.org/x?b=1&a=2"),
      document("b", "2", url: "https://example.org/x/?a=2&b=1#top"),
      document("c", "3", url: "https://example.org/y"), document("d", "4"), document("e", "5"),
    ]
    let result = try withTemporaryFolder { folder in try deduplicate(documents, with: options { $0.by = .url }, folder: folder)
    }
    #expect(result.verdicts.compactMap(reason).map(\.rule) == ["exact.same-url"])
    #expect(result.verdicts.suffix(3).allSatisfy(isKept), "documents without an address are never duplicates by address")
  }

  @Test func byBothLinksThroughEither() throws {
    let documents = [
      document("a", "one", url: "http://x.example/1"), document("b", "two", url: "http://x.example/1"),
      document("c", "two", url: "http://x.example/2"),
    ]
    let result = try withTemporaryFolder { folder in try deduplicate(documents, with: options { $0.by = .both }, folder: folder)
    }
    #expect(result.summary.droppedDocuments == 2)
    #expect(result.summary.clusters == 1)
  }

  @Test(
    "the keep policy decides who stays",
    arguments: [
      ("longest", "b"), ("shortest", "a"), ("newest date", "a"), ("oldest date", "b"), ("largest score", "c"),
      ("smallest score", "b"),
      ("prefer source wiki|news", "c"), ("prefer source news|wiki", "a"), ("largest absent, newest date", "a"),
    ])
  func keepPolicies(text: String, kept: String) throws {
    func make(_ id: String, _ text: String, _ date: String, _ score: Double, _ source: String) -> Document {
      document(
        id, text, url: "http://x.example/",
        metadata: ["date": .string(date), "score": .number(score), "source": .string(source)])
    }
    let documents = [
      make("a", "1", "2024-05-31T12:00:01Z", 0.5, "news"), make("b", "333", "1969-01-01", -1, "blog"),
      make("c", "22", "2024-05-31T12:00:00Z", 0.75, "wiki"),
    ]
    let policy = try KeepPolicy(parsing: text)
    #expect(try KeepPolicy(parsing: policy.description) == policy)
    let result = try withTemporaryFolder { folder in
      try deduplicate(
        documents,
        with: options {
          $0.by = .url
          $0.keep = policy
        }, partitions: 3, folder: folder)
    }
    #expect(zip(documents, result.verdicts).filter { isKept($0.1) }.map(\.0.id) == [kept])
  }

  @Test func unknownKeepPolicyIsRefused() {
    for text in ["biggest", "largest", "prefer source", "longest,longer"] {
      #expect(throws: Diagnostic.self) { try KeepPolicy(parsing: text) }
    }
  }

  @Test func verdictsDoNotDependOnPartitions() throws {
    var random = SeededRandom(seed: 3)
    let documents = (0..<300).map { index in
      document("id-\(index)", "text \(random.next(below: 90))", url: "http://x.example/\(random.next(below: 200))")
    }
    let expected = try withTemporaryFolder { folder in
      try deduplicate(documents, with: options { $0.by = .both }, folder: folder)
    }
    #expect(expected.summary.droppedDocuments > 50)
    for (partitions, ranges) in [(2, 1), (3, 5), (7, 2), (300, 16)] {
      let other = try withTemporaryFolder { folder in
        try deduplicate(documents, with: options { $0.by = .both }, partitions: partitions, ranges: ranges, folder: folder)
      }
      #expect(other.verdicts == expected.verdicts)
      #expect(other.documents == expected.documents)
    }
  }

  @Test func equalIdentifiersAreKeptApartByPlace() throws {
    let documents = (0..<5).map { _ in document("same", "same") }
    for partitions in [1, 2, 5] {
      let result = try withTemporaryFolder {
        try deduplicate(documents, with: ExactDeduplication(), partitions: partitions, folder: $0)
      }
      #expect(result.verdicts.map(isKept) == [true, false, false, false, false])
    }
  }

  @Test func emptyCorpusIsFine() throws {
    let result = try withTemporaryFolder { try deduplicate([], with: ExactDeduplication(), partitions: 2, folder: $0) }
    #expect(result.summary == DeduplicationSummary())
  }
}
