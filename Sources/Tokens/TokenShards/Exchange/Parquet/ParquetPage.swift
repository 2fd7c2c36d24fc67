import Documents
import Storage

/// A page of a column chunk, decompressed.
final class ParquetPage {
  enum Kind {
    case data
    case dictionary
    /// One that may be passed over.
    case other
  }

  let kind: Kind
  /// Values, nulls and empty lists included.
  let values: Int
  let encoding: Int
  /// Nil when the column has no such levels. They point into memory this owns.
  let repetition: ByteReader?
  let definition: ByteReader?
  let content: ByteReader
  private let memory: UnsafeMutableRawBufferPointer

  /// Values of a page, at most; a page of padding alone can have very many in a few bytes.
  private static let maximumValues = 1 << 28
  /// Bytes of a page, at most.
  private static let maximumSize = 1 << 30

  deinit { memory.deallocate() }

  /// Reads the page at the front of `chunk`, which moves behind it.
  /// - Throws: `damaged-file`, `unsupported`
  init(_ chunk: inout ByteReader, _ column: ParquetFooter.Column, codec: Int, path: String) throws(Diagnostic) {
    let header = try Header(&chunk)
    guard (0...Self.maximumSize).contains(header.size), (0...Self.maximumValues).contains(header.values) else {
      throw Diagnostic("unsupported", "a page of \(header.size) bytes and \(header.values) values", at: .init(file: path))
    }
    let stored = try chunk.take(header.storedSize)
    // The levels of a page of version 2 stand in front of what is compressed.
    let levelSize = header.repetitionSize + header.definitionSize
    guard header.repetitionSize >= 0, header.definitionSize >= 0, levelSize <= min(stored.count, header.size) else {
      throw chunk.damage("a page whose levels are longer than itself")
    }
    let raw = try Self.decompressed(
      UnsafeRawBufferPointer(rebasing: stored[levelSize...]), codec: header.isCompressed ? codec : 0,
      size: header.size - levelSize, path)
    memory = .allocate(byteCount: levelSize + raw.count, alignment: 8)
    memory.copyBytes(from: stored[..<levelSize])
    UnsafeMutableRawBufferPointer(rebasing: memory[levelSize...]).copyBytes(from: raw)
    kind = header.kind
    values = header.values
    encoding = header.encoding
    var bytes = ByteReader(UnsafeRawBufferPointer(memory), file: path)
    guard kind == .data else {
      (repetition, definition, content) = (nil, nil, bytes)
      return
    }
    func levels(_ isThere: Bool, size: Int, encoding: Int) throws(Diagnostic) -> ByteReader? {
      guard isThere || header.isVersion2 else { return nil }
      guard header.isVersion2 || encoding == Encoding.runs else {
        throw Diagnostic("unsupported", "levels in encoding \(encoding)", at: .init(file: path))
      }
      let size = header.isVersion2 ? size : Int(try bytes.number(UInt32.self))
      let part = ByteReader(try bytes.take(size), file: path)
      return isThere ? part : nil
    }
    repetition = try levels(
      column.listDefinition != nil, size: header.repetitionSize, encoding: header.repetitionEncoding)
    definition = try levels(column.definition > 0, size: header.definitionSize, encoding: header.definitionEncoding)
    content = bytes.rest
  }

  /// Codes of the format.
  enum Encoding {
    static let plain = 0, plainDictionary = 2, runs = 3, deltas = 5, deltaLengths = 6, runsOfDictionary = 8
  }

  private struct Header {
    var kind = Kind.other
    var isVersion2 = false
    var size = 0
    var storedSize = 0
    var values = 0
    var encoding = 0
    var definitionEncoding = 3
    var repetitionEncoding = 3
    var definitionSize = 0
    var repetitionSize = 0
    var isCompressed = true

    init(_ chunk: inout ByteReader) throws(Diagnostic) {
      var reader = ThriftCompactReader(chunk.rest)
      while let (field, value) = try reader.next() {
        switch (field, value) {
        case (2, .integer(let value)): size = value
        case (3, .integer(let value)): storedSize = value
        case (5, .structure(let page)):
          kind = .data
          let numbers = try Self.integers(page)
          (values, encoding) = (numbers[1] ?? -1, numbers[2] ?? -1)
          (definitionEncoding, repetitionEncoding) = (numbers[3] ?? -1, numbers[4] ?? -1)
        case (7, .structure(let page)):
          kind = .dictionary
          let numbers = try Self.integers(page)
          (values, encoding) = (numbers[1] ?? -1, numbers[2] ?? -1)
        case (8, .structure(var page)):
          (kind, isVersion2) = (.data, true)
          let numbers = try Self.integers(page)
          (values, encoding) = (numbers[1] ?? -1, numbers[4] ?? -1)
          (definitionSize, repetitionSize) = (numbers[5] ?? 0, numbers[6] ?? 0)
          while let (field, value) = try page.next() {
            if field == 7, case .boolean(let value) = value { isCompressed = value }
          }
        default: break
        }
      }
      _ = try chunk.take(reader.position)
    }

    private static func integers(_ reader: ThriftCompactReader) throws(Diagnostic) -> [Int: Int] {
      var reader = reader
      var numbers: [Int: Int] = [:]
      while let (field, value) = try reader.next() { if case .integer(let value) = value { numbers[field] = value } }
      return numbers
    }
  }

  private static func decompressed(
    _ bytes: UnsafeRawBufferPointer, codec: Int, size: Int, _ path: String
  ) throws(Diagnostic) -> [UInt8] {
    var raw: [UInt8] = []
    guard size > 0 else { return raw }
    do throws(Diagnostic) {
      switch codec {
      case 0: raw = Array(bytes)
      case 1: raw = try Snappy.decompress(bytes, size: size)
      case 2: raw = try inflated(bytes, size: size)
      case 6: raw = try Zstandard.decompress(bytes, maximumSize: size)
      default:
        let names = [3: "LZO", 4: "Brotli", 5: "LZ4", 7: "LZ4"]
        throw Diagnostic(
          "unsupported", "pages compressed with \(names[codec] ?? "codec \(codec)")",
          fix: "write the file with snappy, zstd, gzip or no compression")
      }
    } catch { throw Diagnostic(error.code, error.message, at: .init(file: path), fix: error.fix) }
    guard raw.count == size else {
      throw Diagnostic("damaged-file", "a page has \(raw.count) bytes, not the \(size) it should have", at: .init(file: path))
    }
    return raw
  }

  private static func inflated(_ bytes: UnsafeRawBufferPointer, size: Int) throws(Diagnostic) -> [UInt8] {
    // Deflate makes at most 1,032 bytes of one.
    guard size <= 1032 * bytes.count else { throw Diagnostic("damaged-file", "a damaged gzip page") }
    var outcome = MemberInflater.Outcome.damaged
    let raw = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      outcome = MemberInflater().inflate(bytes, into: UnsafeMutableRawBufferPointer(buffer))
      if case .member(_, let decoded) = outcome { count = decoded }
    }
    guard case .member = outcome else { throw Diagnostic("damaged-file", "a damaged gzip page") }
    return raw
  }
}
