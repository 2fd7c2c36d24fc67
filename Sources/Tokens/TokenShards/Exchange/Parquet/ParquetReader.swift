import Documents
import Storage

/// Reads documents of a Parquet file: the column `input_ids` or `tokens`, a list of integers, and the column `id`, if there is one.
///
/// What pyarrow, Hugging Face `datasets`, Polars, DuckDB and this library's own writer make: any number of row groups, pages of version 1 and
/// 2, plain, dictionary and delta encodings, snappy, zstd, gzip or no compression. Other columns are never touched. Memory is one page and
/// one dictionary of each of the two columns, and one row.
enum ParquetReader {
  /// Tokens of a row, at most.
  private static let maximumRowTokens = 1 << 26

  /// Calls `body` with the id, if the file has ids, and the tokens of every row; an empty list is a row without tokens.
  /// - Returns: rows whose list is null; `body` never sees them.
  /// - Throws: `damaged-file`, `unsupported`, `unknown-token` for a row with a null or a negative number among its ids.
  static func read(
    _ path: String, _ body: (String?, [UInt32]) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> Int {
    let file = try MappedFile(path: path)
    defer { withExtendedLifetime(file) {} }
    let footer = try ParquetFooter(file.bytes, path: path)
    var rows = 0
    var nulls = 0
    for group in footer.groups {
      let lists = ParquetLists(ParquetColumnReader(file.bytes, footer.tokens, group.tokens, path: path), footer.tokens)
      let ids = zip(footer.ids, group.ids).map { ParquetColumnReader(file.bytes, $0, $1, path: path) }
      for _ in 0..<group.rows {
        var tokens: [UInt32] = []
        guard let row = try lists.next(into: &tokens, row: rows, path, maximum: maximumRowTokens) else {
          throw lists.reader.damage("a row group has fewer rows than it says")
        }
        let id = try zip(ids, footer.ids).flatMap { (reader, column) throws(Diagnostic) in try name(reader, column) }
        if row == .null { nulls += 1 } else { try body(id, tokens) }
        rows += 1
      }
      guard try lists.isAtEnd() else { throw lists.reader.damage("a row group has more rows than it says") }
    }
    return nulls
  }

  private static func zip<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
    first.flatMap { first in second.map { (first, $0) } }
  }

  /// The id of the next row; nil when it is null.
  private static func name(_ reader: ParquetColumnReader, _ column: ParquetFooter.Column) throws(Diagnostic) -> String? {
    guard let entry = try reader.next() else { throw reader.damage("a row group has fewer ids than rows") }
    guard entry.definition == column.definition else { return nil }
    return column.type == .byteArray ? try reader.text() : String(try reader.number())
  }
}

/// The rows of a column of lists.
final class ParquetLists {
  enum Row { case list, null }

  let reader: ParquetColumnReader
  private let column: ParquetFooter.Column
  /// The first entry of the next row, once it has been read.
  private var pending: ParquetColumnReader.Entry?

  init(_ reader: ParquetColumnReader, _ column: ParquetFooter.Column) {
    self.reader = reader
    self.column = column
  }

  func isAtEnd() throws(Diagnostic) -> Bool {
    if pending == nil { pending = try reader.next() }
    return pending == nil
  }

  /// Appends the next row's tokens; nil behind the last row.
  func next(into tokens: inout [UInt32], row: Int, _ path: String, maximum: Int) throws(Diagnostic) -> Row? {
    guard try !isAtEnd(), var entry = pending else { return nil }
    pending = nil
    guard entry.repetition == 0 else { throw reader.damage("a row group begins inside a list") }
    if entry.definition < column.listDefinition ?? 0 { return entry.definition < column.presentDefinition ? .null : .list }
    while true {
      guard entry.definition == column.definition else { throw refusal(row, "null", path) }
      let number = try reader.number()
      guard let token = UInt32(exactly: number) else { throw refusal(row, "\(number)", path) }
      guard tokens.count < maximum else {
        throw Diagnostic("unsupported", "row \(row) has more than \(maximum) tokens", at: .init(file: path))
      }
      tokens.append(token)
      guard let next = try reader.next() else { return .list }
      if next.repetition == 0 {
        pending = next
        return .list
      }
      entry = next
    }
  }

  private func refusal(_ row: Int, _ value: String, _ path: String) -> Diagnostic {
    Diagnostic(
      "unknown-token", "row \(row) (from 0) has '\(value)' among its ids, which is no token", at: .init(file: path),
      fix: "write rows of token ids from 0; leave out padding and labels to be ignored")
  }
}
