import Documents
import Storage

/// Parquet (apache/parquet-format 2.x) with two columns: `id` (string) and `input_ids` (list of int32), all values required, plain encoding,
/// zstd pages of version 1. What `pyarrow` and Hugging Face `datasets` open; nothing more of the format.
enum ParquetWriter {
  private static let magic = Array("PAR1".utf8)
  /// Ids of a row group, at least: one page of each column.
  private static let groupTokens = 1 << 20

  private enum Code {
    static let int32 = 1, byteArray = 6
    static let plain = 0, runLength = 3
    static let zstd = 6
    static let required = 0, repeated = 2
    static let utf8 = 0, list = 3
  }

  static func write(_ rows: TokenRows, to prefix: String) throws(Diagnostic) -> [String] {
    var file = try AtomicFile(path: prefix + ".parquet")
    try file.write(magic)
    var group = RowGroup()
    var groups: [GroupEntry] = []
    try rows.forEach { (id, tokens) throws(Diagnostic) in
      guard tokens.allSatisfy({ $0 <= Int32.max }) else {
        throw Diagnostic("unsupported", "ids above 2^31 do not fit Parquet's int32")
      }
      group.append(id, tokens)
      if group.tokens >= groupTokens { groups.append(try group.write(to: &file)) }
    }
    if group.rows > 0 { groups.append(try group.write(to: &file)) }
    let footer = footer(groups)
    var end = footer
    end.appendLittleEndian(UInt32(footer.count))
    try file.write(end + magic)
    try file.commit()
    return [prefix + ".parquet"]
  }

  private struct ColumnEntry {
    var offset: Int
    var values: Int
    var rawSize: Int
    var size: Int
  }

  private struct GroupEntry {
    var rows: Int
    /// `id`, then `input_ids`.
    var columns: [ColumnEntry]
  }

  private struct RowGroup {
    private(set) var rows = 0
    private(set) var tokens = 0
    private var ids: [UInt8] = []
    private var values: [UInt8] = []
    private var lengths: [Int] = []

    mutating func append(_ id: String, _ tokens: [UInt32]) {
      ids.appendLittleEndian(UInt32(id.utf8.count))
      ids += id.utf8
      TokenWidth.uint32.append(tokens, to: &values)
      lengths.append(tokens.count)
      self.tokens += tokens.count
      rows += 1
    }

    mutating func write(to file: inout AtomicFile) throws(Diagnostic) -> GroupEntry {
      let columns = [
        try Self.page(ids, values: rows, to: &file),
        try Self.page(levels + values, values: tokens, to: &file),
      ]
      let entry = GroupEntry(rows: rows, columns: columns)
      self = RowGroup()
      return entry
    }

    /// Repetition levels, then definition levels, each with its length in front, in runs: a row's first value repeats at level 0, its
    /// others at 1; every value is defined, at level 1.
    private var levels: [UInt8] {
      var repetition: [UInt8] = []
      for length in lengths {
        Self.run(of: 0, 1, to: &repetition)
        if length > 1 { Self.run(of: 1, length - 1, to: &repetition) }
      }
      var definition: [UInt8] = []
      Self.run(of: 1, tokens, to: &definition)
      var output: [UInt8] = []
      for levels in [repetition, definition] {
        output.appendLittleEndian(UInt32(levels.count))
        output += levels
      }
      return output
    }

    /// A run of the run-length encoding: its length doubled as a varint, then the value in one byte.
    private static func run(of value: UInt8, _ count: Int, to bytes: inout [UInt8]) {
      var rest = UInt64(count) << 1
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
      bytes.append(value)
    }

    private static func page(_ raw: [UInt8], values: Int, to file: inout AtomicFile) throws(Diagnostic) -> ColumnEntry {
      let packed = Zstandard.compress(raw)
      var header = ThriftCompactWriter()
      header.structureElement { header in
        header.int32(1, 0)
        header.int32(2, raw.count)
        header.int32(3, packed.count)
        header.structure(5) { page in
          page.int32(1, values)
          page.int32(2, Code.plain)
          page.int32(3, Code.runLength)
          page.int32(4, Code.runLength)
        }
      }
      let offset = Int(file.count)
      try file.write(header.bytes)
      try file.write(packed)
      return ColumnEntry(
        offset: offset, values: values, rawSize: header.bytes.count + raw.count, size: header.bytes.count + packed.count)
    }
  }

  private static func footer(_ groups: [GroupEntry]) -> [UInt8] {
    var footer = ThriftCompactWriter()
    footer.structureElement { file in
      file.int32(1, 2)
      file.list(2, of: .structure, count: 5) { schema(&$0) }
      file.int64(3, groups.reduce(0) { $0 + $1.rows })
      file.list(4, of: .structure, count: groups.count) { list in
        for group in groups { list.structureElement { rowGroup(group, &$0) } }
      }
      file.string(6, "winnow")
    }
    return footer.bytes
  }

  /// `message schema { required binary id (UTF8); required group input_ids (LIST) { repeated group list { required int32 element } } }`
  private static func schema(_ list: inout ThriftCompactWriter) {
    func element(_ name: String, type: Int? = nil, repetition: Int? = nil, children: Int? = nil, converted: Int? = nil) {
      list.structureElement { element in
        if let type { element.int32(1, type) }
        if let repetition { element.int32(3, repetition) }
        element.string(4, name)
        if let children { element.int32(5, children) }
        if let converted { element.int32(6, converted) }
      }
    }
    element("schema", children: 2)
    element("id", type: Code.byteArray, repetition: Code.required, converted: Code.utf8)
    element("input_ids", repetition: Code.required, children: 1, converted: Code.list)
    element("list", repetition: Code.repeated, children: 1)
    element("element", type: Code.int32, repetition: Code.required)
  }

  private static func rowGroup(_ group: GroupEntry, _ writer: inout ThriftCompactWriter) {
    let columns = [(type: Code.byteArray, path: ["id"]), (type: Code.int32, path: ["input_ids", "list", "element"])]
    writer.list(1, of: .structure, count: columns.count) { list in
      for (entry, column) in zip(group.columns, columns) {
        list.structureElement { chunk in
          chunk.int64(2, entry.offset)
          chunk.structure(3) { metadata in
            metadata.int32(1, column.type)
            metadata.list(2, of: .int32, count: 2) { encodings in
              encodings.element(Code.plain)
              encodings.element(Code.runLength)
            }
            metadata.list(3, of: .string, count: column.path.count) { path in
              for name in column.path { path.element(name) }
            }
            metadata.int32(4, Code.zstd)
            metadata.int64(5, entry.values)
            metadata.int64(6, entry.rawSize)
            metadata.int64(7, entry.size)
            metadata.int64(9, entry.offset)
          }
        }
      }
    }
    writer.int64(2, group.columns.reduce(0) { $0 + $1.rawSize })
    writer.int64(3, group.rows)
  }
}
