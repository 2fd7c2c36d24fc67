import Documents
import Foundation
import Storage
import TestSupport
import Testing
import TokenShards

@Suite("Shard files")
struct ShardFileTests {
  private func shardPath(_ folder: URL, documents: Int = 300) throws -> String {
    try Corpus.write(Corpus.documents(documents), in: folder) + "/train-00000.tokens.zst"
  }

  @Test("plain zstd decompression yields the little-endian ids")
  func plainDecompression() throws {
    try withTemporaryFolder { folder in
      let path = try shardPath(folder)
      let shard = try ShardFile(path: path)
      let raw = try Zstandard.decompress(Array(Data(contentsOf: URL(fileURLWithPath: path))))
      var tokens: [UInt32] = []
      try ShardFileReader(shard).read(0..<shard.tokenCount, into: &tokens)
      #expect(raw.count == 2 * tokens.count)
      #expect(tokens.enumerated().allSatisfy { UInt32(raw[2 * $0]) | UInt32(raw[2 * $0 + 1]) << 8 == $1 })
    }
  }

  @Test("the file ends as the seekable format 0.1.0 demands")
  func endsInSeekTable() throws {
    try withTemporaryFolder { folder in
      let path = try shardPath(folder)
      let shard = try ShardFile(path: path)
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(bytes.suffix(4) == [0xB1, 0xEA, 0x92, 0x8F])
      #expect(bytes[bytes.count - 5] == 0x80)
      let table = bytes.count - 9 - 12 * shard.frameCount - 8
      #expect(Array(bytes[table..<table + 4]) == [0x5E, 0x2A, 0x4D, 0x18])
      // The first entry describes a frame that can be read alone.
      func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
      let content = try Zstandard.decompress(Array(bytes[..<number(table + 8)]))
      #expect(content.count == number(table + 12) && content.count == 2 * 512)
      #expect(Int(truncatingIfNeeded: XXH64.hash(content) & 0xFFFF_FFFF) == number(table + 16))
    }
  }

  @Test("a damaged frame is detected there, with its documents, and the rest stays readable")
  func damagedFrame() throws {
    try withTemporaryFolder { folder in
      let path = try shardPath(folder)
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      bytes[3000] ^= 1
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let shard = try ShardFile(path: path)
      let problems = shard.verify()
      #expect(problems.count == 1 && problems[0].code == "damaged-file")
      let message = problems[0].message
      #expect(message.hasPrefix("frame ") && message.contains("doc-"))
      let number = try #require(Int(message.split(separator: " ")[1]))
      let frames = shard.damagedFrames()
      let concerned = (0..<shard.documentCount).filter { shard.document($0).tokens.overlaps(shard.tokens(ofFrame: number)) }
      #expect(frames.map(\.number) == [number] && Array(frames[0].documents) == concerned)
      #expect(message.contains("it concerns \(concerned.count) documents: '\(shard.document(concerned[0]).id)'"))
      let reader = ShardFileReader(shard)
      for frame in 0..<shard.frameCount {
        let range = frame * 512..<min(shard.tokenCount, (frame + 1) * 512)
        var tokens: [UInt32] = []
        if frame == number {
          #expect(throws: Diagnostic.self) { try reader.read(range, into: &tokens) }
        } else {
          try reader.read(range, into: &tokens)
          #expect(tokens.count == range.count)
        }
      }
    }
  }

