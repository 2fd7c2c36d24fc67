/// Recognizes where records start, in decoded bytes.
enum RecordStart {
  enum Kind { case warc, arc }

  /// How many bytes `kind(of:)` may want to look at: the longest line of an ARC record, and what a WARC record needs.
  static let lookahead = ARCLine.longestLine + 4096

  /// What kind of record starts with the first byte, or nil.
  static func kind(of bytes: Bytes) -> Kind? {
    if startsWARC(bytes) { return .warc }
    return ARCLine(bytes) == nil ? nil : .arc
  }

  /// Whether a member with this content starts a record, perhaps behind blank lines. The reader and the scanner for borders must agree.
  static func isAtStart(of member: Bytes) -> Bool {
    var head = member.part(0..<min(member.count, lookahead))
    while let first = head.first, ASCII.isLineBreak(first) { head = head.from(1) }
    return kind(of: head) != nil
  }

  /// `WARC/1.0` or the like, a line break, and what looks like the first field.
  static func startsWARC(_ bytes: Bytes) -> Bool {
    guard bytes.hasPrefix("WARC/"), bytes.count > 8, ASCII.isDigit(bytes[5]) else { return false }
    var i = 6
    while i < min(bytes.count, 16), ASCII.isDigit(bytes[i]) || bytes[i] == UInt8(ascii: ".") { i += 1 }
    while i < bytes.count, bytes[i] == ASCII.space { i += 1 }
    guard i < bytes.count, ASCII.isLineBreak(bytes[i]) else { return false }
    while i < bytes.count, ASCII.isLineBreak(bytes[i]) { i += 1 }
    // A record cut off right here is still the start of a record.
    guard i < bytes.count else { return true }
    for j in i..<min(bytes.count, i + 128) {
      if bytes[j] == UInt8(ascii: ":") { return j > i }
      guard isNameByte(bytes[j]) else { return false }
    }
    return bytes.count < i + 128
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F || byte == ASCII.space
  }

  /// The first index at or after `start` where a WARC record starts at the beginning of a line, or nil.
  static func nextWARC(in bytes: Bytes, from start: Int) -> Int? {
    var position = start
    while let hit = bytes.index(of: "WARC/", from: position) {
      if hit == 0 || ASCII.isLineBreak(bytes[hit - 1]), startsWARC(bytes.from(hit)) { return hit }
      position = hit + 1
    }
    return nil
  }

  /// As `nextWARC` for either kind. ARC lines are looked for only where the archive is known to hold them.
  static func next(in bytes: Bytes, from start: Int, includingARC: Bool) -> Int? {
    let warc = nextWARC(in: bytes, from: start)
    guard includingARC else { return warc }
    var line = start
    if line > 0, !ASCII.isLineBreak(bytes[line - 1]) {
      guard let newline = bytes.index(of: ASCII.lineFeed, from: line) else { return warc }
      line = newline + 1
    }
    while line < (warc ?? bytes.count) {
      if ARCLine(bytes.from(line)) != nil { return line }
      guard let newline = bytes.index(of: ASCII.lineFeed, from: line) else { break }
      line = newline + 1
    }
    return warc
  }
}

/// The header line of an ARC record (Internet Archive, ARC file format, versions 1 and 2):
/// `URL IP-address date MIME-type length`, or with `status checksum location offset file-name` between MIME type and length.
struct ARCLine {
  /// Ranges from the start of the line.
  let url: Range<Int>
  let address: Range<Int>
  let date: Range<Int>
  let mime: Range<Int>
  /// Bytes in the block; nil when the line has something else there, which some writers' `-1` is.
  let length: Int?
  /// Behind the line feed.
  let end: Int

  static let longestLine = 16 << 10

  /// Nil when the bytes do not start with such a line.
  init?(_ bytes: Bytes) {
    // An address with its scheme, before anything else is looked at.
    guard let colon = bytes.part(0..<min(bytes.count, 32)).index(of: UInt8(ascii: ":")), colon > 0,
      bytes[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") })
    else { return nil }
    guard let newline = bytes.part(0..<min(bytes.count, Self.longestLine)).index(of: ASCII.lineFeed) else { return nil }
    var lineEnd = newline
    if lineEnd > 0, bytes[lineEnd - 1] == ASCII.carriageReturn { lineEnd -= 1 }
    let fields = Self.lastFields(bytes.part(0..<lineEnd), atMost: 9)
    guard let last = fields.last else { return nil }
    let length = bytes.part(last).decimal
    // Counted from the right, because addresses may hold spaces.
    for extra in [4, 9] where fields.count >= extra {
      let own = fields.suffix(extra)
      let first = own.startIndex
      let date = own[first + 1]
      guard own[first].lowerBound > 1, (8...18).contains(date.count), bytes.part(date).decimal != nil,
        length != nil || Self.isAddress(bytes.part(own[first]))
      else { continue }
      url = 0..<own[first].lowerBound - 1
      address = own[first]
      self.date = date
      mime = own[first + 2]
      self.length = length
      end = newline + 1
      return
    }
    return nil
  }

  /// Digits, hexadecimal letters, points and colons, with a digit first.
  private static func isAddress(_ bytes: Bytes) -> Bool {
    guard let first = bytes.first, ASCII.isDigit(first) else { return false }
    return bytes.allSatisfy { ASCII.isDigit($0) || ".:abcdefABCDEF".utf8.contains($0) }
  }

  /// The last fields between single spaces.
  private static func lastFields(_ line: Bytes, atMost limit: Int) -> [Range<Int>] {
    var fields: [Range<Int>] = []
    var end = line.count
    while fields.count < limit, end > 0 {
      var start = end
      while start > 0, line[start - 1] != ASCII.space { start -= 1 }
      fields.append(start..<end)
      guard start > 0 else { break }
      end = start - 1
    }
    return fields.reversed()
  }
}
