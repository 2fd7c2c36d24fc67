import Documents
import Foundation
import Pipelines
import Storage
import Synchronization
import TestSupport
import Testing

/// Counts what a run does.
final class Recorder: RunObserver {
  struct Seen {
    var performed: [String] = []
    var warnings: [Diagnostic] = []
    fileprivate var names: [Int: String] = [:]
  }
  let seen = Mutex(Seen())

  func handle(_ event: RunEvent) {
    seen.withLock { seen in
      switch event {
      case .phaseStarted(let index, let name, _, _): seen.names[index] = name
      case .taskFinished(let phase, let task, _): seen.performed.append("\(seen.names[phase] ?? "")#\(task)")
      case .warning(let diagnostic): seen.warnings.append(diagnostic)
      default: break
      }
    }
  }

  var performed: [String] { seen.withLock { $0.performed } }
}

/// A pipeline over one archive of the fixture crawl, in a folder of its own.
struct Workshop {
  let folder: URL
  var file: String { folder.appendingPathComponent("p.yaml").path }
  var run: RunDirectory { RunDirectory(path: folder.appendingPathComponent("run").path) }

  static let archive = repositoryFile("fixtures/crawl/crawl-00003.warc.gz").path

  static let pipeline = """
    winnow: 1
    name: test
    sources:
      crawl: { read: warc, paths: ["\(archive)"], with: { task-size: 300KB } }
    stages:
      extract: { use: main-content, from: crawl }
      quality: { use: filter, from: extract, with: { rules: ["\(repositoryFile("filters/quality/gopher-quality.yaml").path)"], default-language: en } }
      copies: { use: exact-dedup, from: quality }
      fuzzy: { use: minhash-dedup, from: copies }
      tokenizer: { use: train-bpe, from: fuzzy, with: { vocabulary: 400 } }
    """

  @discardableResult
  func perform(_ pipeline: String = pipeline, jobs: Int = 2, in run: RunDirectory? = nil, keepsTemporaryFiles: Bool = false) async throws -> Recorder {
    try pipeline.write(toFile: file, atomically: true, encoding: .utf8)
    let recorder = Recorder()
    let plan = Plan(try Pipeline.load(path: file).pipeline)
    try await Run(plan: plan, directory: run ?? self.run, threads: jobs, keepsTemporaryFiles: keepsTemporaryFiles, observer: recorder)
      .perform(on: LocalExecutor(width: jobs))
    return recorder
  }

  /// Checksums of all outputs, by path.
  func checksums(of run: RunDirectory? = nil) throws -> [String: UInt64] {
    let run = run ?? self.run
    let plan = Plan(try Pipeline.load(path: run.pipelineFile).pipeline)
    var result: [String: UInt64] = [:]
    for output in try Catalog.manifests(of: run, plan: plan).flatMap({ $0 }).flatMap(\.outputs) {
      // What the steps of a stage hand each other goes when it is done.
      let isGone = output.path.hasSuffix(".bin") && !FileManager.default.fileExists(atPath: run.file(output.path))
      let found = isGone ? (bytes: output.bytes, checksum: output.checksum) : try fileChecksum(run.file(output.path))
      #expect(found.checksum == output.checksum)
      result[output.path] = found.checksum
    }
    return result
  }

  var report: RunReport {
    get throws { try RunReport(run, plan: Plan(try Pipeline.load(path: run.pipelineFile).pipeline)) }
  }
}

