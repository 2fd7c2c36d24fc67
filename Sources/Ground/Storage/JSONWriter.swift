import Documents

extension JSONValue {
  /// Appends compact JSON: members in their order, shortest round-trip numbers, only what must be escaped is escaped.
  public func write(to output: inout [UInt8]) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .number(let value): output.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
    case .string(let value): output.appendJSONString(value)
    case .array(let values):
      output.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        value.write(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let object): object.write(to: &output)
    }
  }

  public var serialized: [UInt8] {
    var output: [UInt8] = []
    write(to: &output)
    return output
  }

  /// Two-space indentation, one member a line, and a line end: for files that people open.
  public var prettyPrinted: [UInt8] {
    var output: [UInt8] = []
    writePretty(to: &output, indentation: 0)
    output.append(0x0A)
    return output
  }

  private func writePretty(to output: inout [UInt8], indentation: Int) {
    func newLine(_ depth: Int) {
      output.append(0x0A)
      output.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }
    switch self {
    case .array(let values) where values.contains { $0.array != nil || $0.object != nil }:
      output.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        newLine(indentation + 1)
        value.writePretty(to: &output, indentation: indentation + 1)
      }
      newLine(indentation)
      output.append(UInt8(ascii: "]"))
    case .object(let object) where !object.isEmpty:
      output.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        newLine(indentation + 1)
        output.appendJSONString(member.key)
        output.append(contentsOf: ": ".utf8)
        member.value.writePretty(to: &output, indentation: indentation + 1)
      }
      newLine(indentation)
      output.append(UInt8(ascii: "}"))
    default: write(to: &output)
    }
  }
}

extension JSONObject {
  public func write(to output: inout [UInt8]) {
    output.append(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      output.appendJSONString(member.key)
      output.append(UInt8(ascii: ":"))
      member.value.write(to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }
}

extension [UInt8] {
  /// Appends `text`, valid UTF-8, as a JSON string with its quotes.
  public mutating func appendJSONString(_ text: [UInt8]) {
    text.withUnsafeBufferPointer { appendJSONString($0) }
  }

  public mutating func appendJSONString(_ text: String) {
    var text = text
    text.withUTF8 { appendJSONString($0) }
  }

  private mutating func appendJSONString(_ text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    let words = UnsafeRawBufferPointer(text)
    var start = 0
    var index = 0
    while index < text.count {
      if index &+ 8 <= words.count {
        let plain = plainJSONPrefix(UInt64(littleEndian: words.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
        index &+= plain
        if plain == 8 { continue }
      }
      let byte = text[index]
      if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
        index &+= 1
        continue
      }
      append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
      append(UInt8(ascii: "\\"))
      switch byte {
      case 0x0A: append(UInt8(ascii: "n"))
      case 0x0D: append(UInt8(ascii: "r"))
      case 0x09: append(UInt8(ascii: "t"))
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
      default:
        append(contentsOf: "u00".utf8)
        append(contentsOf: [Self.hexadecimalDigits[Int(byte >> 4)], Self.hexadecimalDigits[Int(byte & 15)]])
      }
      index &+= 1
      start = index
    }
    append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    append(UInt8(ascii: "\""))
  }

  private static let hexadecimalDigits = Array("0123456789abcdef".utf8)
}