  @Test("no damaged or cut shard is believed")
  func damageAnywhere() throws {
    try withTemporaryFolder { folder in
      let path = try shardPath(folder, documents: 60)
      let intact = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(try ShardFile(path: path).verify().isEmpty)
      func isBelieved(_ bytes: [UInt8]) throws -> Bool {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        guard let shard = try? ShardFile(path: path) else { return false }
        return shard.verify().isEmpty
      }
      for position in stride(from: 0, to: intact.count, by: 13) {
        var damaged = intact
        damaged[position] ^= 0x41
        let believed = try isBelieved(damaged)
        #expect(!believed, "byte \(position) of \(intact.count)")
      }
      for length in stride(from: 0, to: intact.count, by: 101) { #expect(try !isBelieved(Array(intact[..<length]))) }
    }
  }

  @Test("a set names the shard that is missing, exchanged or changed")
  func verifyNamesShard() throws {
    try withTemporaryFolder { folder in
      let directory = try Corpus.write(Corpus.documents(400), in: folder)
      let first = URL(fileURLWithPath: directory + "/train-00000.tokens.zst")
      let second = URL(fileURLWithPath: directory + "/train-00001.tokens.zst")
      let intact = try Data(contentsOf: first)
      try Data(contentsOf: second).write(to: first)
      let set = try ShardSet(directory: directory)
      #expect(set.verify().map { $0.place?.file } == [first.path])
      try FileManager.default.removeItem(at: first)
      #expect(set.verify().map(\.code) == ["not-found"])
      #expect(throws: Diagnostic.self) { try set.split("train") }
      try intact.write(to: first)
      #expect(set.verify().isEmpty)
      #expect(throws: Diagnostic.self) { try set.split("training") }
    }
  }

  /// Found by the fuzzer: the plan made a shard for each 100 million tokens that a file of 150 bytes claimed to hold.
  @Test("a partition that claims more than it can hold is refused", arguments: [0, 8])
  func boastfulPartition(field: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/partition"
      var options = ShardOptions(vocabularySize: 300, endOfDocument: 0)
      options.heldOut = []
      var writer = try EncodedPartitionWriter(path: path, options: options)
      try writer.add(EncodedDocument(id: "a", textBytes: 3, tokens: [1, 2, 3]))
      _ = try writer.commit()
      _ = try EncodedPartition(path: path)
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let end = bytes.count - 24
      let size = (0..<8).reduce(0) { $0 | Int(bytes[end + 8 + $1]) << (8 * $1) }
      // Width and number of splits, then documents and tokens of the first.
      bytes[end - size + 8 + field + 3] = 0xFF
      let checksum = bytes[end - size..<end].withUnsafeBytes { XXH64.hash($0) }
      for place in 0..<8 { bytes[end + place] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt64(place))) }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect { try EncodedPartition(path: path) } throws: { "\(($0 as? Diagnostic)?.message ?? "")".contains("do not fit") }
    }
  }

  @Test("a damaged partition file is reported")
  func damagedPartition() throws {
    try withTemporaryFolder { folder in
      let options = Corpus.options()
      _ = try Corpus.write(Corpus.documents(100), in: folder, partitions: 1)
      let path = folder.appendingPathComponent("shards-0.encoded").path
      let intact = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      for position in stride(from: 0, to: intact.count, by: 41) {
        var damaged = intact
        damaged[position] ^= 0x10
        try Data(damaged).write(to: URL(fileURLWithPath: path))
        #expect(throws: Diagnostic.self, "byte \(position)") {
          try ShardSetWriter(partitions: [path], directory: folder.path + "/again", options: options).write()
        }
      }
    }
  }

  @Test(
    "a manifest with a missing or wrong member names it",
    arguments: ["format", "dtype", "seed", "splits", "vocabulary_size", "held_out"])
  func manifestNamesMember(key: String) throws {
    try withTemporaryFolder { folder in
      let directory = try Corpus.write(Corpus.documents(20), in: folder)
      var manifest = try #require(try ShardSet(directory: directory).manifest.json.object)
      manifest[key] = nil
      try AtomicFile.write(JSONValue.object(manifest).serialized, to: directory + "/manifest.json")
      let error = #expect(throws: Diagnostic.self) { try ShardSet(directory: directory) }
      #expect(error?.message.contains("'\(key)'") == true && error?.place?.file == directory + "/manifest.json")
    }
  }
}
