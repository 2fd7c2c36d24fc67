import Documents

/// A strict JSON reader (RFC 8259) over bytes.
///
/// Nesting is limited, strings come out as valid UTF-8 whatever went in (unpaired surrogate escapes and invalid bytes become U+FFFD),
/// and every error says at which byte. It never reads outside its bytes and never recurses deeper than `maximumDepth`.
public struct JSONScanner {
  public static let maximumDepth = 256

  private let bytes: UnsafeRawBufferPointer
  /// Offset of the next byte to read.
  public private(set) var position: Int = 0
  private var scratch: [UInt8] = []

  /// `bytes` must stay valid while the scanner is used.
  public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Parses exactly one value with nothing but white space around it.
  public static func parse(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) -> JSONValue {
    var scanner = JSONScanner(bytes)
    let value = try scanner.value()
    try scanner.end()
    return value
  }

  public static func parse(_ bytes: [UInt8]) throws(Diagnostic) -> JSONValue {
    let result: Result<JSONValue, Diagnostic> = bytes.withUnsafeBytes { raw in
      do throws(Diagnostic) { return .success(try parse(raw)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// The next value, whatever its type.
  public mutating func value(depth: Int = 0) throws(Diagnostic) -> JSONValue {
    guard depth < Self.maximumDepth else { throw error("nesting deeper than \(Self.maximumDepth) levels") }
    skipSpace()
    guard position < bytes.count else { throw error("the text ends where a value should stand") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      var object = JSONObject()
      try members { (scanner: inout JSONScanner, key: String) throws(Diagnostic) in
        object.members.append(.init(key: key, value: try scanner.value(depth: depth + 1)))
      }
      return .object(object)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try self.elements { (scanner: inout JSONScanner) throws(Diagnostic) in
        elements.append(try scanner.value(depth: depth + 1))
      }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try literal("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    default: return try number()
    }
  }

  /// Reads an object and calls `body` at each member's value; `body` must consume exactly that value.
  public mutating func members(
    _ body: (inout JSONScanner, String) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    try expect("{", "an object")
    skipSpace()
    if take("}") { return }
    while true {
      skipSpace()
      let key = try string()
      skipSpace()
      try expect(":", "':' after the key '\(key)'")
      skipSpace()
      try body(&self, key)
      skipSpace()
      if take(",") { continue }
      try expect("}", "',' or '}'")
      return
    }
  }

  /// Reads an array and calls `body` at each element; `body` must consume exactly that element.
  public mutating func elements(_ body: (inout JSONScanner) throws(Diagnostic) -> Void) throws(Diagnostic) {
    try expect("[", "an array")
    skipSpace()
    if take("]") { return }
    while true {
      skipSpace()
      try body(&self)
      skipSpace()
      if take(",") { continue }
      try expect("]", "',' or ']'")
      return
    }
  }

  /// The next value as a string.
  public mutating func string() throws(Diagnostic) -> String {
    scratch.removeAll(keepingCapacity: true)
    var buffer = scratch
    scratch = []
    defer { scratch = buffer }
    try appendString(to: &buffer)
    return String(decoding: buffer, as: UTF8.self)
  }

  /// The next value as the bytes of a string: valid UTF-8. For long texts: no `String` is made.
  public mutating func stringBytes() throws(Diagnostic) -> [UInt8] {
    var result: [UInt8] = []
    // What is left of the line bounds the text; long ones may still grow.
    result.reserveCapacity(min(bytes.count - position, 1 << 16))
    try appendString(to: &result)
    return result.repairedUTF8()
  }

  public var isAtString: Bool { position < bytes.count && bytes[position] == UInt8(ascii: "\"") }

  /// Only white space is left.
  public mutating func end() throws(Diagnostic) {
    skipSpace()
    guard position == bytes.count else { throw error("more text after the end of the value") }
  }

  // MARK: Pieces

  private mutating func appendString(to result: inout [UInt8]) throws(Diagnostic) {
    guard take("\"") else { throw error("a string should stand here") }
    while true {
      let start = position
      skipPlainWords()
      while position < bytes.count {
        let byte = bytes[position]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
        position &+= 1
      }
      result.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
      guard position < bytes.count else { throw error("a string without its closing quote") }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"):
        position += 1
        try appendEscape(to: &result)
      default: throw error("a control character inside a string: it must be escaped")
      }
    }
  }

  /// Passes eight bytes at a time up to a quote, a backslash or a control character.
  private mutating func skipPlainWords() {
    while position &+ 8 <= bytes.count {
      let plain = plainJSONPrefix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
      position &+= plain
      if plain < 8 { return }
    }
  }

  private mutating func appendEscape(to result: inout [UInt8]) throws(Diagnostic) {
    guard position < bytes.count else { throw error("a string without its closing quote") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
    case UInt8(ascii: "u"):
      var unit = try hexadecimalUnit()
      if unit & 0xFC00 == 0xD800 {
        let mark = position
        if take("\\"), take("u"), let low = try? hexadecimalUnit(), low & 0xFC00 == 0xDC00 {
          unit = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
        } else {
          position = mark
        }
      }
      result.append(contentsOf: String(UnicodeScalar(unit) ?? "\u{FFFD}").utf8)
    default:
      position -= 1
      throw error("an unknown escape in a string")
    }
  }

  private mutating func hexadecimalUnit() throws(Diagnostic) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("a \\u escape needs four hexadecimal digits") }
    var unit: UInt32 = 0
    for _ in 0..<4 {
      let byte = bytes[position]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw error("a \\u escape needs four hexadecimal digits")
      }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  private mutating func number() throws(Diagnostic) -> JSONValue {
    let start = position
    var isInteger = true
    _ = take("-")
    let first = position
    skipDigits()
    guard position > first else { throw error("a value should stand here") }
    if bytes[first] == UInt8(ascii: "0"), position > first + 1 { throw error("a number must not start with 0") }
    if take(".") {
      isInteger = false
      let fraction = position
      skipDigits()
      guard position > fraction else { throw error("digits should follow the point") }
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("+") { _ = take("-") }
      let exponent = position
      skipDigits()
      guard position > exponent else { throw error("digits should follow the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { throw error("the number \(text) is out of range") }
    return .number(number)
  }

  private mutating func skipDigits() {
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
  }

  private mutating func literal(_ word: StaticString) throws(Diagnostic) {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count,
      bytes[position..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    else { throw error("a value should stand here") }
    position = end
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar, _ what: String) throws(Diagnostic) {
    guard take(character) else { throw error("\(what) should stand here") }
  }

  private func error(_ message: String) -> Diagnostic {
    Diagnostic("invalid-json", "not valid JSON at byte \(position): \(message)")
  }
}

/// How many of eight bytes, from the lowest, come before the first quote, backslash or control character.
@inline(__always) func plainJSONPrefix(_ word: UInt64) -> Int {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let (quote, backslash) = (word ^ 0x22 &* ones, word ^ 0x5C &* ones)
  // The high bit of a byte is set where subtracting one, or 0x20, borrows; above the first such byte it may be set without cause.
  let found = ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- 0x20 &* ones) & ~word) & (0x80 &* ones)
  return found.trailingZeroBitCount >> 3
}

extension [UInt8] {
  /// The same bytes when they are valid UTF-8 (no copy), else with U+FFFD for each maximal invalid part.
  public consuming func repairedUTF8() -> [UInt8] {
    withUnsafeBytes { UTF8Validation.isValid($0) } ? self : Array(String(decoding: self, as: UTF8.self).utf8)
  }
}
