import CZstandard
import Documents
import Foundation
import Storage
import Synchronization
import TokenShards
import Tokenization

/// Writing, reading and size of token shards, on documents in JSON lines: `token-shards TOKENIZER DOCUMENTS.jsonl… [--threads N] [--transforms]`.
/// `token-shards read SHARDS` reads a set that is there.
///
/// Everything is measured on the same documents in one run; text is held in memory, so no parsing is timed.
@main
struct TokenShardsBenchmark {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    var threads = 2
    if let place = arguments.firstIndex(of: "--threads"), place + 1 < arguments.count, let value = Int(arguments[place + 1]) {
      threads = value
      arguments.removeSubrange(place...place + 1)
    }
    let showsTransforms = arguments.contains("--transforms")
    arguments.removeAll { $0 == "--transforms" }
    guard arguments.count >= 2 else {
      print("usage: token-shards TOKENIZER DOCUMENTS.jsonl… [--threads N] [--transforms]\n       token-shards read SHARDS")
      return
    }
    if arguments[0] == "read" {
      let split = try ShardSet(directory: arguments[1]).split("train")
      try measureReading(split)
      try measureOrder(split)
      return
    }
    let tokenizer = try Tokenizer(path: arguments[0])
    var documents: [Document] = []
    for path in arguments.dropFirst() {
      var lines = try LineReader(path: path)
      while let item = try lines.next({ (line) throws(Diagnostic) in try DocumentLines.parse(line, origin: Origin(file: path)) }
      ) {
        if case .document(let document) = item { documents.append(document) }
      }
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("winnow-token-shards-\(getpid())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bytes = documents.reduce(0) { $0 + $1.text.count }
    print("\(documents.count) documents, \(bytes / 1_000_000) MB of text, \(threads) threads")
    for round in 1...3 { try measureWriting(documents, bytes, tokenizer, folder, threads, round) }
    let split = try ShardSet(directory: folder + "/shards").split("train")
    try measureReading(split)
    try measureOrder(split)
    if showsTransforms { try Transforms(split).measure() }
  }

  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  static func fixed(_ value: Double, _ digits: Int = 1) -> String { String(format: "%.\(digits)f", value) }

  /// Documents to shards as `winnow shards write` does it, each thread with an encoder that has not seen the text.
  private static func measureWriting(
    _ documents: [Document], _ bytes: Int, _ tokenizer: Tokenizer, _ folder: String, _ threads: Int, _ round: Int
  ) throws {
    var options = ShardOptions(vocabularySize: tokenizer.vocabularySize, endOfDocument: tokenizer.endOfText ?? 0)
    options.heldOut = [.init("validation", fraction: 0.01)]
    let paths = (0..<threads).map { "\(folder)/\($0).partition" }
    let workers = try paths.map { try Worker(tokenizer, options, $0) }
    let next = Atomic(0)
    let encoding = seconds {
      DispatchQueue.concurrentPerform(iterations: threads) { number in
        while true {
          let start = next.wrappingAdd(64, ordering: .relaxed).oldValue
          guard start < documents.count else { return }
          workers[number].encode(documents[start..<min(documents.count, start + 64)])
        }
      }
    }
    let storing = try seconds {
      DispatchQueue.concurrentPerform(iterations: threads) { workers[$0].finish() }
      for worker in workers { try worker.result() }
    }
    var manifest: ShardManifest?
    let writing = try seconds {
      manifest = try ShardSetWriter(partitions: paths, directory: folder + "/shards", options: options).write(threads: threads)
    }
    let total = encoding + storing + writing
    let size = manifest?.splits.flatMap(\.shards).reduce(0) { $0 + $1.bytes } ?? 0
    let tokens = manifest?.splits.reduce(0) { $0 + $1.count.tokens } ?? 0
    print(
      "write \(round): \(fixed(Double(bytes) / total / 1e6)) MB/s of text (encode \(fixed(encoding, 2)) s, sort and store \(fixed(storing, 2)) s, "
        + "merge, compress and sync \(fixed(writing, 2)) s); \(tokens) tokens, raw/stored \(fixed(Double(tokens) * Double(options.width.rawValue) / Double(size), 3))"
    )
  }

  private final class Worker: @unchecked Sendable {
    // Used by one thread at a time.
    private let encoder: TokenEncoder
    private var writer: EncodedPartitionWriter
    private var failure: Error?

    init(_ tokenizer: Tokenizer, _ options: ShardOptions, _ path: String) throws {
      encoder = TokenEncoder(tokenizer)
      writer = try EncodedPartitionWriter(path: path, options: options)
    }

    func encode(_ documents: ArraySlice<Document>) {
      do {
        for document in documents {
          try writer.add(
            EncodedDocument(id: document.id, textBytes: UInt64(document.text.count), tokens: encoder.encode(document.text)))
        }
      } catch { failure = error }
    }

    func finish() {
      guard failure == nil else { return }
      do { _ = try writer.commit(syncs: false) } catch { failure = error }
    }

    func result() throws {
      if let failure { throw failure }
    }
  }

  /// In turns with libzstd alone on the same frames, which only decompresses: what the machine gives at that moment.
  private static func measureReading(_ split: ShardSplit) throws {
    var ours: [Double] = []
    var plain: [Double] = []
    for _ in 1...9 {
      let reader = TokenReader(split, frameLimit: 1)
      var tokens: [UInt32] = []
      let time = try seconds {
        for start in stride(from: 0, to: split.tokenCount, by: 1 << 16) {
          tokens.removeAll(keepingCapacity: true)
          try reader.read(start..<min(split.tokenCount, start + 1 << 16), into: &tokens)
        }
      }
      ours.append(Double(split.tokenCount) / time / 1e6)
      plain.append(try decompressAlone(split))
    }
    func row(_ values: [Double]) -> String {
      let sorted = values.sorted()
      return "\(fixed(sorted[4])) M tokens/s on one core (\(fixed(sorted[0])) to \(fixed(sorted[8])), 9 rounds)"
    }
    print("read in order, checksums verified: \(row(ours))")
    print(
      "libzstd on the same frames, bytes only: \(row(plain)); ours/its \(fixed(zip(ours, plain).map { $0 / $1 }.sorted()[4], 2))"
    )
    var random = SeededRandom(seed: 1)
    let reader = TokenReader(split, frameLimit: 1)
    var tokens: [UInt32] = []
    var times: [Double] = []
    for _ in 0..<2000 {
      let position = Int(random.next(below: UInt64(split.tokenCount)))
      tokens.removeAll(keepingCapacity: true)
      times.append(try seconds { try reader.read(position..<position + 1, into: &tokens) })
    }
    times.sort()
    print(
      "random frame: median \(fixed(times[1000] * 1e6, 0)) us, 99th percentile \(fixed(times[1980] * 1e6, 0)) us, greatest \(fixed(times[1999] * 1e6, 0)) us"
    )
  }

  /// Millions of tokens a second that libzstd decompresses, nothing else done.
  private static func decompressAlone(_ split: ShardSplit) throws -> Double {
    let context = ZSTD_createDCtx()
    defer { ZSTD_freeDCtx(context) }
    var output = [UInt8](repeating: 0, count: 4 << 16)
    var time = 0.0
    for shard in split.shards {
      let file = try MappedFile(path: shard.path)
      defer { withExtendedLifetime(file) {} }
      time += seconds {
        var rest = file.bytes[...]
        for _ in 0..<shard.frameCount {
          let frame = UnsafeRawBufferPointer(rebasing: rest)
          let size = ZSTD_findFrameCompressedSize(frame.baseAddress, frame.count)
          _ = ZSTD_decompressDCtx(context, &output, output.count, frame.baseAddress, size)
          rest = rest.dropFirst(size)
        }
      }
    }
    return Double(split.tokenCount) / time / 1e6
  }

  private static func measureOrder(_ split: ShardSplit) throws {
    let frames = split.shards.reduce(0) { $0 + $1.frameCount }
    for packing in Packing.allCases {
      var plan: SequencePlan?
      let planning = try seconds { plan = try SequencePlan(split, length: 1024, packing: packing) }
      guard let plan else { return }
      let source = BatchSource(plan, batchSize: 16, seed: 1)
      let reading = try seconds { for step in 0..<source.stepsPerEpoch { _ = try source.batch(step: step) } }
      let resumed = BatchSource(plan, batchSize: 16, seed: 1)
      var place = 0
      let resuming = seconds { place = resumed.place(step: 123 * source.stepsPerEpoch + 7, row: 3).sequence }
      let text = (0..<plan.sequenceCount).reduce(0) { $0 + plan.textTokens(of: $1) }
      print(
        "epoch, \(packing.rawValue), 1,024 inputs: \(fixed(Double(text) / reading / 1e6)) M tokens/s in random order, \(source.decompressedFrames) frames "
          + "decompressed of \(frames); \(fixed(100 - 100 * Double(text) / Double(plan.sequenceCount * 1025), 2)) % padding; plan \(fixed(planning * 1e3, 2)) ms, "
          + "resume \(fixed(resuming * 1e6)) us (sequence \(place))")
    }
  }
}
