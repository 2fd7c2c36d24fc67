import Documents
import Foundation
import Storage
import TokenShards

/// What must hold when any bytes are read as a token file: an answer or a diagnostic, never a crash, and what is believed is whole.
///
/// The first byte of an input says which reader gets the rest. Checksums in a shard's index are put right first, so that a fuzzer gets past
/// them; so is the one of a partition.
public enum ShardReaderProperties {
  private static let kinds = [
    "shard", "partition", "manifest", "megatron index", "megatron tokens", "datatrove", "llm.c", "nanogpt",
    "mds index", "mds shard", "parquet",
  ]

  private static func folder() -> String {
    let shared = "/dev/shm"
    let base = FileManager.default.fileExists(atPath: shared) ? shared : NSTemporaryDirectory()
    return "\(base)/winnow-shard-properties-\(ProcessInfo.processInfo.processIdentifier)"
  }

  /// A small file of each kind, with its number in front.
  public static let seeds: [[UInt8]] = (try? makeSeeds()) ?? []

  private static func makeSeeds() throws -> [[UInt8]] {
    let folder = folder() + "-seeds"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = ShardOptions(vocabularySize: 300, endOfDocument: 0)
    options.heldOut = []
    options.frameTokens = 16
    options.specialTokens = [.init("<|endoftext|>", id: 0)]
    let partition = folder + "/partition"
    var writer = try EncodedPartitionWriter(path: partition, options: options)
    for number in 0..<4 {
      let tokens = (0..<5 * number).map { UInt32(1 + ($0 * 37) % 299) }
      try writer.add(EncodedDocument(id: "d\(number)", language: "en", source: "s", textBytes: 20, tokens: tokens))
    }
    _ = try writer.commit()
    try ShardSetWriter(partitions: [partition], directory: folder, options: options).write()
    let split = try ShardSet(directory: folder).split("train")
    let prefix = folder + "/out"
    func contents(_ path: String) throws -> [UInt8] { try MappedFile.contents(of: path) }
    try TokenExportFormat.megatron.export(split, to: prefix)
    var seeds = [
      try contents(folder + "/train-00000.tokens.zst"), try contents(partition), try contents(folder + "/manifest.json"),
      try contents(prefix + ".idx"), try contents(prefix + ".bin"),
    ]
    try TokenExportFormat.datatrove.export(split, to: prefix)
    seeds.append(try contents(prefix + ".ds.index"))
    try TokenExportFormat.llmc.export(split, to: prefix)
    seeds.append(try contents(prefix + ".bin"))
    try TokenExportFormat.nanoGPT.export(split, to: prefix)
    seeds.append(try contents(prefix + ".bin"))
    try TokenExportFormat.mds.export(split, to: prefix)
    seeds.append(try contents(prefix + "/index.json"))
    seeds.append(try Zstandard.decompress(contents(prefix + "/shard.00000.mds.zstd")))
    try TokenExportFormat.parquet.export(split, to: prefix)
    seeds.append(try contents(prefix + ".parquet"))
    return try seeds.enumerated().map { [UInt8($0.offset)] + $0.element } + parquetFixtures().map { [10] + $0 }
  }

