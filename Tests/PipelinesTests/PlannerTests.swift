import Documents
import Foundation
import Pipelines
import TestSupport
import Testing

@Suite struct PlannerFacts {
  private func plan(_ stages: String, sources: String = "  docs: { read: jsonl, paths: [LICENSE] }") throws -> Plan {
    _ = FileManager.default.changeCurrentDirectoryPath(repositoryRoot.path)
    return Plan(try Pipeline.decode("winnow: 1\nname: t\nsources:\n\(sources)\nstages:\n\(stages)\n", file: "t.yaml").pipeline)
  }

  private func shape(_ plan: Plan) -> [String] {
    plan.phases.map { phase in
      let work =
        switch phase.work {
        case .documents(let chain): chain.isEmpty ? "read" : chain.map(\.id).joined(separator: "+")
        case .step(let stage, let step): "\(stage.id):\(step.name)"
        }
      return "\(phase.name) = \(work) x\(phase.tasks.count) after \(phase.dependsOn)"
    }
  }

  private let gopher = "with: { rules: [filters/quality/gopher.yaml] }"

  @Test func chainsOfDocumentStagesAreOnePass() throws {
    let plan = try plan("  a: { use: redact-pii, from: docs }\n  b: { use: filter, from: a, \(gopher) }\n  c: { use: toxicity, from: b }")
    #expect(shape(plan) == ["c = a+b+c x1 after []"])
  }

  @Test func aSecondConsumerCutsTheChain() throws {
    let plan = try plan("  a: { use: redact-pii, from: docs }\n  b: { use: filter, from: a, \(gopher) }\n  c: { use: toxicity, from: a }")
    #expect(shape(plan) == ["a = a x1 after []", "b = b x1 after [0]", "c = c x1 after [0]"])
  }

  @Test func aCollectiveStageCutsAndHasItsSteps() throws {
    let plan = try plan("  a: { use: redact-pii, from: docs }\n  b: { use: exact-dedup, from: a }\n  c: { use: toxicity, from: b }")
    #expect(
      shape(plan) == [
        "a = a x1 after []", "b/map = b:map x1 after [0]", "b/reduce = b:reduce x8 after [0, 1]", "b/decide = b:decide x1 after [0, 1, 2]",
        "b/apply = b:apply x1 after [0, 1, 2, 3]", "c = c x1 after [4]",
      ])
  }

  @Test func severalInputsAndSharesMeet() throws {
    let sources = "  docs: { read: jsonl, paths: [LICENSE] }\n  more: { read: text, paths: [CHANGELOG.md] }"
    let plan = try plan("  a: { use: redact-pii, from: { docs: 50%, more: 1 } }\n  b: { use: exact-dedup, from: [a, more] }", sources: sources)
    #expect(
      shape(plan).prefix(3) == ["docs = read x1 after []", "a = a x2 after [0]", "more = read x1 after []"])
    #expect(plan.phases.first { $0.name == "b/apply" }?.tasks.count == 3)
  }

  @Test func sourcesFeedCollectiveStagesThroughAReadingPhase() throws {
    let plan = try plan("  b: { use: exact-dedup, from: docs }")
    #expect(shape(plan).first == "docs = read x1 after []")
  }

  @Test func archivesAreCutByBytesWithoutGapOrOverlap() throws {
    let sources = "  crawl: { read: warc, paths: [\"fixtures/crawl/crawl-0000[01].warc.gz\"], with: { task-size: 100KB } }"
    let plan = try plan("  a: { use: main-content, from: crawl }", sources: sources)
    var ends: [String: UInt64] = [:]
    for task in plan.phases[0].tasks {
      guard case .archive(_, let path, let range) = task else { Issue.record("not an archive task"); return }
      #expect(range.lowerBound == ends[path, default: 0])
      ends[path] = range.upperBound
    }
    #expect(ends.count == 2 && plan.phases[0].tasks.count > 20)
    for (path, end) in ends { #expect(try Data(contentsOf: repositoryFile(path)).count == Int(end)) }
  }

  @Test func theGraphNamesEveryNodeAndEdge() throws {
    let drawing = GraphDrawing(try plan("  a: { use: redact-pii, from: docs }\n  b: { use: exact-dedup, from: { a: 25% } }").pipeline)
    #expect(drawing.mermaid.contains("docs -->|documents| a") && drawing.mermaid.contains("a -->|documents 25.0%| b"))
    #expect(drawing.svg.hasPrefix("<svg") && drawing.svg.contains(">exact-dedup<"))
  }
}

@Suite struct ParameterFacts {
  @Test("values are read as people write them", arguments: [
    ("20M", 20_000_000), ("1_000", 1000), ("4k", 4000), ("1.5M", 1_500_000), ("7", 7),
  ])
  func counts(text: String, value: Int) { #expect(Parameter("n", .integer(0...Int.max), "").value(of: text) == .integer(value)) }

  @Test("sizes are decimal or binary as their unit says", arguments: [
    ("2GB", 2_000_000_000), ("64MiB", 64 << 20), ("512KB", 512_000), ("10 MB", 10_000_000), ("9", 9),
  ])
  func sizes(text: String, value: Int) { #expect(Parameter("n", .bytes(0...Int.max), "").value(of: text) == .integer(value)) }

  @Test("what does not fit is refused", arguments: ["-1", "1.5", "abc", "", "1e99T", "nan", "99999999999999999999"])
  func refused(text: String) { #expect(Parameter("n", .integer(0...1000), "").value(of: text) == nil) }

  @Test func percentagesAreShares() {
    let share = Parameter("s", .number(0...1), "")
    #expect(share.value(of: "1%") == .number(0.01) && share.value(of: "0.25") == .number(0.25))
    #expect(share.value(of: "101%") == nil && share.value(of: "inf") == nil)
  }
}

@Suite struct HistogramFacts {
  @Test("a value lies inside its bucket", arguments: [0, 0.019, 0.02, 0.5, 0.999, 1, 1.19, 1.1893, 2, 3, 7.99, 8, 1e6, 1e299, -3])
  func inside(value: Double) {
    let bounds = Histogram.bounds(of: Histogram.bucket(of: value))
    #expect(bounds.contains(value), "\(value) in \(bounds)")
  }
}
