import Documents
import Foundation
import Storage
import TestSupport
import Testing
import TokenShards

@Suite("Exchange")
struct ExchangeTests {
  private func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

  /// Ids and tokens of a split, end-of-document tokens included.
  private func contents(_ split: ShardSplit) throws -> [(id: String, tokens: [UInt32])] {
    var found: [(String, [UInt32])] = []
    for shard in split.shards {
      let reader = ShardFileReader(shard)
      for number in 0..<shard.documentCount {
        var tokens: [UInt32] = []
        try reader.read(shard.tokens(ofDocument: number), into: &tokens)
        found.append((shard.document(number).id, tokens))
      }
    }
    return found
  }

  private func withSplit(_ vocabularySize: Int, _ body: (ShardSplit, String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let options = Corpus.options(vocabularySize: vocabularySize)
      let set = try ShardSet(
        directory: Corpus.write(Corpus.documents(150, vocabularySize: vocabularySize), in: folder, options: options))
      try body(try set.split("train"), folder.path + "/out")
    }
  }

  /// What an import is given: Megatron's prefix, MDS's folder, else the file.
  private func name(_ format: TokenImportFormat, _ prefix: String, _ path: String) -> String {
    format == .megatron || format == .mds ? prefix : path
  }

  @Test("what is exported is imported as the same documents", arguments: TokenImportFormat.allCases, [1000, 65510, 100_000])
  func roundTrip(format: TokenImportFormat, vocabularySize: Int) throws {
    try withSplit(vocabularySize) { split, prefix in
      guard let export = TokenExportFormat(rawValue: format.rawValue), format != .nanoGPT || vocabularySize <= 65536 else {
        return
      }
      let path = try export.export(split, to: prefix)[0]
      var found: [EncodedDocument] = []
      try format.forEachDocument(name(format, prefix, path), endOfDocument: 0) { found.append($0) }
      let expected = try contents(split)
      #expect(found.map { $0.tokens + [0] } == expected.map(\.tokens))
      let ids = format == .mds || format == .parquet ? expected.map(\.id) : expected.indices.map { "\(name(format, prefix, path))#\($0)" }
      #expect(found.map(\.id) == ids)
    }
  }

