/// The named fields of a WARC record or an HTTP message, as they stand in the bytes (RFC 5322 style: `Name: value`, folded lines).
///
/// Lenient: a bare line feed ends a line, white space around names and values is dropped, lines without a colon are counted and
/// passed over. A view into the reader's buffer; `string` copies.
public struct HeaderFields: ~Escapable {
  struct Field {
    var name: Range<Int>
    /// With the line breaks of folded lines still in it.
    var value: Range<Int>
  }

  let bytes: Bytes
  let fields: [Field]
  /// How many lines had no colon and were passed over.
  public let malformedLines: Int

  @_lifetime(borrow bytes)
  init(bytes: Bytes, fields: [Field], malformedLines: Int) {
    self.bytes = bytes
    self.fields = fields
    self.malformedLines = malformedLines
  }

  public var count: Int { fields.count }

  /// The field at `index` in the order of the file, from 0.
  public subscript(index: Int) -> (name: String, value: String) {
    (bytes.part(fields[index].name).string, Self.unfolded(bytes.part(fields[index].value)))
  }

  /// The value of the first field of that name, or nil. `name` is written in lower case; the file may write it in any.
  public func string(_ name: StaticString) -> String? { value(name).map(Self.unfolded) }

  /// As `string`, but the bytes themselves.
  func value(_ name: StaticString) -> Bytes? {
    for field in fields where bytes.part(field.name).equalsIgnoringCase(name) { return bytes.part(field.value) }
    return nil
  }

  /// Line breaks with the white space around them become one space.
  private static func unfolded(_ value: Bytes) -> String {
    guard value.contains(where: ASCII.isLineBreak) else { return value.string }
    return value.split(whereSeparator: ASCII.isLineBreak).map { Bytes(rebasing: $0).trimmed.string }.joined(separator: " ")
  }
}

/// Splits header lines into fields, into an array that is used again for each record.
struct HeaderParser {
  private(set) var fields: [HeaderFields.Field] = []
  private(set) var malformedLines = 0
  /// The range of the value of `content-length` and so on is looked up by callers in `fields`.
  private(set) var end = 0

  enum Outcome {
    /// The blank line was found; `end` is behind it.
    case complete
    /// The bytes ended before a blank line.
    case unfinished
  }

  /// Reads fields from `start` on up to a blank line.
  mutating func parse(_ bytes: Bytes, from start: Int) -> Outcome {
    fields.removeAll(keepingCapacity: true)
    malformedLines = 0
    var position = start
    while position < bytes.count {
      let newline = bytes.index(of: ASCII.lineFeed, from: position)
      let next = newline.map { $0 + 1 } ?? bytes.count
      var lineEnd = newline ?? bytes.count
      if lineEnd > position, bytes[lineEnd - 1] == ASCII.carriageReturn { lineEnd -= 1 }
      if lineEnd == position {
        end = next
        return .complete
      }
      add(bytes, position..<lineEnd)
      position = next
    }
    end = bytes.count
    return .unfinished
  }

  private mutating func add(_ bytes: Bytes, _ line: Range<Int>) {
    let first = bytes[line.lowerBound]
    if first == ASCII.space || first == ASCII.tab, let last = fields.indices.last {
      fields[last].value = fields[last].value.lowerBound..<trimmedEnd(bytes, line)
      return
    }
    guard let colon = bytes.part(line).index(of: UInt8(ascii: ":")), colon > 0 else {
      malformedLines += 1
      return
    }
    let split = line.lowerBound + colon
    var nameEnd = split
    while nameEnd > line.lowerBound, ASCII.isBlank(bytes[nameEnd - 1]) { nameEnd -= 1 }
    var valueStart = split + 1
    while valueStart < line.upperBound, ASCII.isBlank(bytes[valueStart]) { valueStart += 1 }
    fields.append(
      .init(
        name: line.lowerBound..<nameEnd, value: valueStart..<max(valueStart, trimmedEnd(bytes, valueStart..<line.upperBound))))
  }

  private func trimmedEnd(_ bytes: Bytes, _ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound, ASCII.isBlank(bytes[end - 1]) { end -= 1 }
    return end
  }

  func value(_ name: StaticString, in bytes: Bytes) -> Bytes? {
    for field in fields where bytes.part(field.name).equalsIgnoringCase(name) { return bytes.part(field.value) }
    return nil
  }
}
