import CSQLite
import Documents

/// A thin owner of an SQLite connection: statements with bound values, rows as text and numbers.
final class SQLiteDatabase {
  private let handle: OpaquePointer
  private let path: String

  init(path: String, readOnly: Bool = false) throws(Diagnostic) {
    var handle: OpaquePointer?
    let flags = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK, let handle else {
      let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close(handle)
      throw Diagnostic("catalog", "cannot open the catalog: \(message)", at: .init(file: path))
    }
    self.handle = handle
    self.path = path
  }

  deinit { sqlite3_close_v2(handle) }

  func execute(_ sql: String) throws(Diagnostic) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  /// Runs one statement for each row of values.
  func insert(_ sql: String, rows: some Sequence<[JSONValue]>) throws(Diagnostic) {
    let statement = try prepare(sql)
    defer { sqlite3_finalize(statement) }
    for row in rows {
      for (index, value) in row.enumerated() { bind(value, at: Int32(index + 1), of: statement) }
      guard sqlite3_step(statement) == SQLITE_DONE else { throw failure() }
      sqlite3_reset(statement)
    }
  }

  func rows(_ sql: String, _ values: [JSONValue] = []) throws(Diagnostic) -> [[JSONValue]] {
    let statement = try prepare(sql)
    defer { sqlite3_finalize(statement) }
    for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1), of: statement) }
    var result: [[JSONValue]] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: result.append((0..<sqlite3_column_count(statement)).map { Self.column($0, of: statement) })
      case SQLITE_DONE: return result
      default: throw failure()
      }
    }
  }

  private func prepare(_ sql: String) throws(Diagnostic) -> OpaquePointer {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure() }
    return statement
  }

  private func bind(_ value: JSONValue, at index: Int32, of statement: OpaquePointer) {
    switch value {
    case .integer(let value): sqlite3_bind_int64(statement, index, value)
    case .number(let value): sqlite3_bind_double(statement, index, value)
    case .bool(let value): sqlite3_bind_int(statement, index, value ? 1 : 0)
    case .string(let value):
      // SQLITE_TRANSIENT: SQLite keeps its own copy.
      sqlite3_bind_text(statement, index, value, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    default: sqlite3_bind_null(statement, index)
    }
  }

  private static func column(_ index: Int32, of statement: OpaquePointer) -> JSONValue {
    switch sqlite3_column_type(statement, index) {
    case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, index))
    case SQLITE_FLOAT: .number(sqlite3_column_double(statement, index))
    case SQLITE_TEXT: .string(sqlite3_column_text(statement, index).map { String(cString: $0) } ?? "")
    default: .null
    }
  }

  private func failure() -> Diagnostic {
    Diagnostic(
      "catalog", "the catalog says: \(String(cString: sqlite3_errmsg(handle)))", at: .init(file: path),
      fix: "remove it; 'winnow stats --rebuild' makes it anew")
  }
}