  @Test("no cut or changed file of another tool crashes a reader", arguments: TokenImportFormat.allCases)
  func hostileImport(format: TokenImportFormat) throws {
    try withSplit(1000) { split, prefix in
      guard let export = TokenExportFormat(rawValue: format.rawValue) else { return }
      let paths = try export.export(split, to: prefix)
      let intact = try paths.map(read)
      let name = name(format, prefix, paths[0])
      var refused = 0
      var tried = 0
      func attempt(_ file: Int, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: paths[file]))
        tried += 1
        do { try format.forEachDocument(name, endOfDocument: 0) { _ in } } catch { refused += 1 }
      }
      for file in paths.indices {
        for length in [0, 1, 7, 8, 20, 33, 34, intact[file].count - 1] where length < intact[file].count {
          try attempt(file, Array(intact[file][..<length]))
        }
        for position in 0..<min(200, intact[file].count) {
          for value in [0xFF, 0x80, 0] as [UInt8] {
            var bytes = intact[file]
            bytes[position] = value
            try attempt(file, bytes)
          }
        }
        try Data(intact[file]).write(to: URL(fileURLWithPath: paths[file]))
      }
      #expect(tried > 100 && refused > 0)
    }
  }

  @Test(
    "MDS of other types, other columns and no compression is read",
    arguments: [("uint16", 2), ("uint32", 4), ("int32", 4), ("int64", 8)])
  func plainMDS(type: String, size: Int) throws {
    try withTemporaryFolder { folder in
      // Columns: a score of fixed size, a text, the ids. Two samples, of 3 and of 0 ids.
      let rows: [[UInt32]] = [[5, 6, 700], []]
      let samples = rows.map { row -> [UInt8] in
        var array = [4, UInt8(row.count)]
        for id in row { array += (0..<size).map { UInt8(truncatingIfNeeded: UInt64(id) >> (8 * UInt64($0))) } }
        return [2, 0, 0, 0, UInt8(array.count), 0, 0, 0] + [9, 9, 9, 9] + Array("ab".utf8) + array
      }
      func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
      let start = 4 + 4 * 3
      let middle = start + samples[0].count
      let offsets = number(start) + number(middle) + number(middle + samples[1].count)
      let bytes = number(2) + offsets + samples[0] + samples[1]
      try Data(bytes).write(to: folder.appendingPathComponent("shard.00000.mds"))
      let index = """
        {"version": 2, "shards": [{"column_encodings": ["float32", "str", "ndarray:\(type)"], "column_names": ["score", "text", "input_ids"],
        "column_sizes": [4, null, null], "compression": null, "format": "mds", "hashes": [], "samples": 2, "size_limit": 67108864, "version": 2,
        "raw_data": {"basename": "shard.00000.mds", "bytes": \(bytes.count), "hashes": {}}, "zip_data": null}]}
        """
      try Data(index.utf8).write(to: folder.appendingPathComponent("index.json"))
      var found: [EncodedDocument] = []
      try TokenImportFormat.mds.forEachDocument(folder.path, endOfDocument: 0) { found.append($0) }
      #expect(found.map(\.tokens) == rows && found.map(\.id) == ["\(folder.path)#0", "\(folder.path)#1"])
    }
  }

  @Test("an MDS shard holds its samples where its offsets say", arguments: [1000, 100_000])
  func mds(vocabularySize: Int) throws {
    try withSplit(vocabularySize) { split, folder in
      let paths = try TokenExportFormat.mds.export(split, to: folder)
      #expect(paths.map { URL(fileURLWithPath: $0).lastPathComponent } == ["shard.00000.mds.zstd", "index.json"])
      let raw = try Zstandard.decompress(read(paths[0]))
      let index = try #require(try JSONScanner.parse(read(paths[1])).object)
      let shard = try #require(index["shards"]?.array?.first?.object)
      let contents = try contents(split)
      #expect(index["version"]?.integer == 2 && shard["samples"]?.integer == Int64(contents.count))
      #expect(shard["raw_data"]?.object?["bytes"]?.integer == Int64(raw.count))
      func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(raw[at + $1]) << (8 * $1) } }
      #expect(number(0) == contents.count && number(4 + 4 * contents.count) == raw.count)
      let width = vocabularySize > 65536 ? 4 : 2
      for (row, document) in contents.enumerated() {
        let start = number(4 + 4 * row)
        let (idSize, size) = (number(start), number(start + 4))
        #expect(raw[start + 8..<start + 8 + idSize].elementsEqual(document.id.utf8))
        let array = Array(raw[start + 8 + idSize..<start + 8 + idSize + size])
        #expect(array.count == 2 + width * document.tokens.count && array[0] == 4 && Int(array[1]) == document.tokens.count)
        #expect(
          document.tokens.enumerated().allSatisfy { place, token in
            (0..<width).allSatisfy { array[2 + width * place + $0] == UInt8(truncatingIfNeeded: token >> (8 * UInt32($0))) }
          })
      }
    }
  }

  @Test("a Parquet file holds its columns where its footer says", arguments: [nil, Packing.bestFit])
  func parquet(packing: Packing?) throws {
    try withSplit(1000) { split, prefix in
      var options = TokenExportFormat.Options()
      options.packing = packing
      options.length = 100
      let bytes = try read(try TokenExportFormat.parquet.export(split, to: prefix, options: options)[0])
      #expect(Array(bytes.prefix(4)) == Array("PAR1".utf8) && Array(bytes.suffix(4)) == Array("PAR1".utf8))
      let size = (0..<4).reduce(0) { $0 | Int(bytes[bytes.count - 8 + $1]) << (8 * $1) }
      var footer = CompactThrift(Array(bytes[bytes.count - 8 - size..<bytes.count - 8]))
      let file = try footer.structure()
      var rows: [[UInt32]] = []
      if packing == nil {
        rows = try contents(split).map(\.tokens)
      } else {
        let plan = try SequencePlan(split, length: 99, packing: .bestFit)
        let source = SequenceSource(plan, seed: nil)
        for number in 0..<plan.sequenceCount {
          var sequence = PackedSequence()
          try source.read(number, into: &sequence)
          rows.append(sequence.tokens)
        }
      }
      #expect(file[3]?.integer == rows.count)
      let group = try #require(file[4]?.list?.first?.fields)
      let column = try #require(group[1]?.list?.last?.fields?[3]?.fields)
      let offset = try #require(column[9]?.integer)
      var page = CompactThrift(Array(bytes[offset...]))
      let header = try page.structure()
      let packed = try #require(header[3]?.integer)
      let start = offset + page.position
      let raw = try Zstandard.decompress(Array(bytes[start..<start + packed]))
      #expect(raw.count == header[2]?.integer && header[5]?.fields?[1]?.integer == rows.reduce(0) { $0 + $1.count })
      let values = rows.flatMap { $0 }
      #expect(
        raw.suffix(4 * values.count).elementsEqual(
          values.flatMap { token in (0..<4).map { UInt8(truncatingIfNeeded: token >> (8 * UInt32($0))) } }))
      // Repetition levels: 0 where a row begins.
      let levels = (0..<4).reduce(0) { $0 | Int(raw[$1]) << (8 * $1) }
      var runs = CompactThrift(Array(raw[4..<4 + levels]))
      var lengths: [Int] = []
      while runs.position < levels {
        let count = runs.varint() >> 1
        if runs.byte() == 0 { lengths += Array(repeating: 1, count: count) } else { lengths[lengths.count - 1] += count }
      }
      #expect(lengths == rows.map(\.count))
    }
  }

  @Test("rows of a length are packed only where the format has rows")
  func refusesPacking() throws {
    try withSplit(1000) { split, prefix in
      var options = TokenExportFormat.Options()
      options.packing = .bestFit
      #expect(throws: Diagnostic.self) { try TokenExportFormat.mds.export(split, to: prefix, options: options) }
      options.length = 64
      #expect(throws: Diagnostic.self) { try TokenExportFormat.megatron.export(split, to: prefix, options: options) }
    }
  }
}