  /// The files of `fixtures/parquet`, which lies as far from this file as from its link in the fuzzer.
  private static func parquetFixtures() throws -> [[UInt8]] {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let folder = root.appendingPathComponent("fixtures/parquet")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".parquet") }
    return try names.sorted().map { try MappedFile.contents(of: folder.appendingPathComponent($0).path) }
  }

  /// What is wrong; nil when all holds.
  public static func violation(_ input: [UInt8]) -> String? {
    guard let first = input.first, !seeds.isEmpty else { return seeds.isEmpty ? "no seeds could be made" : nil }
    let folder = folder()
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      return try violation(kind: Int(first) % kinds.count, Array(input.dropFirst()), folder)
    } catch is Diagnostic {
      return nil
    } catch {
      return "\(error) is not a diagnostic"
    }
  }

  private static func violation(kind: Int, _ bytes: [UInt8], _ folder: String) throws -> String? {
    func write(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
    let path = folder + "/file"
    var documents = 0
    switch kind {
    case 0:
      try write(withRightChecksums(shard: bytes), "file")
      return try shardViolation(path)
    case 1:
      try write(withRightChecksum(partition: bytes), "file")
      var options = ShardOptions(vocabularySize: 300, endOfDocument: 0)
      options.heldOut = []
      let out = folder + "/out"
      try? FileManager.default.removeItem(atPath: out)
      try ShardSetWriter(partitions: [path], directory: out, options: options).write()
      let problems = try ShardSet(directory: out).verify().filter { $0.code != "unknown-token" }
      return problems.isEmpty ? nil : "shards written of a partition are damaged: \(problems[0].message)"
    case 2:
      try write(bytes, "manifest.json")
      let manifest = try ShardSet(directory: folder).manifest
      return try ShardManifest(json: manifest.json) == manifest ? nil : "a manifest does not come back as it was read"
    case 3, 4:
      try write(kind == 3 ? bytes : Array(seeds[3].dropFirst()), "file.idx")
      try write(kind == 4 ? bytes : Array(seeds[4].dropFirst()), "file.bin")
      try TokenImportFormat.megatron.forEachDocument(path, endOfDocument: 0) { _ in documents += 1 }
    case 5:
      try write(Array(seeds[7].dropFirst()), "file")
      try write(bytes, "file.index")
      try TokenImportFormat.datatrove.forEachDocument(path, endOfDocument: 0) { _ in documents += 1 }
    case 8, 9:
      let shard = kind == 9 ? bytes : Array(seeds[9].dropFirst())
      try write(Zstandard.compress(shard), "shard.00000.mds.zstd")
      let index = String(decoding: seeds[8].dropFirst(), as: UTF8.self).replacingOccurrences(
        of: "\"bytes\":\(seeds[9].count - 1)", with: "\"bytes\":\(shard.count)")
      try write(kind == 8 ? bytes : Array(index.utf8), "index.json")
      try TokenImportFormat.mds.forEachDocument(folder, endOfDocument: 0) { _ in documents += 1 }
    case 10:
      try write(bytes, "file")
      // A few bytes can stand for very many rows.
      try TokenImportFormat.parquet.forEachDocument(path, endOfDocument: 0) { (_) throws(Diagnostic) in
        documents += 1
        if documents > 100_000 { throw Diagnostic("too-large", "enough") }
      }
    default:
      try write(bytes, "file")
      var tokens = 0
      try (kind == 6 ? TokenImportFormat.llmc : .nanoGPT).forEachDocument(path, endOfDocument: 0) { tokens += $0.tokens.count }
      return tokens <= bytes.count / 2 ? nil : "\(tokens) tokens of \(bytes.count) bytes"
    }
    return nil
  }

  /// A shard that opens has documents that add up, and every frame is either read or named with its documents.
  private static func shardViolation(_ path: String) throws -> String? {
    let shard = try ShardFile(path: path)
    var end = 0
    for number in 0..<shard.documentCount {
      let document = shard.document(number)
      guard document.tokens.lowerBound == end, !document.tokens.isEmpty else {
        return "document \(number) starts at the wrong token"
      }
      end = document.tokens.upperBound
    }
    guard end == shard.tokenCount else { return "the documents end at \(end) of \(shard.tokenCount) tokens" }
    let damaged = shard.damagedFrames()
    let reader = ShardFileReader(shard)
    for number in 0..<shard.frameCount {
      var tokens: [UInt32] = []
      do throws(Diagnostic) {
        try reader.read(shard.tokens(ofFrame: number), into: &tokens)
        guard tokens.count == shard.tokens(ofFrame: number).count else { return "frame \(number) has \(tokens.count) tokens" }
      } catch {
        guard damaged.contains(where: { $0.number == number && !$0.documents.isEmpty }) else {
          return "frame \(number) fails unnamed"
        }
      }
    }
    return nil
  }

  private static func number(_ bytes: [UInt8], _ at: Int, _ size: Int) -> Int? {
    guard at >= 0, at + size <= bytes.count else { return nil }
    let value = (0..<size).reduce(0 as UInt64) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
    return Int(exactly: value)
  }

  private static func put(_ value: UInt64, _ bytes: inout [UInt8], _ at: Int) {
    for byte in 0..<8 { bytes[at + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))) }
  }

  private static func withRightChecksums(shard bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    guard let frames = number(bytes, bytes.count - 9, 4), frames < 1000 else { return bytes }
    let table = bytes.count - 9 - 12 * frames
    var start = 0
    for frame in 0..<frames { start += number(bytes, table + 12 * frame, 4) ?? 0 }
    guard let sections = number(bytes, start + 8 + 28, 4), sections < 1000 else { return bytes }
    let end = start + 8 + 104 + 24 * sections
    guard end + 8 <= bytes.count else { return bytes }
    put(XXH64.hash(Array(bytes[start + 8..<end])), &bytes, end)
    return bytes
  }

  private static func withRightChecksum(partition bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let end = bytes.count - 24
    guard let size = number(bytes, bytes.count - 16, 8), size <= end, end >= 0 else { return bytes }
    put(XXH64.hash(Array(bytes[end - size..<end])), &bytes, end)
    return bytes
  }
}
