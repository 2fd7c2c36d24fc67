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
