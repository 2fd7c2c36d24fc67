import Datasheets
import Deduplication
import Documents
import Foundation
import Storage
import TokenShards
import Tokenization

/// Fills the datasheet from the committed files of a run. A pure function of them: no time, no machine, no order of work shows in it.
struct DatasheetBuilder {
  private let context: StepContext
  private let report: RunReport
  private let plan: Plan
  /// Documents behind the shards.
  private let survey: CorpusSurvey

  init(_ context: StepContext) throws {
    self.context = context
    plan = context.plan
    report = try RunReport(context.run, plan: plan)
    survey = try CorpusSurvey(context)
  }

  func build() throws -> Datasheet {
    let parameters = context.parameters
    var sheet = Datasheet(
      title: parameters.text("title") ?? plan.pipeline.name, description: parameters.text("description") ?? "",
      pipeline: PipelineIdentity(
        name: plan.pipeline.name, configurationHash: plan.configurationHash.hexadecimal, version: Winnow.version,
        command: "winnow run \(plan.pipeline.file)", seeds: seeds))
    sheet.sources = sources
    sheet.stages = try stages()
    let shards = try ShardSet(directory: context.artifact("from") ?? "")
    sheet.languages = languages(shards.manifest)
    sheet.domains = survey.hosts.prefix(20).map {
      DomainShare(domain: $0.name, documents: $0.volume.documents, bytes: $0.volume.bytes)
    }
    sheet.metrics = histograms
    sheet.duplicates = duplicates
    sheet.personalData = personalData
    sheet.toxicity = toxicity
    sheet.tokenizer = try tokenizer(shards.manifest)
    sheet.shards = self.shards(shards.manifest)
    try fillLearning(&sheet)
    if let path = parameters.text("answers") {
      let answers = try DatasheetAnswers.load(path)
      sheet.answers = answers.answers
      sheet.licences = answers.licences
      sheet.creators = answers.creators
      sheet.address = answers.address
      sheet.published = answers.published
    } else {
      sheet.answers = Questionnaire.questions
    }
    sheet.artifacts = artifacts
    return sheet
  }

  // MARK: Corpus

  private var seeds: [PipelineIdentity.Seed] {
    plan.pipeline.stages.compactMap { stage in
      stage.parameters.integer("seed").map { .init(name: stage.id, value: UInt64($0)) }
    }
  }

  private var sources: [CorpusSource] {
    plan.pipeline.sources.map { source in
      let records = report.stageLines.first { $0.isReader && $0.counts.stage == source.id }?.counts.entered ?? 0
      return CorpusSource(
        name: source.id, format: source.kind.name, files: source.files.count, bytes: source.files.map(fileSize).reduce(0, +),
        records: records)
    }
  }

  private func stages() throws -> [StageAccount] {
    let examples = try DropExamples(context, report)
    return report.stageLines.map { line in
      let counts = line.counts
      func volume(_ documents: Int, _ bytes: Int = 0) -> Volume { Volume(documents: documents, bytes: UInt64(max(0, bytes))) }
      return StageAccount(
        id: counts.stage,
        kind: plan.pipeline.stage(counts.stage)?.kind.name ?? "read \(plan.pipeline.source(counts.stage)?.kind.name ?? "")",
        input: volume(counts.entered, counts.bytesIn), kept: volume(counts.kept, counts.bytesOut),
        edited: volume(counts.edited),
        dropped: volume(counts.dropped), failed: volume(counts.failed),
        reasons: line.rules.map {
          DropAccount(rule: $0.rule, documents: $0.count, examples: examples.of(stage: counts.stage, rule: $0.rule))
        })
    }
  }

  private func languages(_ manifest: ShardManifest) -> [LanguageShare] {
    var tokens: [String: Int] = [:]
    for split in manifest.splits { for (name, count) in split.languages { tokens[name, default: 0] += Int(count.tokens) } }
    return survey.languages.map {
      LanguageShare(
        language: $0.name, documents: $0.volume.documents, bytes: $0.volume.bytes,
        tokens: tokens[$0.name == "unknown" ? "" : $0.name])
    }
  }

  /// Metrics whose rules dropped most, at most twelve, each with the rule's bounds.
  private var histograms: [MetricHistogram] {
    let all = report.manifests.flatMap { $0.histograms }
    var result: [MetricHistogram] = []
    for line in report.stageLines {
      guard let stage = plan.pipeline.stage(line.counts.stage) else { continue }
      let rules = stage.kind.rules(stage.parameters)
      for count in line.rules {
        guard result.count < 12, let rule = rules.first(where: { $0.rule == count.rule }),
          let histogram = all.first(where: { $0.stage == stage.id && $0.metric == rule.metric }),
          !result.contains(where: { $0.metric == "\(stage.id).\(rule.metric)" })
        else { continue }
        result.append(MetricHistogram(histogram, rules.filter { $0.metric == rule.metric }))
      }
    }
    return result
  }

