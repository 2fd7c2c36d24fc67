import Documents

/// What a Parquet file says of itself at its end, as far as the columns of tokens need it (apache/parquet-format 2.x, `parquet.thrift`).
struct ParquetFooter {
  /// Codes of the format.
  enum PhysicalType: Int {
    case int32 = 1
    case int64 = 2
    case byteArray = 6
  }

  /// The leaf of a column and how its values are wrapped.
  struct Column {
    let type: PhysicalType
    /// For 32-bit integers: what is above 2³¹ is not negative.
    let isUnsigned: Bool
    /// Definition level of a value that is there.
    let definition: Int
    /// Definition level from which on the list has an entry; nil when the column is no list.
    let listDefinition: Int?
    /// Definition level below which the list itself is null.
    let presentDefinition: Int
    /// Place among the leaves of the schema, and so among the chunks of a row group.
    let leaf: Int
  }

  /// Where a column of a row group stands in the file.
  struct Chunk {
    let bytes: Range<Int>
    let codec: Int
    /// Values, nulls and empty lists included.
    let values: Int
  }

  struct RowGroup {
    let rows: Int
    let tokens: Chunk
    let ids: Chunk?
  }

  let tokens: Column
  /// Of the column `id`, when there is one of strings or integers.
  let ids: Column?
  let groups: [RowGroup]

  private static let tokenNames = ["input_ids", "tokens"]

