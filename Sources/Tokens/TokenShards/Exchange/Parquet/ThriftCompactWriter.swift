/// Writes Thrift's compact protocol (Apache Thrift, `thrift-compact-protocol.md`), as much of it as Parquet's metadata needs.
struct ThriftCompactWriter {
  private(set) var bytes: [UInt8] = []
  private var lastField: Int16 = 0
  private var outerFields: [Int16] = []

  private enum Kind: UInt8 {
    case int32 = 5
    case int64 = 6
    case binary = 8
    case list = 9
    case structure = 12
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func zigzag(_ value: Int64) { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

  /// Fields ascend by less than 16, so the short form of the header always serves.
  private mutating func header(_ field: Int16, _ kind: Kind) {
    precondition((1...15).contains(field - lastField), "fields of a structure ascend")
    bytes.append(UInt8(field - lastField) << 4 | kind.rawValue)
    lastField = field
  }

  mutating func int32(_ field: Int16, _ value: Int) {
    header(field, .int32)
    zigzag(Int64(value))
  }

  mutating func int64(_ field: Int16, _ value: Int) {
    header(field, .int64)
    zigzag(Int64(value))
  }

  mutating func string(_ field: Int16, _ value: String) {
    header(field, .binary)
    element(value)
  }

  /// A string as an element of a list.
  mutating func element(_ value: String) {
    varint(UInt64(value.utf8.count))
    bytes += value.utf8
  }

  /// An integer as an element of a list.
  mutating func element(_ value: Int) { zigzag(Int64(value)) }

  mutating func structure(_ field: Int16, _ body: (inout Self) -> Void) {
    header(field, .structure)
    structureElement(body)
  }

  /// A structure as an element of a list, or the outermost.
  mutating func structureElement(_ body: (inout Self) -> Void) {
    outerFields.append(lastField)
    lastField = 0
    body(&self)
    bytes.append(0)
    lastField = outerFields.removeLast()
  }

  enum Element { case int32, string, structure }

  mutating func list(_ field: Int16, of element: Element, count: Int, _ body: (inout Self) -> Void) {
    header(field, .list)
    let kind: Kind =
      switch element {
      case .int32: .int32
      case .string: .binary
      case .structure: .structure
      }
    if count < 15 {
      bytes.append(UInt8(count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xF0 | kind.rawValue)
      varint(UInt64(count))
    }
    body(&self)
  }
}