  private var duplicates: [DuplicateAccount] {
    plan.pipeline.stages.filter { $0.kind.name.hasSuffix("-dedup") }.compactMap { stage -> DuplicateAccount? in
      let path = context.run.file("stages/\(stage.id)/decide/summary.json")
      guard let object = Self.object(path) else { return nil }
      func integer(_ key: String) -> Int { Int(object[key]?.integer ?? 0) }
      let sizes = (object["cluster_sizes"]?.array ?? []).enumerated().compactMap { index, count in
        count.integer.map { DuplicateAccount.ClusterSize(sizes: ((1 << index) + 1)...(2 << index), clusters: Int($0)) }
      }
      return DuplicateAccount(
        stage: stage.id, method: stage.kind.name, removedDocuments: integer("dropped_documents"),
        cutDocuments: integer("cut_documents"), removedBytes: UInt64(max(0, integer("removed_bytes"))), clusterSizes: sizes,
        topSpans: Self.removals(object["top_spans"], name: "text", count: "cuts"),
        topHosts: Self.removals(object["top_hosts"], name: "host", count: "documents"))
    }
  }

  private static func removals(_ json: JSONValue?, name: String, count: String) -> [DuplicateAccount.Removal] {
    (json?.array ?? []).compactMap { item in
      guard let object = item.object, let text = object[name]?.string, let times = object[count]?.integer,
        let bytes = object["bytes"]?.integer
      else { return nil }
      // A span's bytes are those of one copy.
      return DuplicateAccount.Removal(
        name: text, count: Int(times), bytes: UInt64(max(0, name == "text" ? bytes * times : bytes)))
    }
  }

  private var personalData: [PersonalDataCount] {
    let stages = plan.pipeline.stages.filter { $0.kind.name == "redact-pii" }.map(\.id)
    return report.manifests.flatMap { $0.histograms }.filter { stages.contains($0.stage) }.map { histogram in
      PersonalDataCount(
        kind: histogram.metric, occurrences: Int(histogram.sum), documents: histogram.count - (histogram.buckets[0] ?? 0),
        replacement: nil)
    }
  }

  private var toxicity: ToxicityAccount? {
    guard let stage = plan.pipeline.stages.first(where: { $0.kind.name == "toxicity" }) else { return nil }
    let hits = report.manifests.flatMap { $0.histograms }.first { $0.stage == stage.id && $0.metric == "hits" }
    let line = report.stageLines.first { $0.counts.stage == stage.id }
    return ToxicityAccount(
      method: "lexicons in the document's language, weighted hits per 1,000 words", measuredDocuments: hits?.count ?? 0,
      matchedDocuments: (hits?.count ?? 0) - (hits?.buckets[0] ?? 0), droppedDocuments: line?.counts.dropped ?? 0,
      matches: Int(hits?.sum ?? 0))
  }

  // MARK: Tokens

  private func tokenizer(_ manifest: ShardManifest) throws -> TokenizerAccount? {
    guard let shards = context.stage.inputs(of: "from").first.flatMap({ plan.pipeline.stage($0.node) }),
      let edge = shards.inputs(of: "tokenizer").first, let folder = plan.artifactFolder(of: edge.node)
    else { return nil }
    let tokenizer = try Tokenizer(path: context.run.file("\(folder)/tokenizer.json"))
    var byLanguage: [String: (bytes: UInt64, tokens: UInt64)] = [:]
    var (bytes, tokens): (UInt64, UInt64) = (0, 0)
    for split in manifest.splits {
      bytes += split.count.textBytes
      tokens += split.count.tokens
      for (name, count) in split.languages {
        byLanguage[name, default: (0, 0)].bytes += count.textBytes
        byLanguage[name, default: (0, 0)].tokens += count.tokens
      }
    }
    let longest = tokenizer.model.tokens.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
      .prefix(12)
    return TokenizerAccount(
      algorithm: "byte-level BPE", pattern: tokenizer.model.pattern.rawValue, vocabularySize: tokenizer.vocabularySize,
      specialTokens: tokenizer.model.specialTokens.map(\.content),
      bytesPerToken: tokens > 0 ? Double(bytes) / Double(tokens) : 0,
      languages: byLanguage.filter { $0.value.tokens > 0 && !$0.key.isEmpty }.sorted {
        ($1.value.tokens, $0.key) < ($0.value.tokens, $1.key)
      }.map {
        .init(language: $0.key, bytesPerToken: Double($0.value.bytes) / Double($0.value.tokens))
      },
      longestTokens: longest.map { String(decoding: $0.element, as: UTF8.self) })
  }

  private func shards(_ manifest: ShardManifest) -> ShardAccount {
    let folder = context.stage.inputs(of: "from").first.flatMap { plan.artifactFolder(of: $0.node) } ?? "shards"
    return ShardAccount(
      format: "zstd, seekable", dataType: manifest.options.width.rawValue == 2 ? "uint16" : "uint32",
      splits: manifest.splits.map { split in
        .init(
          name: split.name, documents: Int(split.count.documents), tokens: Int(split.count.tokens),
          files: split.shards.map { shard in
            let path = "\(folder)/\(shard.file)"
            return ArtifactFile(
              path: path, bytes: shard.bytes, xxh64: shard.checksum.hexadecimal, sha256: sha256(of: context.run.file(path)))
          })
      })
  }

