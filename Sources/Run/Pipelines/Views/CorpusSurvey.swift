import Datasheets
import Documents
import Foundation
import Storage

/// Documents and bytes by language and host of what feeds the shards, in one pass.
struct CorpusSurvey {
  struct Share {
    let name: String
    var volume: Volume
  }

  let languages: [Share]
  let hosts: [Share]

  init(_ context: StepContext) throws {
    var languages: [String: Volume] = [:]
    var hosts: [String: Volume] = [:]
    let shards = context.stage.inputs(of: "from").first.flatMap { context.plan.pipeline.stage($0.node) }
    for edge in shards?.inputs(of: "from") ?? [] {
      guard let set = context.plan.documentSets[edge.node] else { continue }
      for part in 0..<set.parts {
        try DocumentPart(path: context.run.file("\(set.folder)/part-\(taskNumber(part)).jsonl.zst")).forEach { document in
          if context.stop.isSet { throw Interrupted() }
          languages[document.metadata["language"]?.string ?? "unknown", default: Volume()].add(document)
          hosts[WebAddress(document.url)?.host ?? "unknown", default: Volume()].add(document)
        }
      }
    }
    self.languages = Self.sorted(languages)
    self.hosts = Self.sorted(hosts)
  }

  private static func sorted(_ volumes: [String: Volume]) -> [Share] {
    volumes.map { Share(name: $0.key, volume: $0.value) }.sorted { ($1.volume.bytes, $0.name) < ($0.volume.bytes, $1.name) }
  }
}

extension Volume {
  fileprivate mutating func add(_ document: Document) {
    documents += 1
    bytes += UInt64(document.text.count)
  }
}

/// A few real documents for each reason: those with the smallest hash of their id, so that the choice is stable and not the first ones.
struct DropExamples {
  private var examples: [String: [(hash: UInt64, example: DropAccount.Example)]] = [:]
  private static let perRule = 3

  init(_ context: StepContext, _ report: RunReport) throws {
    var examples = examples
    try context.forEachLedgerEntry { _, entry in
      guard case .dropped(let reason) = entry.outcome else { return }
      let key = "\(entry.stage)\u{0}\(reason.rule)"
      let hash = XXH64.hash(entry.id)
      let chosen = examples[key] ?? []
      if chosen.count == Self.perRule, let last = chosen.last, last.hash <= hash { return }
      let example = DropAccount.Example(
        id: entry.id, url: entry.url, value: reason.value, threshold: reason.threshold,
        detail: reason.duplicateOf ?? reason.detail)
      examples[key] = Array(
        (chosen + [(hash, example)]).sorted { ($0.hash, $0.example.id) < ($1.hash, $1.example.id) }.prefix(Self.perRule))
    }
    self.examples = examples
  }

  func of(stage: String, rule: String) -> [DropAccount.Example] { (examples["\(stage)\u{0}\(rule)"] ?? []).map(\.example) }
}

extension StepContext {
  /// Every ledger entry of the phases before this one, in order.
  func forEachLedgerEntry(_ body: (Phase, LedgerEntry) throws -> Void) throws {
    for phase in plan.phases[..<self.phase.index] where phase.writesDocuments {
      for task in phase.tasks.indices {
        if stop.isSet { throw Interrupted() }
        var lines = try LineReader(path: run.file("\(phase.folder)/ledger-\(taskNumber(task)).jsonl.zst"))
        while let entry = try lines.next({ (line) throws(Diagnostic) in
          LedgerEntry(try JSONScanner.parse(line), lastStage: phase.stageID)
        }) {
          if let entry { try body(phase, entry) }
        }
      }
    }
  }
}
