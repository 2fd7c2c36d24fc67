import Documents
import Foundation
import TestSupport
import Testing
import TokenShards

@Suite("Exports")
struct TokenExportTests {
  /// Little-endian integers of `size` bytes.
  private func integers(_ bytes: some Sequence<UInt8>, size: Int) -> [Int] {
    let bytes = Array(bytes)
    return stride(from: 0, to: bytes.count, by: size).map { start in
      (0..<size).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }
  }

  private func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

  @Test("each format holds the same ids and document boundaries", arguments: [1000, 65510, 100_000])
  func holdsSameTokens(vocabularySize: Int) throws {
    try withTemporaryFolder { folder in
      let documents = Corpus.documents(200, vocabularySize: vocabularySize)
      let split = try ShardSet(
        directory: Corpus.write(documents, in: folder, options: Corpus.options(vocabularySize: vocabularySize))
      ).split("train")
      let tokens = try TokenReader(split).tokens(0..<split.tokenCount).map(Int.init)
      var end = 0
      let ends = split.shards.flatMap { shard in
        (0..<shard.documentCount).map { number in
          end += shard.document(number).tokens.count
          return end
        }
      }
      let width = vocabularySize <= 65536 ? 2 : 4
      let prefix = folder.appendingPathComponent("out").path

      #expect(try TokenExportFormat.datatrove.export(split, to: prefix).count == 3)
      #expect(try integers(read(prefix + ".ds"), size: width) == tokens)
      #expect(try integers(read(prefix + ".ds.index"), size: 8) == ends)
      #expect(
        try String(decoding: read(prefix + ".ds.metadata"), as: UTF8.self).hasPrefix(
          "tokenizer.json|\(width)\n\(tokens.count)\n"))

      try TokenExportFormat.llmc.export(split, to: prefix)
      let llmc = try read(prefix + ".bin")
      #expect(
        Array(integers(llmc.prefix(12), size: 4)) == [width == 2 ? 20_240_520 : 20_240_801, width == 2 ? 1 : 7, tokens.count])
      #expect(integers(llmc.dropFirst(1024), size: width) == tokens)

      if width == 2 {
        try TokenExportFormat.nanoGPT.export(split, to: prefix)
        #expect(try integers(read(prefix + ".bin"), size: 2) == tokens)
      } else {
        #expect(throws: Diagnostic.self) { try TokenExportFormat.nanoGPT.export(split, to: prefix) }
      }

      try TokenExportFormat.megatron.export(split, to: prefix)
      let megatronWidth = vocabularySize < 65500 ? 2 : 4
      #expect(try integers(read(prefix + ".bin"), size: megatronWidth) == tokens)
      let index = try read(prefix + ".idx")
      let count = ends.count
      #expect(index.count == 42 + 20 * count)
      #expect(Array(index[..<9]) == Array("MMIDIDX\0\0".utf8) && index[17] == (megatronWidth == 2 ? 8 : 4))
      #expect(integers(index[18..<34], size: 8) == [count, count + 1])
      let starts = [0] + ends.dropLast()
      #expect(integers(index[34..<34 + 4 * count], size: 4) == zip(ends, starts).map { $0 - $1 })
      #expect(integers(index[(34 + 4 * count)..<(34 + 12 * count)], size: 8) == starts.map { $0 * megatronWidth })
      #expect(integers(index[(34 + 12 * count)...], size: 8) == Array(0...count))
    }
  }
}
