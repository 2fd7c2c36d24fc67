import Deduplication
import Documents
import Foundation
import TestSupport
import Testing

@Suite struct SignatureIndexFacts {
  private static func snapshots() -> [[Document]] {
    var random = SeededRandom(seed: 77)
    var snapshots: [[Document]] = [[], [], []]
    for (index, document) in MinHashFacts.corpus().enumerated() {
      snapshots[Int(random.next(below: 3))].append(Document(id: "\(index)", text: document.text))
    }
    return snapshots
  }

  private func add(_ documents: [Document], _ name: String, to index: inout SignatureIndex, _ folder: URL) throws -> [Bool] {
    let half = documents.count / 2
    let pieces = [documents[..<half], documents[half...]]
    let paths = pieces.indices.map { folder.appendingPathComponent("\(name)-\($0)").path }
    let summary = try index.add(name, partitions: 2, decisions: paths) { piece, add throws(Diagnostic) in
      for document in pieces[piece] { try add(document) }
    }
    #expect(summary.documents == documents.count)
    var kept: [Bool] = []
    for (piece, path) in zip(pieces, paths) {
      let decisions = try DeduplicationDecisions(path: path, method: "minhash")
      for ordinal in 0..<piece.count { kept.append(try decisions.decision(at: ordinal).action == .keep) }
    }
    #expect(summary.droppedDocuments == kept.count { !$0 })
    return kept
  }

  @Test("a snapshot loses what it loses in one run over it and all before it")
  func incrementalEqualsWhole() throws {
    let snapshots = Self.snapshots()
    let options = MinHashDeduplication.Options()
    var whole = options
    whole.keep = KeepPolicy([.smallest(field: "snapshot")])
    try withTemporaryFolder { folder in
      var index = try SignatureIndex(path: folder.appendingPathComponent("index").path, options: options)
      var kept: [Bool] = []
      let all = snapshots.enumerated().flatMap { number, documents in
        documents.map { original in
          var document = original
          document.metadata["snapshot"] = .integer(Int64(number))
          return document
        }
      }
      for (number, snapshot) in snapshots.enumerated() {
        let own = try add(snapshot, "s\(number)", to: &index, folder)
        kept += own
        let expected = try deduplicate(Array(all.prefix(kept.count)), with: try MinHashDeduplication(whole), folder: folder)
        #expect(own == expected.verdicts.suffix(own.count).map(isKept))
        index = try SignatureIndex(path: index.path, options: options)
      }
      #expect(kept.count { !$0 } > 80)
    }
  }

  @Test func aTakedownPromotesTheNextDuplicate() throws {
    var source = WordSource(seed: 8)
    let words = source.words(80)
    func version(_ id: String, _ changed: Int) -> Document {
      document(id, (words.dropLast(changed) + source.words(changed)).joined(separator: " "))
    }
    let (first, second, third) = (version("first", 0), version("second", 2), version("third", 3))
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("index").path
      var index = try SignatureIndex(path: path, options: .init())
      #expect(
        try add([first, document("alone", source.words(50).joined(separator: " "))], "a", to: &index, folder) == [true, true])
      #expect(try add([second], "b", to: &index, folder) == [false])
      #expect(try add([third], "c", to: &index, folder) == [false])
      index = try SignatureIndex(path: path, options: .init())
      #expect(try index.unknown(["first", "second-that-never-was", "alone"]) == ["second-that-never-was"])
      let gone = try index.takeDown(["first", "alone", "second-that-never-was"])
      #expect(gone.first { $0.removed.id == "first" }?.successor == .init(id: "second", snapshot: "b"))
      #expect(gone.first { $0.removed.id == "alone" }.map { $0.successor == nil } == true)
      #expect(gone.count == 2)
      index = try SignatureIndex(path: path, options: .init())
      #expect(try index.takeDown(["second"]).map(\.successor) == [.init(id: "third", snapshot: "c")])
      #expect(try index.takeDown(["third"]).map(\.successor) == [nil])
    }
  }

  @Test func mergedIndexesKnowEachOther() throws {
    let snapshots = Self.snapshots()
    try withTemporaryFolder { folder in
      var one = try SignatureIndex(path: folder.appendingPathComponent("one").path, options: .init())
      var two = try SignatureIndex(path: folder.appendingPathComponent("two").path, options: .init())
      var all = try SignatureIndex(path: folder.appendingPathComponent("all").path, options: .init())
      _ = try add(snapshots[0], "x", to: &one, folder)
      _ = try add(snapshots[1], "y", to: &two, folder)
      try one.merge(two)
      #expect(one.snapshots.map(\.name) == ["x", "y"])
      let merged = try add(snapshots[2], "z", to: &one, folder)
      for (name, snapshot) in zip(["x", "y"], snapshots) { _ = try add(snapshot, name, to: &all, folder) }
      #expect(try add(snapshots[2], "z", to: &all, folder) == merged)
      #expect { try one.merge(two) } throws: { ($0 as? Diagnostic)?.code == "duplicate-snapshot" }
    }
  }

  @Test func otherOptionsAndDamageAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("index").path
      var index = try SignatureIndex(path: path, options: .init())
      _ = try add([document("a", "one two three four five six")], "s", to: &index, folder)
      var other = MinHashDeduplication.Options()
      other.seed = 2
      #expect { try SignatureIndex(path: path, options: other) } throws: { ($0 as? Diagnostic)?.code == "wrong-configuration" }
      #expect { try index.add("s", partitions: 0, decisions: []) { _, _ in } } throws: {
        ($0 as? Diagnostic)?.code == "duplicate-snapshot"
      }
      let map = folder.appendingPathComponent("index/map-0-0")
      var bytes = try Data(contentsOf: map)
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: map)
      #expect(throws: Diagnostic.self) { try index.takeDown(["a"]) }
    }
  }
}
