import Deduplication
import Documents
import Foundation
import TestSupport

/// Runs all steps of a method over documents in input order, cut into equal partitions, reductions and applies in odd orders.
func deduplicate(
  _ documents: [Document], with method: some DeduplicationMethod, partitions: Int = 1, ranges: Int = 1, folder: URL
) throws -> (verdicts: [Verdict], documents: [Document], summary: DeduplicationSummary) {
  let size = max(1, (documents.count + partitions - 1) / partitions)
  let slices = (0..<partitions).map { documents.dropFirst($0 * size).prefix(size) }
  func paths(_ step: String, _ count: Int) -> [String] {
    (0..<count).map { folder.appendingPathComponent("\(step)-\($0)").path }
  }
  let (maps, reductions, decisions) = (paths("map", partitions), paths("reduce", ranges), paths("decide", partitions))
  for partition in (0..<partitions).reversed() {
    let map = try method.map(partition: partition, to: maps[partition])
    for document in slices[partition] { try map.add(document) }
    try map.finish()
  }
  for range in (0..<ranges).reversed() { try method.reduce(range: range, of: ranges, maps: maps, to: reductions[range]) }
  let summary = try method.decide(maps: maps, reductions: reductions.shuffled(), to: decisions)
  var verdicts: [Verdict] = []
  var results: [Document] = []
  for partition in 0..<partitions {
    let decided = try DeduplicationDecisions(path: decisions[partition], method: method.name)
    for (ordinal, document) in slices[partition].enumerated() {
      var document = document
      verdicts.append(try decided.apply(to: &document, at: ordinal))
      results.append(document)
    }
  }
  return (verdicts, results, summary)
}

func document(_ id: String, _ text: String, url: String = "", metadata: Metadata = Metadata()) -> Document {
  Document(id: id, url: url, text: Array(text.utf8), metadata: metadata)
}

func isKept(_ verdict: Verdict) -> Bool { verdict == .keep }

func reason(_ verdict: Verdict) -> Reason? { if case .drop(let reason) = verdict { reason } else { nil } }

/// Words of a made-up language, Zipf-like, so that texts share words but not 5-grams.
struct WordSource {
  private var random: SeededRandom
  private let words: [String]

  init(seed: UInt64, vocabulary: Int = 2000) {
    var random = SeededRandom(seed: seed)
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    words = (0..<vocabulary).map { _ in
      String((0..<Int(2 + random.next(below: 8))).map { _ in letters[Int(random.next(below: 26))] })
    }
    self.random = random
  }

  mutating func word() -> String {
    let place = random.nextUnit()
    return words[Int(Double(words.count) * place * place)]
  }

  mutating func words(_ count: Int) -> [String] { (0..<count).map { _ in word() } }
}
