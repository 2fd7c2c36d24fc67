import Documents
import Foundation
import Storage
import TestSupport
import Testing

/// The whole product on a small part of the fixture crawl, by the real binary.
@Suite(.serialized) struct InterruptedRuns {
  static func pipeline(_ folder: URL) throws -> URL {
    let file = folder.appendingPathComponent("small.yaml")
    let archive = repositoryFile("fixtures/crawl/crawl-00003.warc.gz").path
    let rules = repositoryFile("filters/quality/gopher-quality.yaml").path
    try """
    winnow: 1
    name: small
    sources:
      crawl: { read: warc, paths: ["\(archive)"], with: { task-size: 300KB } }
    stages:
      extract: { use: main-content, from: crawl }
      normalize: { use: normalize, from: extract }
      quality: { use: filter, from: normalize, with: { rules: ["\(rules)"], default-language: en } }
      privacy: { use: redact-pii, from: quality }
      copies: { use: exact-dedup, from: privacy }
      fuzzy: { use: minhash-dedup, from: copies }
      spans: { use: substring-dedup, from: fuzzy }
      lines: { use: line-dedup, from: spans, with: { minimum-characters: 20 } }
      grams: { use: ngram-dedup, from: lines }
      tokenizer: { use: train-bpe, from: grams, with: { vocabulary: 512 } }
      shards: { use: token-shards, from: grams, tokenizer: tokenizer, with: { validation: 10% } }
      model: { use: train-model, from: shards, with: { preset: tiny, tokens: 12k, batch-tokens: 512, sequence-length: 64, checkpoint-interval: 3 } }
      scores: { use: evaluate, model: model, from: shards.validation, with: { samples: 1, sample-tokens: 8 } }
      report: { use: datasheet, from: shards, model: model, scores: scores }
    """.write(to: file, atomically: true, encoding: .utf8)
    return file
  }

  /// XXH64 of every file of a run that is a result, by path. Manifests and catalog hold times, so they are left out.
  static func results(_ run: URL) throws -> [String: UInt64] {
    var sums: [String: UInt64] = [:]
    for case let path as String in FileManager.default.enumerator(atPath: run.path) ?? .init() {
      let file = run.appendingPathComponent(path).path
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      if path.hasSuffix(".done.json") || ["catalog.sqlite", "lock", "plan.json"].contains(path) { continue }
      sums[path] = try fileChecksum(file).checksum
    }
    return sums
  }

  private func difference(_ a: [String: UInt64], _ b: [String: UInt64]) -> [String] {
    Set(a.keys).union(b.keys).filter { a[$0] != b[$0] }.sorted()
  }

  @Test("one job, two jobs, and ten kills at random instants give the same bytes") func sameBytes() throws {
    try withTemporaryFolder { folder in
      let file = try Self.pipeline(folder).path
      func run(_ name: String) -> URL { folder.appendingPathComponent(name) }
      let started = Date()
      #expect(try Tool.run(["run", file, "--run", run("one").path, "--jobs", "1", "--quiet"]).status == 0)
      let whole = Date().timeIntervalSince(started)
      #expect(try Tool.run(["run", file, "--run", run("two").path, "--jobs", "2", "--quiet"]).status == 0)
      let expected = try Self.results(run("one"))
      for kind in ["stages/spans/part-00000.jsonl.zst", "stages/grams/part-00000.jsonl.zst", "stages/privacy/ledger-00000.jsonl.zst", "tokenizer/tokenizer.json", "shards/manifest.json", "model/model.safetensors", "evaluation/evaluation.json", "datasheet/index.html"] {
        #expect(expected[kind] != nil, "\(kind) is missing")
      }
      #expect(difference(expected, try Self.results(run("two"))) == [])

      var random = SeededRandom(seed: 20_261_121)
      var kills = 0
      for _ in 0..<10 {
        let delay = 0.02 + random.nextUnit() * whole * 0.4
        if try Tool.run(["run", file, "--run", run("killed").path, "--jobs", "2", "--quiet"], killAfter: delay).wasKilled { kills += 1 }
      }
      #expect(kills >= 3, "too few of the kills came before the end")
      #expect(try Tool.run(["run", file, "--run", run("killed").path, "--quiet"]).status == 0)
      #expect(difference(expected, try Self.results(run("killed"))) == [])
    }
  }

  @Test func controlCStopsCleanlyAndSaysHowToContinue() throws {
    try withTemporaryFolder { folder in
      let file = try Self.pipeline(folder).path
      let run = folder.appendingPathComponent("run").path
      let outcome = try Tool.run(["run", file, "--run", run], killAfter: 0.2, signal: SIGINT, once: "\(run)/plan.json")
      #expect(outcome.status == 130)
      #expect(outcome.errors.contains("Continue with: winnow run \(file) --run \(run)"))
      let again = try Tool.run(["run", file, "--run", run])
      #expect(again.status == 0 && again.output.contains("datasheet: \(run)/datasheet/index.html"))
    }
  }

  @Test func logJSONIsOneObjectPerLine() throws {
    try withTemporaryFolder { folder in
      let file = try Self.pipeline(folder).path
      let outcome = try Tool.run(["run", file, "--run", folder.appendingPathComponent("run").path, "--log", "json"])
      #expect(outcome.status == 0)
      let events = try outcome.errors.split(separator: "\n").map { try JSONScanner.parse(Array($0.utf8)).object?["event"]?.string }
      #expect(events.first == "run-started" && events.last == "run-finished" && !events.contains(nil))
    }
  }
}
