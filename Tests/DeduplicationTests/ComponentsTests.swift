import Deduplication
import Documents
import Foundation
import TestSupport
import Testing

@Suite struct ClusteringFacts {
  @Test("clusters in many small buckets are those of one in memory", arguments: [1, 4096, 1 << 20])
  func bucketsDoNotMatter(memory: Int) throws {
    // Chains and stars over 5,000 documents: every text equals its neighbour's by text or by address.
    var random = SeededRandom(seed: 70)
    var texts = (0..<5000).map { "text \($0)" }
    var addresses = (0..<5000).map { "http://x.example/\($0)" }
    for _ in 0..<2500 {
      let (a, b) = (Int(random.next(below: 5000)), Int(random.next(below: 5000)))
      if random.next(below: 2) == 0 { texts[a] = texts[b] } else { addresses[a] = addresses[b] }
    }
    let documents = texts.indices.map { document("\($0)", texts[$0], url: addresses[$0]) }
    var parents = Array(documents.indices)
    func root(_ x: Int) -> Int {
      var x = x
      while parents[x] != x { x = parents[x] }
      return x
    }
    for keys in [texts, addresses] {
      var first: [String: Int] = [:]
      for (index, key) in keys.enumerated() {
        if let other = first[key] { parents[root(index)] = root(other) } else { first[key] = index }
      }
    }
    let clusters = Dictionary(grouping: documents.indices, by: root).values
    var options = ExactDeduplication.Options()
    options.by = .both
    var method = ExactDeduplication(options)
    method.memoryPerTask = memory
    let result = try withTemporaryFolder { try deduplicate(documents, with: method, partitions: 3, ranges: 2, folder: $0) }
    #expect(result.summary.clusters == clusters.count { $0.count > 1 })
    for cluster in clusters where cluster.count > 1 {
      let kept = cluster.filter { isKept(result.verdicts[$0]) }
      #expect(kept == [cluster.min { XXH64.hash(documents[$0].id) < XXH64.hash(documents[$1].id) }])
      #expect(cluster.allSatisfy { result.documents[$0].metadata["exact_cluster_size"]?.integer == Int64(cluster.count) })
    }
    #expect(result.summary.topHosts.first?.name == "x.example")
  }

  @Test("memory changes how files are laid out, never the result", arguments: ["minhash", "substring"])
  func memoryDoesNotMatter(name: String) throws {
    let documents =
      MinHashFacts.corpus() + MinHashFacts.corpus().map { Document(id: "again-" + $0.id, text: $0.text + Array(" more".utf8)) }
    func run(_ memory: Int) throws -> ([Verdict], [Document]) {
      try withTemporaryFolder { folder in
        if name == "minhash" {
          var method = try MinHashDeduplication()
          method.memoryPerTask = memory
          let result = try deduplicate(documents, with: method, partitions: 2, ranges: 2, folder: folder)
          return (result.verdicts, result.documents)
        }
        var method = try SubstringDeduplication()
        method.memoryPerTask = memory
        let result = try deduplicate(documents, with: method, partitions: 2, ranges: 2, folder: folder)
        return (result.verdicts, result.documents)
      }
    }
    let (small, large) = (try run(1), try run(1 << 28))
    #expect(small.0 == large.0)
    #expect(small.1 == large.1)
    #expect(small.0.contains { !isKept($0) } || small.1 != documents)
  }

  @Test("threads of the decide step change nothing, on texts whose cuts make new repeats") func threadsDoNotMatter() throws {
    var random = SeededRandom(seed: 41)
    var settled = 0
    for trial in 0..<120 {
      let documents = SubstringFacts.adversarialCorpus(&random)
      var options = SubstringDeduplication.Options()
      options.minimumBytes = [2, 5, 8, 13][trial % 4]
      options.minimumCharacters = [1, 3][trial % 2]
      options.minimumRemainingCharacters = 0
      options.repeats = trial % 3 == 0 ? .removeAll : .keepOne
      func run(threads: Int) throws -> (verdicts: [Verdict], documents: [Document], summary: DeduplicationSummary) {
        var method = try SubstringDeduplication(options)
        method.threads = threads
        return try withTemporaryFolder { try deduplicate(documents, with: method, partitions: 1 + trial % 3, ranges: 2, folder: $0) }
      }
      let (one, three) = (try run(threads: 1), try run(threads: 3))
      #expect(one.verdicts == three.verdicts && one.documents == three.documents && one.summary == three.summary)
      if one.summary.cutDocuments > 0 { settled += 1 }
    }
    #expect(settled > 30)
  }
}
