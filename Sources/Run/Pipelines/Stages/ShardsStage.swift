import Documents
import Foundation
import Storage
import TokenShards
import Tokenization

extension StageKind {
  static let tokenShards = StageKind(
    "token-shards", "the documents as token ids in seekable zstd shards, shuffled, with held-out splits",
    inputs: [InputPort("from", .documents, several: true), InputPort("tokenizer", .tokenizer)], output: .shards,
    parameters: [
      Parameter(
        "validation", .number(0...1), default: .number(0.01), "share of the clusters of near-duplicates that is held out"),
      Parameter("test", .number(0...1), default: .number(0), "share held out for a test split"),
      Parameter("shard-tokens", .integer(1000...Int.max), default: .integer(100_000_000), "tokens per shard"),
      Parameter(
        "frame-tokens", .integer(256...(1 << 24)), default: .integer(1 << 17),
        "tokens per zstd frame, the unit of random access"),
      Parameter("compression-level", .integer(1...22), default: .integer(2), "zstd level"),
      Parameter("end-of-document", .text, "the special token that ends each document (default: \(BytePairModel.endOfText))"),
      Parameter("seed", .integer(0...Int.max), default: .integer(0), "seed of the order of the documents"),
      Parameter(
        "weights", .list,
        "epochs by language or source (metadata.source, else the host): ['language:de=2', 'source:a.example=0.5']"),
      Parameter(
        "packing", .choice(Packing.allCases.map(\.rawValue)), default: .text(Packing.concatenate.rawValue),
        "how training cuts documents into sequences"),
      Parameter("sequence-length", .integer(8...65_536), "tokens of a sequence that training takes where it names none"),
    ],
    check: { parameters in
      do throws(Diagnostic) { _ = try DocumentWeights(parsing: parameters.list("weights") ?? []) } catch { return [error] }
      return []
    },
    nominalRate: 20,
    body: .collective { _ in
      [
        CollectiveStep("encode", .eachPart) { context in
          let tokenizer = try loadTokenizer(context)
          let encoder = TokenEncoder(tokenizer)
          var writer = try EncodedPartitionWriter(
            path: "\(context.folder)/tokens-\(taskNumber(context.task)).bin", options: try shardOptions(context, tokenizer))
          try context.forEachDocument(in: context.parts[context.task]) { _, document in
            let encoded = EncodedDocument(
              id: document.id, language: document.metadata["language"]?.string ?? "",
              source: document.metadata["source"]?.string ?? WebAddress(document.url)?.host ?? "",
              textBytes: UInt64(document.text.count), tokens: encoder.encode(document.text))
            try writer.add(encoded, cluster: document.metadata["minhash_cluster"]?.string)
          }
          _ = try writer.commit()
          return TaskCounts()
        },
        CollectiveStep("write", .one, usesAllThreads: true) { context in
          let tokenizer = try loadTokenizer(context)
          let partitions = context.parts.indices.map { "\(context.folder(ofStep: "encode"))/tokens-\(taskNumber($0)).bin" }
          let writer = try ShardSetWriter(
            partitions: partitions, directory: context.folder, options: try shardOptions(context, tokenizer))
          let manifest = try writer.write(threads: context.threads)
          // The set names its tokenizer and holds it, so that whoever gets the folder can read it.
          try AtomicFile.write(tokenizer.model.tokenizerJSON, to: "\(context.folder)/tokenizer.json")
          let splits = manifest.splits.map { "\($0.count.tokens) tokens of \($0.count.documents) documents in \($0.name)" }
          try AtomicFile.write(Array((splits.joined(separator: ", ") + "\n").utf8), to: "\(context.folder)/note.txt")
          return TaskCounts()
        },
      ]
    })

  private static func loadTokenizer(_ context: StepContext) throws(Diagnostic) -> Tokenizer {
    try Tokenizer(path: "\(context.artifact("tokenizer") ?? "")/tokenizer.json")
  }

  private static func shardOptions(_ context: StepContext, _ tokenizer: Tokenizer) throws(Diagnostic) -> ShardOptions {
    let parameters = context.parameters
    let name = parameters.text("end-of-document") ?? BytePairModel.endOfText
    guard let endOfText = tokenizer.model.specialToken(name) else {
      let others = tokenizer.model.specialTokens.prefix(8).map(\.content)
      throw Diagnostic(
        "no-end-of-text", "the tokenizer has no token \(name) to end documents with",
        fix: others.isEmpty
          ? "train it with 'special-tokens: [\"\(name)\"]'"
          : "name another with 'end-of-document'; the tokenizer has \(others.joined(separator: ", "))")
    }
    var options = ShardOptions(vocabularySize: tokenizer.vocabularySize, endOfDocument: endOfText)
    options.seed = UInt64(parameters.integer("seed") ?? 0)
    options.heldOut = ["validation", "test"].compactMap { name in
      parameters.number(name).flatMap { $0 > 0 ? ShardOptions.Split(name, fraction: $0) : nil }
    }
    options.shardTokens = parameters.integer("shard-tokens") ?? options.shardTokens
    options.frameTokens = parameters.integer("frame-tokens") ?? options.frameTokens
    options.compressionLevel = Int32(parameters.integer("compression-level") ?? 2)
    options.weights = try DocumentWeights(parsing: parameters.list("weights") ?? [])
    options.packing = parameters.text("packing").flatMap(Packing.init(rawValue:)) ?? .concatenate
    options.sequenceLength = parameters.integer("sequence-length")
    options.tokenizerSHA256 = ShardOptions.sha256(ofTokenizer: tokenizer.model.tokenizerJSON)
    options.pipelineHash = context.plan.configurationHash.hexadecimal
    options.specialTokens = tokenizer.model.specialTokens.map { .init($0.content, id: $0.id) }
    return options
  }
}