  /// - Parameter file: the whole file.
  /// - Throws: `damaged-file`; `unsupported` when the file is encrypted or has no list of integers with one of the names.
  init(_ file: UnsafeRawBufferPointer, path: String) throws(Diagnostic) {
    var tail = ByteReader(UnsafeRawBufferPointer(rebasing: file.suffix(8)), file: path)
    guard file.count >= 12, file.prefix(4).elementsEqual("PAR1".utf8), file.suffix(4).elementsEqual("PAR1".utf8) else {
      if file.suffix(4).elementsEqual("PARE".utf8) {
        throw Diagnostic("unsupported", "the Parquet file is encrypted", at: .init(file: path))
      }
      throw tail.damage("not a Parquet file, or not all of it: it does not begin and end with 'PAR1'")
    }
    let size = Int(try tail.number(UInt32.self))
    guard size <= file.count - 12 else { throw tail.damage("the Parquet footer is longer than the file") }
    let end = file.count - 8 - size
    var reader = ThriftCompactReader(ByteReader(UnsafeRawBufferPointer(rebasing: file[end..<end + size]), file: path))
    var schema: [Element] = []
    var rowGroups: ThriftCompactReader.List?
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (2, .list(var list)):
        while let element = try list.next() {
          if case .structure(let element) = element { schema.append(try Element(element)) }
        }
      case (4, .list(let list)): rowGroups = list
      default: break
      }
    }
    let columns = try Self.columns(schema, reader)
    func column(_ name: String) -> Column? { columns.first { $0.name == name }?.column }
    guard let tokens = Self.tokenNames.lazy.compactMap(column).first, tokens.listDefinition != nil, tokens.type != .byteArray
    else {
      throw Diagnostic(
        "unsupported", "no column 'input_ids' or 'tokens' that is a list of integers", at: .init(file: path),
        fix: "give the tokens as lists of integers in a column input_ids; the file has "
          + columns.prefix(20).map(\.name).joined(separator: ", "))
    }
    self.tokens = tokens
    ids = column("id").flatMap { $0.listDefinition == nil ? $0 : nil }
    var groups: [RowGroup] = []
    while let group = try rowGroups?.next() {
      guard case .structure(let group) = group else { throw reader.damage("a row group that is none") }
      groups.append(try Self.group(group, tokens, ids, dataEnd: end))
    }
    self.groups = groups
  }

  // MARK: Schema

  /// An element of the schema, which is a tree in depth-first order.
  private struct Element {
    var name = ""
    var type: Int?
    var repetition = 0
    var children = 0
    var isUnsigned = false

    init(_ reader: ThriftCompactReader) throws(Diagnostic) {
      var reader = reader
      while let (field, value) = try reader.next() {
        switch (field, value) {
        case (1, .integer(let value)): type = value
        case (3, .integer(let value)): repetition = value
        case (4, .binary(let value)): name = String(decoding: value, as: UTF8.self)
        case (5, .integer(let value)): children = value
        // Converted types UINT_8 to UINT_64.
        case (6, .integer(let value)): isUnsigned = isUnsigned || (11...14).contains(value)
        case (10, .structure(var logical)):
          while let (kind, value) = try logical.next() {
            if kind == 10, case .structure(var integer) = value {
              while let (field, value) = try integer.next() {
                if field == 2, case .boolean(let isSigned) = value { isUnsigned = isUnsigned || !isSigned }
              }
            }
          }
        default: break
        }
      }
    }
  }

  /// The columns at the top of the schema; nil for one that has not one leaf of a known type in at most one list.
  private static func columns(
    _ schema: [Element], _ reader: ThriftCompactReader
  ) throws(Diagnostic) -> [(name: String, column: Column?)] {
    guard let root = schema.first else { throw reader.damage("a Parquet file without a schema") }
    var columns: [(name: String, column: Column?)] = []
    var index = 1
    var leaf = 0
    for _ in 0..<max(0, root.children) {
      guard index < schema.count else { throw reader.damage("the Parquet schema ends early") }
      let name = schema[index].name
      let firstLeaf = leaf
      var path: [Element] = []
      var isSingle = true
      // Elements of this column that are still to come.
      var open = 1
      while open > 0 {
        guard index < schema.count, schema[index].children >= 0, schema[index].children <= schema.count else {
          throw reader.damage("the Parquet schema ends early")
        }
        let element = schema[index]
        open += element.children - 1
        isSingle = isSingle && element.children <= 1
        if isSingle { path.append(element) }
        if element.children == 0 { leaf += 1 }
        index += 1
      }
      columns.append((name, isSingle ? column(path, leaf: firstLeaf) : nil))
    }
    return columns
  }

  private static func column(_ path: [Element], leaf: Int) -> Column? {
    guard path.count <= 8, let last = path.last, let type = last.type.flatMap(PhysicalType.init),
      path.count(where: { $0.repetition == 2 }) <= 1
    else { return nil }
    var definition = 0
    var presentDefinition = 0
    var listDefinition: Int?
    for element in path where element.repetition != 0 {
      if element.repetition == 2 {
        presentDefinition = definition
        listDefinition = definition + 1
      }
      definition += 1
    }
    return Column(
      type: type, isUnsigned: last.isUnsigned, definition: definition, listDefinition: listDefinition,
      presentDefinition: listDefinition == nil ? definition : presentDefinition, leaf: leaf)
  }

  // MARK: Row groups

  private static func group(
    _ reader: ThriftCompactReader, _ tokens: Column, _ ids: Column?, dataEnd: Int
  ) throws(Diagnostic) -> RowGroup {
    var reader = reader
    var rows: Int?
    var tokenChunk: Chunk?
    var idChunk: Chunk?
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .list(var list)):
        var leaf = 0
        while let entry = try list.next() {
          if case .structure(let entry) = entry {
            if leaf == tokens.leaf { tokenChunk = try chunk(entry, tokens.type, dataEnd) }
            if leaf == ids?.leaf, let ids { idChunk = try chunk(entry, ids.type, dataEnd) }
          }
          leaf += 1
        }
      case (3, .integer(let value)): rows = value
      default: break
      }
    }
    guard let rows, rows >= 0, let tokenChunk, ids == nil || idChunk != nil else {
      throw reader.damage("a row group without its columns or the number of its rows")
    }
    return RowGroup(rows: rows, tokens: tokenChunk, ids: idChunk)
  }

  private static func chunk(_ reader: ThriftCompactReader, _ expected: PhysicalType, _ dataEnd: Int) throws(Diagnostic) -> Chunk
  {
    var reader = reader
    var numbers: [Int: Int] = [:]
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .binary): throw Diagnostic("unsupported", "a column of the Parquet file is in another file")
      case (3, .structure(var metadata)):
        while let (field, value) = try metadata.next() { if case .integer(let value) = value { numbers[field] = value } }
      default: break
      }
    }
    guard numbers[1] == expected.rawValue, let codec = numbers[4], let values = numbers[5], values >= 0, let size = numbers[7],
      let data = numbers[9]
    else { throw reader.damage("a column without type, codec, size or place") }
    // A dictionary, if there is one, stands in front of the data; some writers say 0 for none.
    var start = data
    if let dictionary = numbers[11], dictionary > 0 { start = min(start, dictionary) }
    guard start >= 4, start <= dataEnd, size >= 0, size <= dataEnd - start else {
      throw reader.damage("a column outside the file")
    }
    return Chunk(bytes: start..<start + size, codec: codec, values: values)
  }
}
