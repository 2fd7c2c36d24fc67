import Documents

extension [UInt8] {
  mutating func appendLittleEndian<Number: FixedWidthInteger>(_ number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

/// Reads numbers and bytes from a buffer of a file; every read past the end is a `damaged-file`.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  private(set) var position = 0
  private let file: String

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  var remaining: Int { bytes.count - position }

  func damage(_ message: String) -> Diagnostic { Diagnostic("damaged-file", message, at: .init(file: file)) }

  mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) throws(Diagnostic) -> Number {
    guard remaining >= MemoryLayout<Number>.size else { throw damage("the file ends inside a number") }
    defer { position += MemoryLayout<Number>.size }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
  }

  mutating func take(_ count: some BinaryInteger) throws(Diagnostic) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= remaining else { throw damage("the file ends inside a field") }
    defer { position += Int(count) }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(count)])
  }

  /// Seven bits a byte, the lowest first; a byte below 128 is the last.
  mutating func varint() throws(Diagnostic) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let byte = try number(UInt8.self)
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw damage("a number of more than 64 bits")
  }

  /// A varint whose lowest bit is the sign.
  mutating func zigzag() throws(Diagnostic) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1 ^ (0 &- (value & 1)))
  }

  /// What is still to be read.
  var rest: ByteReader { ByteReader(UnsafeRawBufferPointer(rebasing: bytes[position...]), file: file) }

  /// What was read since a position, to be read again.
  func again(from start: Int) -> ByteReader {
    ByteReader(UnsafeRawBufferPointer(rebasing: bytes[start..<position]), file: file)
  }

  mutating func string(_ count: some BinaryInteger) throws(Diagnostic) -> String {
    String(decoding: try take(count), as: UTF8.self)
  }
}

/// Runs a throwing body over the bytes of an array.
func withBytes<Result>(
  _ array: [UInt8], _ body: (UnsafeRawBufferPointer) throws(Diagnostic) -> Result
) throws(Diagnostic) -> Result {
  let result: Swift.Result<Result, Diagnostic> = array.withUnsafeBytes { raw in
    do throws(Diagnostic) { return .success(try body(raw)) } catch { return .failure(error) }
  }
  return try result.get()
}
