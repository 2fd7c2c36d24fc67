import Documents
import Storage

/// Measured values by column for every document that a phase measured, kept or not: `docs/formats/metrics.md`.
///
/// A zstd frame around: 8 bytes `WNMETR01`; u32 length of a JSON header `{"rows","columns":[…]}`; the header, padded with spaces to a
/// multiple of 4; u32 `rows` ledger line numbers from 0; then each column as `rows` little-endian f32, NaN for "not measured".
public struct MetricsFile: Sendable {
  public var columns: [String]
  /// Line number, from 0, in the phase's ledger.
  public var ledgerLines: [UInt32] = []
  /// Column by column.
  public var values: [[Float]]

  static let magic = Array("WNMETR01".utf8)

  init(columns: [String]) {
    self.columns = columns
    values = columns.map { _ in [] }
  }

  mutating func append(ledgerLine: Int, _ row: [Double]) {
    ledgerLines.append(UInt32(truncatingIfNeeded: ledgerLine))
    for index in columns.indices { values[index].append(Float(row[index])) }
  }

  mutating func append(ledgerLine: Int, _ row: [Float]) {
    ledgerLines.append(UInt32(truncatingIfNeeded: ledgerLine))
    for index in columns.indices { values[index].append(row[index]) }
  }

  var encoded: [UInt8] {
    var bytes = Self.magic
    var header = JSONValue.object(["rows": .integer(Int64(ledgerLines.count)), "columns": .array(columns.map { .string($0) })])
      .serialized
    while header.count % 4 != 0 { header.append(0x20) }
    func append(_ value: UInt32) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
    append(UInt32(header.count))
    bytes += header
    for line in ledgerLines { append(line) }
    for column in values { for value in column { append(value.bitPattern) } }
    return Zstandard.compress(bytes)
  }

  public static func read(path: String) throws(Diagnostic) -> MetricsFile {
    let bytes = try Zstandard.decompress(MappedFile.contents(of: path), maximumSize: 1 << 32)
    let damaged = Diagnostic("damaged-file", "not a metrics file", at: .init(file: path))
    func word(_ offset: Int) -> UInt32 {
      bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    }
    guard bytes.count >= 12, bytes.starts(with: magic) else { throw damaged }
    let headerEnd = 12 + Int(word(8))
    guard headerEnd <= bytes.count, let header = try JSONScanner.parse(Array(bytes[12..<headerEnd])).object,
      let rows = header["rows"]?.integer.flatMap({ Int(exactly: $0) }),
      let columns = header["columns"]?.array?.compactMap(\.string),
      rows >= 0, rows < 1 << 32, bytes.count == headerEnd + 4 * rows * (1 + columns.count)
    else { throw damaged }
    var result = MetricsFile(columns: columns)
    result.ledgerLines = (0..<rows).map { word(headerEnd + 4 * $0) }
    for column in columns.indices {
      let start = headerEnd + 4 * rows * (1 + column)
      result.values[column] = (0..<rows).map { Float(bitPattern: word(start + 4 * $0)) }
    }
    return result
  }
}
