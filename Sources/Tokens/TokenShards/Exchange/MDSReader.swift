import Documents
import Storage

/// Reads MosaicML streaming's MDS, version 2, as documents: the column `tokens` or `input_ids` of one-dimensional integer arrays, and the
/// column `id` of strings if there is one. Shards are plain or zstd; other columns are passed over.
enum MDSReader {
  /// Calls `body` with the id, if the file has ids, and the tokens of every sample.
  static func read(
    _ folder: String, _ body: (String?, [UInt32]) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let path = folder + "/index.json"
    let index = try JSONScanner.parse(file: path).object ?? [:]
    guard index["version"]?.integer == 2, let shards = index["shards"]?.array else {
      throw Diagnostic("damaged-file", "not an MDS index of version 2", at: .init(file: path))
    }
    for shard in shards { try readShard(try Description(shard, path), folder, body) }
  }

  /// What the index says about a shard.
  private struct Description {
    enum Column {
      case tokens(NumberType)
      case id
      case other
    }

    var columns: [(kind: Column, size: Int?)] = []
    let fileName: String
    let isCompressed: Bool
    let rawSize: Int
    let samples: Int

    init(_ value: JSONValue, _ path: String) throws(Diagnostic) {
      func refuse(_ message: String) -> Diagnostic { Diagnostic("damaged-file", message, at: .init(file: path)) }
      guard let shard = value.object, shard["format"]?.string == "mds", let raw = shard["raw_data"]?.object,
        let names = shard["column_names"]?.array, let encodings = shard["column_encodings"]?.array,
        let sizes = shard["column_sizes"]?.array, names.count == encodings.count, names.count == sizes.count,
        let size = raw["bytes"]?.integer, size >= 0, size < 1 << 32, let samples = shard["samples"]?.integer, samples >= 0
      else { throw refuse("a shard without format, columns, size or samples") }
      let file = shard["zip_data"]?.object ?? raw
      let compression = shard["compression"]?.string ?? ""
      isCompressed = shard["zip_data"]?.object != nil
      guard !isCompressed || compression.hasPrefix("zstd") else {
        throw Diagnostic(
          "unsupported", "shards compressed with '\(compression)'", at: .init(file: path), fix: "write them with zstd, or none")
      }
      guard let name = file["basename"]?.string, !name.contains("/"), !name.isEmpty else {
        throw refuse("a shard without a file")
      }
      (fileName, rawSize, self.samples) = (name, Int(size), Int(samples))
      for (number, name) in names.enumerated() {
        let kind = try Self.column(name.string, encodings[number].string ?? "", path)
        columns.append((kind, sizes[number].integer.map { Int($0) }))
      }
      guard columns.contains(where: { if case .tokens = $0.kind { true } else { false } }) else {
        throw Diagnostic("unsupported", "no column 'tokens' or 'input_ids'", at: .init(file: path))
      }
    }

    private static func column(_ name: String?, _ encoding: String, _ path: String) throws(Diagnostic) -> Column {
      if name == "id", encoding == "str" { return .id }
      guard name == "tokens" || name == "input_ids" else { return .other }
      guard encoding.hasPrefix("ndarray:"), let type = NumberType(rawValue: String(encoding.dropFirst("ndarray:".count))) else {
        throw Diagnostic(
          "unsupported", "tokens encoded as '\(encoding)'", at: .init(file: path),
          fix: "ndarray of \(NumberType.allCases.map(\.rawValue).joined(separator: ", ")) can be read")
      }
      return .tokens(type)
    }
  }

  private enum NumberType: String, CaseIterable {
    case uint16, uint32, int32, int64

    var size: Int {
      switch self {
      case .uint16: 2
      case .uint32, .int32: 4
      case .int64: 8
      }
    }
  }

  private static func readShard(
    _ shard: Description, _ folder: String, _ body: (String?, [UInt32]) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let path = folder + "/" + shard.fileName
    let stored = try MappedFile(path: path)
    defer { withExtendedLifetime(stored) {} }
    guard shard.isCompressed else { return try readSamples(stored.bytes, shard, path, body) }
    let raw: [UInt8]
    do throws(Diagnostic) { raw = try Zstandard.decompress(stored.bytes, maximumSize: shard.rawSize) } catch {
      throw Diagnostic(error.code, error.message, at: .init(file: path))
    }
    try withBytes(raw) { (bytes) throws(Diagnostic) in try readSamples(bytes, shard, path, body) }
  }

  private static func readSamples(
    _ bytes: UnsafeRawBufferPointer, _ shard: Description, _ path: String,
    _ body: (String?, [UInt32]) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    var header = ByteReader(bytes, file: path)
    guard try header.number(UInt32.self) == shard.samples else {
      throw header.damage("the number of samples is not the index's")
    }
    var offsets = ByteReader(try header.take(4 * (shard.samples + 1)), file: path)
    var start = Int(try offsets.number(UInt32.self))
    for _ in 0..<shard.samples {
      let end = Int(try offsets.number(UInt32.self))
      guard start <= end, end <= bytes.count else { throw header.damage("a sample outside the file") }
      let (id, tokens) = try sample(ByteReader(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), file: path), shard)
      try body(id, tokens)
      start = end
    }
    guard start == bytes.count else { throw header.damage("bytes after the last sample") }
  }

  /// A sample: the sizes of its columns of no fixed size, then the columns.
  private static func sample(_ reader: ByteReader, _ shard: Description) throws(Diagnostic) -> (String?, [UInt32]) {
    var reader = reader
    var sizes: [Int] = []
    for column in shard.columns {
      if let size = column.size { sizes.append(size) } else { sizes.append(Int(try reader.number(UInt32.self))) }
    }
    var id: String?
    var tokens: [UInt32] = []
    for (column, size) in zip(shard.columns, sizes) {
      let field = try reader.take(size)
      switch column.kind {
      case .id: id = String(decoding: field, as: UTF8.self)
      case .tokens(let type): tokens = try array(ByteReader(field, file: shard.fileName), type)
      case .other: break
      }
    }
    return (id, tokens)
  }

  /// An array: one byte for the number of dimensions and the width of their lengths, the lengths, the numbers.
  private static func array(_ reader: ByteReader, _ type: NumberType) throws(Diagnostic) -> [UInt32] {
    var reader = reader
    let form = try reader.number(UInt8.self)
    guard form >> 2 == 1 else { throw reader.damage("tokens of \(form >> 2) dimensions; 1 is expected") }
    let count: Int
    switch form & 3 {
    case 0: count = Int(try reader.number(UInt8.self))
    case 1: count = Int(try reader.number(UInt16.self))
    case 2: count = Int(try reader.number(UInt32.self))
    default: throw reader.damage("a length of 8 bytes")
    }
    guard reader.remaining == count * type.size else { throw reader.damage("\(count) tokens do not fill their column") }
    var tokens: [UInt32] = []
    tokens.reserveCapacity(count)
    for _ in 0..<count {
      let value: Int64 =
        switch type {
        case .uint16: Int64(try reader.number(UInt16.self))
        case .uint32: Int64(try reader.number(UInt32.self))
        case .int32: Int64(try reader.number(Int32.self))
        case .int64: try reader.number(Int64.self)
        }
      guard let token = UInt32(exactly: value) else { throw reader.damage("\(value) is no token") }
      tokens.append(token)
    }
    return tokens
  }
}
