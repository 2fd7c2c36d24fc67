import Documents
import Foundation
import Pipelines
import Storage
import TestSupport
import Testing

/// A run, the same run with other bounds taken over from it, and the same run made anew with those bounds.
@Suite struct AppliedWhatIfFacts {
  private static let quality = repositoryFile("filters/quality/gopher-quality.yaml").path
  private static let c4 = repositoryFile("filters/quality/c4.yaml").path

  /// Line edits and document rules, stages before and behind the filter, a collective stage behind all of them.
  private static func pipeline(set: String = "") -> String {
    """
    winnow: 1
    name: test
    sources:
      crawl: { read: warc, paths: ["\(Workshop.archive)"], with: { task-size: 300KB } }
    stages:
      extract: { use: main-content, from: crawl }
      language: { use: identify-language, from: extract }
      quality: { use: filter, from: language, with: { rules: ["\(quality)", "\(c4)"]\(set) } }
      safety: { use: toxicity, from: quality, with: { maximum-score: 0.5, minimum-distinct-terms: 2 } }
      privacy: { use: redact-pii, from: safety }
      copies: { use: exact-dedup, from: privacy }
    """
  }

  @Test(
    "the new run has the bytes of a run from the beginning",
    arguments: [
      ["gopher-quality.minimum-words=20"],
      ["gopher-quality.minimum-words=400"],
      ["gopher-quality.minimum-words=off", "gopher-quality.minimum-stop-words=off"],
      ["gopher-quality.mean-word-length=4.5..5.5"],
      ["gopher-quality.minimum-alphabetic-words=0.95", "gopher-quality.minimum-words=100"],
      ["gopher-quality.maximum-words=300"],
      ["c4.minimum-sentences=off"],
      ["c4.minimum-sentences=9"],
    ])
  func appliedEqualsAnew(_ settings: [String]) async throws {
    try await withWorkshop { shop in
      try await shop.perform(Self.pipeline())
      let oldPlan = Plan(try Pipeline.load(path: shop.run.pipelineFile).pipeline)
      let before = try shop.checksums()
      let applied = RunDirectory(path: shop.folder.appendingPathComponent("applied").path)
      let predecessor = try Predecessor(settings, run: shop.run, plan: oldPlan)
      let plan = try predecessor.makePlan(in: applied)
      try await Run(plan: plan, directory: applied, threads: 2, predecessor: predecessor, observer: Recorder()).perform(on: LocalExecutor(width: 2))

      let anew = RunDirectory(path: shop.folder.appendingPathComponent("anew").path)
      try await shop.perform(Self.pipeline(set: ", set: [\(settings.joined(separator: ", "))]"), in: anew)
      #expect(try shop.checksums(of: applied) == shop.checksums(of: anew))
      #expect(try shop.checksums(of: applied) != before)
      #expect(try shop.checksums() == before)

      let counts = try Self.manifests(applied)
      for (taken, made) in zip(counts, try Self.manifests(anew)) {
        #expect(taken.key == made.key)
        #expect(Self.timeless(taken.counts.input.map { [$0] } ?? []) == Self.timeless(made.counts.input.map { [$0] } ?? []))
        #expect(Self.timeless(taken.counts.stages) == Self.timeless(made.counts.stages))
        #expect(taken.counts.stages.allSatisfy { $0.balances })
        #expect(taken.counts.rules == made.counts.rules)
        for (one, other) in zip(taken.counts.histograms, made.counts.histograms) {
          #expect(one.stage == other.stage && one.metric == other.metric && one.buckets == other.buckets && one.count == other.count)
          #expect(abs(one.sum - other.sum) <= 1e-9 * max(1, abs(other.sum)))
          #expect(abs(one.minimum - other.minimum) <= 1e-6 * max(1, abs(other.minimum)))
          #expect(abs(one.maximum - other.maximum) <= 1e-6 * max(1, abs(other.maximum)))
        }
      }
      // Nothing is left to do for a run of the new pipeline file.
      let recorder = Recorder()
      try await Run(plan: plan, directory: applied, threads: 2, observer: recorder).perform(on: LocalExecutor(width: 2))
      #expect(recorder.performed.isEmpty)
    }
  }

  @Test("documents whose verdict stays are not extracted again: their pages may be gone") func takesOverWithoutThePages() async throws {
    try await withWorkshop { shop in
      let copy = shop.folder.appendingPathComponent("crawl.warc.gz").path
      try FileManager.default.copyItem(atPath: Workshop.archive, toPath: copy)
      let text = Self.pipeline().replacing(Workshop.archive, with: copy)
      try await shop.perform(text)
      let plan = Plan(try Pipeline.load(path: shop.run.pipelineFile).pipeline)
      // No document has so many words: only the bound of those that are too short is another one.
      let predecessor = try Predecessor(["gopher-quality.maximum-words=99999"], run: shop.run, plan: plan)
      let applied = RunDirectory(path: shop.folder.appendingPathComponent("applied").path)
      let newPlan = try predecessor.makePlan(in: applied)
      try Self.overwrite(copy)
      try await Run(plan: newPlan, directory: applied, threads: 2, predecessor: predecessor, observer: Recorder())
        .perform(on: LocalExecutor(width: 2))
      #expect(try shop.checksums(of: applied) == shop.checksums())
    }
  }

