import Documents

/// Reads a structure of Thrift's compact protocol field by field (Apache Thrift, `thrift-compact-protocol.md`).
///
/// A field that is a structure or a list is passed over and given as a reader of its own, so a caller looks only into what it knows.
struct ThriftCompactReader {
  enum Value {
    case boolean(Bool)
    case integer(Int)
    case binary(UnsafeRawBufferPointer)
    case list(List)
    case structure(ThriftCompactReader)
    /// A floating-point number, a map, an identifier.
    case other
  }

  struct List {
    private let kind: UInt8
    private(set) var remaining: Int
    private var bytes: ByteReader

    fileprivate init(_ bytes: ByteReader) throws(Diagnostic) {
      self.bytes = bytes
      (kind, remaining) = try ThriftCompactReader.listHeader(&self.bytes)
    }

    mutating func next() throws(Diagnostic) -> Value? {
      guard remaining > 0 else { return nil }
      remaining -= 1
      return try ThriftCompactReader.value(kind, &bytes)
    }
  }

  /// Structures and lists within each other, at most.
  private static let maximumDepth = 16

  private var bytes: ByteReader
  private var field = 0

  init(_ bytes: ByteReader) { self.bytes = bytes }

  /// Bytes read so far.
  var position: Int { bytes.position }

  func damage(_ message: String) -> Diagnostic { bytes.damage(message) }

  /// The next field; nil at the structure's end.
  mutating func next() throws(Diagnostic) -> (field: Int, value: Value)? {
    guard let kind = try Self.fieldHeader(&bytes, &field) else { return nil }
    return (field, kind <= 2 ? .boolean(kind == 1) : try Self.value(kind, &bytes))
  }

  /// The type of the next field, 1 or 2 for a boolean that has no more bytes; nil at the end.
  private static func fieldHeader(_ bytes: inout ByteReader, _ field: inout Int) throws(Diagnostic) -> UInt8? {
    let head = try bytes.number(UInt8.self)
    guard head != 0 else { return nil }
    field = head >> 4 > 0 ? field + Int(head >> 4) : Int(truncatingIfNeeded: try bytes.zigzag())
    guard (0..<1 << 15).contains(field) else { throw bytes.damage("the metadata have a field of no possible number") }
    return head & 15
  }

  private static func listHeader(_ bytes: inout ByteReader) throws(Diagnostic) -> (kind: UInt8, count: Int) {
    let head = try bytes.number(UInt8.self)
    let count = head >> 4 == 15 ? try bytes.varint() : UInt64(head >> 4)
    // Every element has a byte at least.
    guard count <= bytes.remaining else { throw bytes.damage("a list of the metadata is longer than the file") }
    return (head & 15, Int(count))
  }

  private static func value(_ kind: UInt8, _ bytes: inout ByteReader) throws(Diagnostic) -> Value {
    let start = bytes.position
    switch kind {
    case 1, 2: return .boolean(try bytes.number(UInt8.self) == 1)
    case 3: return .integer(Int(try bytes.number(Int8.self)))
    case 4, 5, 6: return .integer(Int(try bytes.zigzag()))
    case 8: return .binary(try bytes.take(try bytes.varint()))
    case 9, 10:
      try skip(kind, &bytes, depth: 1)
      return .list(try List(bytes.again(from: start)))
    case 12:
      try skip(kind, &bytes, depth: 1)
      return .structure(ThriftCompactReader(bytes.again(from: start)))
    default:
      try skip(kind, &bytes, depth: 1)
      return .other
    }
  }

  /// Passes over a value, which takes a byte at least.
  private static func skip(_ kind: UInt8, _ bytes: inout ByteReader, depth: Int) throws(Diagnostic) {
    guard depth <= maximumDepth else { throw bytes.damage("the metadata are nested too deeply") }
    switch kind {
    case 1, 2, 3: _ = try bytes.take(1)
    case 4, 5, 6: _ = try bytes.varint()
    case 7: _ = try bytes.take(8)
    case 8: _ = try bytes.take(try bytes.varint())
    case 9, 10:
      let (element, count) = try listHeader(&bytes)
      for _ in 0..<count { try skip(element, &bytes, depth: depth + 1) }
    case 11:
      let count = try bytes.varint()
      guard count <= bytes.remaining else { throw bytes.damage("a map of the metadata is longer than the file") }
      let kinds = count > 0 ? try bytes.number(UInt8.self) : 0
      for _ in 0..<count {
        try skip(kinds >> 4, &bytes, depth: depth + 1)
        try skip(kinds & 15, &bytes, depth: depth + 1)
      }
    case 12:
      var field = 0
      while let kind = try fieldHeader(&bytes, &field) {
        if kind > 2 { try skip(kind, &bytes, depth: depth + 1) }
      }
    case 13: _ = try bytes.take(16)
    default: throw bytes.damage("the metadata have a value of unknown type \(kind)")
    }
  }
}