  /// For others to check: Croissant asks for SHA-256. Nil when the file is gone.
  private func sha256(of path: String) -> String? {
    guard let file = try? MappedFile(path: path) else { return nil }
    return withExtendedLifetime(file) { SHA256.hash(file.bytes) }.hexadecimal
  }

  // MARK: Learning

  private func fillLearning(_ sheet: inout Datasheet) throws {
    let scores = context.artifact("scores").flatMap { Self.object("\($0)/evaluation.json") }
    if let model = context.artifact("model") {
      sheet.training = training(model, unigramLoss: scores?["total"]?.object?["unigram-loss"]?.number)
    }
    guard let scores else { return }
    sheet.evaluation = EvaluationAccount(
      rows: ([("all held-out text", scores["total"])] + (scores["groups"]?.object?.members.map { ($0.key, $0.value) } ?? []))
        .compactMap { name, value in
          guard let score = value?.object, let loss = score["loss"]?.number, let bits = score["bits-per-byte"]?.number else {
            return nil
          }
          return .init(
            name: name, tokens: Int(score["tokens"]?.integer ?? 0), loss: loss,
            perplexity: score["token-perplexity"]?.number ?? 0, bitsPerByte: bits,
            unigramBitsPerByte: score["unigram-bits-per-byte"]?.number)
        })
    let sampling = scores["sampling"]?.object
    let settings = ["temperature", "top-k", "top-p", "seed"].compactMap { key -> String? in
      guard let value = sampling?[key], value != .null else { return nil }
      return "\(key) \(value.string ?? String(decoding: value.serialized, as: UTF8.self))"
    }.joined(separator: ", ")
    sheet.samples = (scores["samples"]?.array ?? []).compactMap { $0.object }.map {
      GeneratedSample(prompt: $0["prompt"]?.string ?? "", text: $0["continuation"]?.string ?? "", settings: settings)
    }
  }

  private func training(_ folder: String, unigramLoss: Double?) -> TrainingAccount? {
    guard let object = Self.object("\(folder)/training.json"), let outcome = object["outcome"]?.object else { return nil }
    let configuration = object["configuration"]?.object ?? [:]
    var curve: [TrainingAccount.Point] = []
    if var lines = try? LineReader(path: "\(folder)/metrics.jsonl") {
      while let line = try? lines.next({ (line) throws(Diagnostic) in try JSONScanner.parse(line) }) {
        guard let point = line.object, let step = point["step"]?.integer else { continue }
        curve.append(.init(step: Int(step), trainLoss: point["loss"]?.number, validationLoss: point["validation-loss"]?.number))
      }
    }
    let model = configuration["model"]?.object ?? [:]
    let architecture = model.members.map { "\($0.key) \(String(decoding: $0.value.serialized, as: UTF8.self))" }.joined(
      separator: ", ")
    return TrainingAccount(
      architecture: architecture.isEmpty ? "Llama-style decoder" : architecture,
      parameters: Int(outcome["parameters"]?.integer ?? 0),
      steps: Int(outcome["steps"]?.integer ?? 0), tokens: Int(outcome["tokens"]?.integer ?? 0),
      settings: configuration.members.filter { $0.value.object == nil && $0.value != .null }.map {
        .init(name: $0.key, value: $0.value.string ?? String(decoding: $0.value.serialized, as: UTF8.self))
      },
      curve: curve, unigramLoss: unigramLoss)
  }

  private static func object(_ path: String) -> JSONObject? {
    guard let file = try? MappedFile.contents(of: path) else { return nil }
    return (try? JSONScanner.parse(file))?.object
  }

  /// Final outputs of every stage but this one; files between the steps of a stage are not results.
  private var artifacts: [ArtifactFile] {
    plan.phases.filter { phase in
      guard case .step(let stage, _) = phase.work else { return true }
      return plan.finalPhase(of: stage.id)?.index == phase.index && stage.id != context.stage.id
    }.flatMap { report.manifests[$0.index].flatMap(\.outputs) }.map {
      ArtifactFile(path: $0.path, bytes: $0.bytes, xxh64: $0.checksum.hexadecimal)
    }
  }
}

extension MetricHistogram {
  fileprivate init(_ histogram: Histogram, _ rules: [MetricRule]) {
    let present = histogram.buckets.keys.sorted()
    let range = (present.first ?? 0)...(present.last ?? 0)
    let edges =
      range.map { max(Histogram.bounds(of: $0).lowerBound, histogram.minimum) } + [
        Histogram.bounds(of: range.upperBound).upperBound
      ]
    self.init(
      metric: "\(histogram.stage).\(histogram.metric)", unit: rules.first?.unit, edges: edges,
      kept: range.map { histogram.buckets[$0] ?? 0 },
      thresholds: rules.map { .init(rule: $0.rule, minimum: $0.minimum, maximum: $0.maximum) })
  }
}