/// Reads Thrift's compact protocol far enough to look into a Parquet footer.
struct CompactThrift {
  indirect enum Value {
    case integer(Int)
    case string([UInt8])
    case list([Value])
    case fields([Int: Value])

    var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    var list: [Value]? { if case .list(let value) = self { value } else { nil } }
    var fields: [Int: Value]? { if case .fields(let value) = self { value } else { nil } }
  }

  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func byte() -> Int {
    defer { position += 1 }
    return Int(bytes[position])
  }

  mutating func varint() -> Int {
    var value = 0
    var shift = 0
    while true {
      let next = byte()
      value |= (next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  mutating func structure() throws -> [Int: Value] {
    var fields: [Int: Value] = [:]
    var field = 0
    while true {
      let head = byte()
      if head == 0 { return fields }
      field += head >> 4
      fields[field] = try value(head & 15)
    }
  }

  private mutating func value(_ kind: Int) throws -> Value {
    switch kind {
    case 5, 6:
      let number = varint()
      return .integer(number >> 1 ^ -(number & 1))
    case 8:
      let count = varint()
      defer { position += count }
      return .string(Array(bytes[position..<position + count]))
    case 9:
      let head = byte()
      let count = head >> 4 == 15 ? varint() : head >> 4
      return .list(try (0..<count).map { _ in try value(head & 15) })
    case 12: return .fields(try structure())
    default: throw Diagnostic("unsupported", "kind \(kind)")
    }
  }
}