  @Test("a rule file that changed since makes the filter run in full") func changedRulesAreNotTakenOver() async throws {
    try await withWorkshop { shop in
      let rules = shop.folder.appendingPathComponent("size.yaml")
      func write(_ minimum: Int) throws {
        try "id: size\nsource: test\nrules:\n  - { id: words, metric: words, minimum: \(minimum) }\n  - { id: letters, metric: letter-fraction, minimum: 0.1 }\n"
          .write(to: rules, atomically: true, encoding: .utf8)
      }
      try write(50)
      let pipeline = { (set: String) in
        "winnow: 1\nname: test\nsources:\n  crawl: { read: warc, paths: ['\(Workshop.archive)'] }\nstages:\n  extract: { use: main-content, from: crawl }\n"
          + "  quality: { use: filter, from: extract, with: { rules: ['\(rules.path)']\(set) } }\n"
      }
      try await shop.perform(pipeline(""))
      try write(100)
      let plan = Plan(try Pipeline.load(path: shop.run.pipelineFile).pipeline)
      let predecessor = try Predecessor(["size.letters=0.7"], run: shop.run, plan: plan)
      let applied = RunDirectory(path: shop.folder.appendingPathComponent("applied").path)
      try await Run(plan: try predecessor.makePlan(in: applied), directory: applied, threads: 2, predecessor: predecessor, observer: Recorder())
        .perform(on: LocalExecutor(width: 2))
      let anew = RunDirectory(path: shop.folder.appendingPathComponent("anew").path)
      try await shop.perform(pipeline(", set: [size.letters=0.7]"), in: anew)
      #expect(try shop.checksums(of: applied) == shop.checksums(of: anew))
    }
  }

  @Test(
    "what cannot be changed is said",
    arguments: [
      ("gopher-quality.minimum-word=3", "unknown-rule"), ("gopher-quality.minimum-words", "bad-setting"),
      ("gopher-quality.minimum-words=many", "bad-setting"), ("gopher-quality.minimum-words=9..3", "bad-setting"),
      ("gopher-quality.mean-word-length=3", "bad-setting"), ("c4.terminal-punctuation=off", "line-rule"),
    ])
  func mistakes(_ setting: String, _ code: String) throws {
    let (pipeline, _) = try Pipeline.decode(Self.pipeline(), file: "p.yaml")
    let problem = #expect(throws: Diagnostic.self) { try Predecessor([setting], run: RunDirectory(path: "r"), plan: Plan(pipeline)) }
    #expect(problem?.code == code)
  }

  @Test("a filter that stops at the first failure keeps the same documents, and cannot be asked what other bounds would do")
  func stopsAtFirstFailure() async throws {
    try await withWorkshop { shop in
      try await shop.perform(Self.pipeline())
      let hasty = RunDirectory(path: shop.folder.appendingPathComponent("hasty").path)
      try await shop.perform(Self.pipeline(set: ", stop-at-first-failure: true"), in: hasty)
      func results(_ run: RunDirectory) throws -> [String: UInt64] {
        try shop.checksums(of: run).filter { !$0.key.contains("metrics-") }
      }
      #expect(try results(hasty) == results(shop.run))
      #expect(try shop.checksums(of: hasty) != shop.checksums())
      let plan = Plan(try Pipeline.load(path: hasty.pipelineFile).pipeline)
      let problem = #expect(throws: Diagnostic.self) { try WhatIf(["gopher-quality.minimum-words=20"], run: hasty, plan: plan) }
      #expect(problem?.code == "not-measured")
    }
  }

  private static func manifests(_ run: RunDirectory) throws -> [TaskManifest] {
    try Catalog.manifests(of: run, plan: Plan(try Pipeline.load(path: run.pipelineFile).pipeline)).flatMap { $0 }
  }

  private static func timeless(_ counts: [StageCounts]) -> [StageCounts] {
    counts.map { counts in
      var counts = counts
      counts.seconds = 0
      return counts
    }
  }

  /// The same size and time of change, other bytes: a stage that read the file would notice.
  private static func overwrite(_ path: String) throws {
    var status = stat()
    try #require(stat(path, &status) == 0)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.write(contentsOf: Data(repeating: 0x20, count: Int(status.st_size)))
    try file.close()
    let times = [status.st_atim, status.st_mtim]
    try #require(utimensat(AT_FDCWD, path, times, 0) == 0)
  }
}