func withWorkshop(_ body: (Workshop) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("winnow-run-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(Workshop(folder: folder))
}

@Suite struct RunFacts {
  @Test func outputsDoNotDependOnTheNumberOfJobs() async throws {
    try await withWorkshop { shop in
      let other = RunDirectory(path: shop.folder.appendingPathComponent("other").path)
      try await shop.perform(jobs: 1)
      try await shop.perform(jobs: 3, in: other)
      let (one, three) = (try shop.checksums(), try shop.checksums(of: other))
      #expect(one.count > 20 && one == three)
    }
  }

  @Test func theTokenizerDoesNotDependOnTheMemoryForItsWords() async throws {
    try await withWorkshop { shop in
      func tokenizer(_ settings: String) async throws -> UInt64? {
        try await shop.perform(Workshop.pipeline.replacingOccurrences(of: "vocabulary: 400", with: "vocabulary: 400, " + settings))
        return try shop.checksums().first { $0.key.hasSuffix("tokenizer.json") }?.value
      }
      let plain = try await tokenizer("temperature: 1")
      #expect(try await tokenizer("memory: 64KiB") == plain && plain != nil)
      let balanced = try await tokenizer("balance: language, weights: [en=5]")
      #expect(try await tokenizer("balance: language, weights: [en=5], memory: 64KiB") == balanced)
      #expect(try await tokenizer("special-token-ids: last, byte-order: byte-value") != plain)
      #expect(try await tokenizer("minimum-word-count: 4") != plain)
    }
  }

  @Test func weightsOfATokenizerNeedTheirGroupsNamed() async throws {
    try await withWorkshop { shop in
      let pipeline = Workshop.pipeline.replacingOccurrences(of: "vocabulary: 400", with: "vocabulary: 400, temperature: 3")
      await #expect(throws: (any Error).self) { try await shop.perform(pipeline) }
    }
  }

  @Test func committedTasksAreNotDoneAgain() async throws {
    try await withWorkshop { shop in
      let (first, second) = (try await shop.perform(), try await shop.perform())
      #expect(first.performed.count > 10 && second.performed.isEmpty)
    }
  }

  private func temporaryFiles(_ shop: Workshop) -> Set<String> {
    let all = FileManager.default.enumerator(atPath: shop.run.file("stages"))?.allObjects as? [String] ?? []
    return Set(all.filter { $0.hasSuffix(".bin") })
  }

  @Test func whatStepsHandEachOtherGoesWhenTheStageIsDone() async throws {
    try await withWorkshop { shop in
      let first = try await shop.perform()
      #expect(temporaryFiles(shop).isEmpty)
      #expect(FileManager.default.fileExists(atPath: shop.run.file("stages/fuzzy/decide/summary.json")))
      let before = try shop.checksums()
      // Its steps are done again when a result is gone, and give the same.
      unlink(shop.run.file("stages/fuzzy/part-00001.jsonl.zst"))
      let again = try await shop.perform()
      #expect(again.performed.contains("fuzzy/map#0") && again.performed.contains("fuzzy/apply#1"))
      #expect(!again.performed.contains("fuzzy/apply#0") && !again.performed.contains { $0.hasPrefix("copies") })
      #expect(try shop.checksums() == before && temporaryFiles(shop).isEmpty)
      #expect(first.performed.contains("fuzzy/map#0"))
    }
  }

  @Test func temporaryFilesStayWhenAskedTo() async throws {
    try await withWorkshop { shop in
      try await shop.perform(keepsTemporaryFiles: true)
      #expect(temporaryFiles(shop).contains("fuzzy/map/keys-00000.bin"))
      let again = try await shop.perform()
      #expect(again.performed.isEmpty && temporaryFiles(shop).isEmpty)
    }
  }

  @Test func aPlanSaysWhatDeduplicationWillTakeAndTheReportWhatItTook() async throws {
    try await withWorkshop { shop in
      try await shop.perform()
      let plan = Plan(try Pipeline.load(path: shop.file).pipeline)
      let expected = try PlanEstimate(plan, secondsPerSource: 20, cores: 2).deduplications
      let measured = try shop.report.deduplications
      #expect(expected.map(\.stage) == ["copies", "fuzzy"] && measured.map(\.stage) == ["copies", "fuzzy"])
      let documents = try #require(try shop.report.stageLines.first { $0.counts.stage == "copies" }).counts.entered
      for item in expected {
        #expect(abs(item.estimate.documents - documents) <= documents / 2, "\(item.estimate.documents) of \(documents)")
        #expect(item.estimate.memoryBytes > 1 << 20 && item.estimate.diskBytes > 1 << 10 && item.estimate.seconds > 0)
      }
      for item in measured { #expect(item.memoryBytes > 1 << 20 && item.diskBytes > 1 << 10 && item.seconds > 0) }
    }
  }

  @Test func aChangedParameterRedoesExactlyWhatDependsOnIt() async throws {
    try await withWorkshop { shop in
      try await shop.perform()
      let changed = Workshop.pipeline.replacingOccurrences(of: "from: copies }", with: "from: copies, with: { minimum-jaccard: 0.99 } }")
      let performed = try await shop.perform(changed).performed
      #expect(performed.contains("fuzzy/map#0") && performed.contains("tokenizer/train#0"))
      #expect(!performed.contains { $0.hasPrefix("quality") || $0.hasPrefix("copies") })
      let tokenizerOnly = changed.replacingOccurrences(of: "vocabulary: 400", with: "vocabulary: 401")
      let again = try await shop.perform(tokenizerOnly).performed
      #expect(Set(again.map { $0.prefix { $0 != "/" } }) == ["tokenizer"])
    }
  }

  @Test func aDamagedOutputIsNoticedAndOnlyItsTaskIsRepeated() async throws {
    try await withWorkshop { shop in
      try await shop.perform()
      let before = try shop.checksums()
      let part = shop.run.file("stages/quality/part-00001.jsonl.zst")
      var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: part)))
      bytes[bytes.count / 2] ^= 0x40
      try Data(bytes).write(to: URL(fileURLWithPath: part))
      let recorder = try await shop.perform()
      #expect(recorder.performed == ["quality#1"])
      #expect(recorder.seen.withLock { $0.warnings.map(\.code) } == ["damaged-output"])
      let after = try shop.checksums()
      #expect(after == before)
    }
  }

  @Test func everyInputRecordHasOneLedgerEntryAndTheCountsBalance() async throws {
    try await withWorkshop { shop in
      try await shop.perform()
      let lines = try shop.report.stageLines
      #expect(lines.map(\.counts.stage) == ["crawl", "extract", "quality", "copies", "fuzzy"])
      for (line, next) in zip(lines, lines.dropFirst()) {
        #expect(line.counts.balances && line.counts.kept == next.counts.entered)
      }
      var places: Set<String> = []
      var verdicts: [String: Int] = [:]
      for task in 0..<4 {
        var ledger = try LineReader(path: shop.run.file("stages/quality/ledger-0000\(task).jsonl.zst"))
        while let entry = try ledger.next({ (line) throws(Diagnostic) in try JSONScanner.parse(line).object ?? [:] }) {
          places.insert("\(entry["id"]?.string ?? "")@\(entry["offset"]?.integer ?? -1)")
          verdicts[entry["verdict"]?.string ?? "", default: 0] += 1
        }
      }
      #expect(places.count == lines[0].counts.entered && verdicts.values.reduce(0, +) == places.count)
      #expect(verdicts["kept"] == lines[2].counts.kept)
    }
  }

  @Test func explainFollowsADocumentThroughEveryPhaseAndReplaysItsText() async throws {
    try await withWorkshop { shop in
      try await shop.perform()
      let plan = try shop.report.plan
      var kept: Document?
      try DocumentPart(path: shop.run.file("stages/fuzzy/part-00000.jsonl.zst")).forEach { if kept == nil { kept = $0 } }
      let document = try #require(kept)
      let found = try Explanation.find(document.url, in: shop.run, plan: plan)
      let steps = try #require(found.first).steps
      #expect(steps.map(\.phase.name) == ["quality", "copies/apply", "fuzzy/apply"])
      #expect(steps.allSatisfy { $0.entry.outcome == .kept })
      #expect(steps[0].metrics.contains { $0.name == "quality.words" && $0.value > 0 })
      let words = try #require(try steps[0].ruleReadings().first { $0.metric == "quality.words" && $0.bounds?.minimum != nil })
      #expect(words.stage == "quality" && words.value == steps[0].metrics.first { $0.name == "quality.words" }?.value && !words.isBroken)
      let replay = try found[0].replay(steps[0])
      #expect(replay.map(\.stage) == ["crawl", "extract", "quality"])
      let isSame = replay.last?.text == document.text
      #expect(isSame)
      #expect(throws: Diagnostic.self) { try Explanation.find("http://nowhere.example/", in: shop.run, plan: plan) }
    }
  }

  @Test func explainShowsTheRuleThatDroppedADocumentAsTheFirstBrokenOneAndNoneOfAKeptOne() async throws {
    try await withWorkshop { shop in
      try await shop.perform()
      var lines = try LineReader(path: shop.run.file("stages/quality/ledger-00000.jsonl.zst"))
      var dropped: [String: String] = [:], kept: [String] = []
      while let entry = try lines.next({ (line) throws(Diagnostic) in try JSONScanner.parse(line).object ?? [:] }) {
        guard let id = entry["id"]?.string else { continue }
        if entry["verdict"]?.string == "kept" { kept.append(id) }
        if let rule = entry["rule"]?.string, rule.hasPrefix("gopher-quality.") { dropped[id] = rule }
      }
      #expect(dropped.count > 3 && kept.count > 3)
      let plan = try shop.report.plan
      for id in dropped.keys.sorted().prefix(5) + kept.prefix(5) {
        let step = try #require(try Explanation.find(id, in: shop.run, plan: plan).first?.steps.first)
        #expect(try step.ruleReadings().first(where: \.isBroken)?.rule == dropped[id])
      }
    }
  }

  @Test func theCatalogHoldsWhatTheManifestsHoldAndCanBeMadeAnew() async throws {
    try await withWorkshop { shop in
      try await shop.perform()
      let first = try Data(contentsOf: URL(fileURLWithPath: shop.run.catalogFile))
      try FileManager.default.removeItem(atPath: shop.run.catalogFile)
      try Catalog.rebuild(shop.run, plan: try shop.report.plan)
      let second = try Data(contentsOf: URL(fileURLWithPath: shop.run.catalogFile))
      #expect(second == first)
    }
  }

  @Test func aStoppedRunContinuesToTheSameBytes() async throws {
    try await withWorkshop { shop in
      let whole = RunDirectory(path: shop.folder.appendingPathComponent("whole").path)
      try await shop.perform(in: whole)
      let plan = Plan(try Pipeline.load(path: shop.file).pipeline)
      for allowed in [0, 1, 3, 8, 15] {
        let stop = StopFlag()
        let observer = StoppingObserver(after: allowed, stop)
        if allowed == 0 { stop.set() }
        await #expect(throws: Interrupted.self) {
          try await Run(plan: plan, directory: shop.run, threads: 2, stop: stop, observer: observer).perform(on: LocalExecutor(width: 2))
        }
      }
      try await shop.perform()
      let (resumed, expected) = (try shop.checksums(), try shop.checksums(of: whole))
      #expect(resumed == expected)
      #expect(!FileManager.default.fileExists(atPath: shop.run.file("work")))
    }
  }

  @Test func singleTasksInAnyOrderWithinAPhaseGiveTheSameBytes() async throws {
    try await withWorkshop { shop in
      let whole = RunDirectory(path: shop.folder.appendingPathComponent("whole").path)
      try await shop.perform(in: whole)
      let plan = Plan(try Pipeline.load(path: shop.file).pipeline)
      let run = Run(plan: plan, directory: shop.run, threads: 1, observer: Recorder())
      try FileManager.default.createDirectory(atPath: shop.run.path, withIntermediateDirectories: true)
      #expect(throws: Diagnostic.self) { try run.performTask(phase: 1, task: 0) }
      for phase in plan.phases { for task in phase.tasks.indices.reversed() { try run.performTask(phase: phase.index, task: task) } }
      try FileManager.default.copyItem(atPath: whole.pipelineFile, toPath: shop.run.pipelineFile)
      let (alone, expected) = (try shop.checksums(), try shop.checksums(of: whole))
      #expect(alone == expected)
    }
  }

  @Test func aSecondCoordinatorIsKeptOut() async throws {
    try await withWorkshop { shop in
      try Workshop.pipeline.write(toFile: shop.file, atomically: true, encoding: .utf8)
      let plan = Plan(try Pipeline.load(path: shop.file).pipeline)
      let directory = shop.run
      let inner = InnerRun { try await Run(plan: plan, directory: directory, threads: 1, observer: Recorder()).perform(on: LocalExecutor(width: 1)) }
      try await Run(plan: plan, directory: directory, threads: 1, observer: inner).perform(on: LocalExecutor(width: 1))
      let refusal = await inner.refusal.value
      #expect(refusal == "run-in-use")
    }
  }
}

/// Sets the stop flag after a number of finished tasks.
private final class StoppingObserver: RunObserver {
  private let allowed: Int
  private let stop: StopFlag
  private let finished = Atomic<Int>(0)

  init(after allowed: Int, _ stop: StopFlag) {
    self.allowed = allowed
    self.stop = stop
  }

  func handle(_ event: RunEvent) {
    if case .taskFinished = event, finished.add(1, ordering: .relaxed).newValue >= allowed { stop.set() }
  }
}

/// Tries a second run while the first one works.
private final class InnerRun: RunObserver {
  let refusal: Task<String, Never>
  private let started = AsyncStream<Void>.makeStream()

  init(_ body: @escaping @Sendable () async throws -> Void) {
    let stream = started.stream
    refusal = Task {
      for await _ in stream { break }
      do {
        try await body()
        return "none"
      } catch { return (error as? Diagnostic)?.code ?? "\(error)" }
    }
  }

  func handle(_ event: RunEvent) {
    if case .runStarted = event {
      started.continuation.yield()
      // Long enough for the second one to be refused while this one holds the lock.
      Thread.sleep(forTimeInterval: 0.2)
    }
  }
}
