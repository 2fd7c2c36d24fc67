import Documents

/// The entries of a column chunk, one after the other over its pages: levels, and where they say so a value. Holds one page and the dictionary.
final class ParquetColumnReader {
  struct Entry {
    /// 0 where a row begins, 1 inside a list.
    var repetition: Int
    var definition: Int
  }

  private let column: ParquetFooter.Column
  private let codec: Int
  private let path: String
  private var chunk: ByteReader
  private var leftInChunk: Int
  private var leftInPage = 0
  // The readers below point into this page.
  private var page: ParquetPage?
  private var repetition: ParquetRuns?
  private var definition: ParquetRuns?
  // One of these, by the page's encoding; of strings with their lengths in front, the last two.
  private var indices: ParquetRuns?
  private var plain: ByteReader?
  private var deltas: ParquetDeltas?
  private var numbers: [Int64] = []
  private var texts: [String] = []

  /// - Parameter file: the whole file, which must outlive this.
  init(_ file: UnsafeRawBufferPointer, _ column: ParquetFooter.Column, _ chunk: ParquetFooter.Chunk, path: String) {
    self.column = column
    self.path = path
    codec = chunk.codec
    self.chunk = ByteReader(UnsafeRawBufferPointer(rebasing: file[chunk.bytes]), file: path)
    leftInChunk = chunk.values
  }

  func damage(_ message: String) -> Diagnostic { chunk.damage(message) }

  /// The levels of the next entry; nil behind the last.
  func next() throws(Diagnostic) -> Entry? {
    guard leftInChunk > 0 else { return nil }
    while leftInPage == 0 { try nextPage() }
    leftInPage &-= 1
    leftInChunk &-= 1
    let entry = Entry(
      repetition: Int(try repetition?.next() ?? 0),
      definition: definition == nil ? 0 : Int(try definition?.next() ?? 0))
    guard entry.repetition <= 1, entry.definition <= column.definition else {
      throw damage("a level that the schema does not have")
    }
    return entry
  }

  /// The value of the entry just read, which must be defined, of a column of integers.
  func number() throws(Diagnostic) -> Int64 {
    if let index = try indices?.next() {
      guard index < numbers.count else { throw damage("an index outside the dictionary") }
      return numbers[Int(index)]
    }
    if let number = column.type == .int32 ? (try plain?.number(Int32.self)).map(signed) : try plain?.number(Int64.self) {
      return number
    }
    guard let number = try deltas?.next() else { throw damage("a value without a page") }
    return column.type == .int32 ? signed(Int32(truncatingIfNeeded: number)) : number
  }

  /// The value of the entry just read, which must be defined, of a column of strings.
  func text() throws(Diagnostic) -> String {
    if let index = try indices?.next() {
      guard index < texts.count else { throw damage("an index outside the dictionary") }
      return texts[Int(index)]
    }
    guard var bytes = plain else { throw damage("a string without a page") }
    let length = try deltas?.next()
    let text = if let length { try bytes.string(length) } else { try bytes.string(bytes.number(UInt32.self)) }
    plain = bytes
    return text
  }

  private func nextPage() throws(Diagnostic) {
    let page = try ParquetPage(&chunk, column, codec: codec, path: path)
    switch page.kind {
    case .other: return
    case .dictionary: try readDictionary(page)
    case .data:
      self.page = page
      leftInPage = page.values
      repetition = page.repetition.map { ParquetRuns($0, width: 1) }
      definition = page.definition.map { ParquetRuns($0, width: Int.bitWidth - column.definition.leadingZeroBitCount) }
      try readValues(of: page)
    }
  }

  private func readValues(of page: ParquetPage) throws(Diagnostic) {
    var bytes = page.content
    (plain, indices, deltas) = (nil, nil, nil)
    switch page.encoding {
    case ParquetPage.Encoding.plain: plain = bytes
    case ParquetPage.Encoding.plainDictionary, ParquetPage.Encoding.runsOfDictionary:
      // A page without any value may have no width.
      guard bytes.remaining > 0 else { return }
      let width = try bytes.number(UInt8.self)
      guard width <= 32 else { throw damage("indices of \(width) bits") }
      indices = ParquetRuns(bytes, width: Int(width))
    case ParquetPage.Encoding.deltas where column.type != .byteArray:
      deltas = try ParquetDeltas(bytes)
    case ParquetPage.Encoding.deltaLengths where column.type == .byteArray:
      let lengths = try ParquetDeltas(bytes)
      guard lengths.count <= page.values else { throw damage("more lengths than strings") }
      (deltas, plain) = (lengths, try lengths.rest())
    default:
      throw Diagnostic(
        "unsupported", "a Parquet column in encoding \(page.encoding)", at: .init(file: path),
        fix: "write it with plain or dictionary encoding, as writers do unless told otherwise")
    }
  }

  private func readDictionary(_ page: ParquetPage) throws(Diagnostic) {
    guard [ParquetPage.Encoding.plain, ParquetPage.Encoding.plainDictionary].contains(page.encoding) else {
      throw damage("a dictionary in encoding \(page.encoding)")
    }
    (numbers, texts) = ([], [])
    var bytes = page.content
    try withExtendedLifetime(page) { () throws(Diagnostic) in
      for _ in 0..<page.values {
        if column.type == .byteArray {
          texts.append(try bytes.string(try bytes.number(UInt32.self)))
        } else {
          numbers.append(try plainNumber(&bytes))
        }
      }
    }
  }

  private func plainNumber(_ bytes: inout ByteReader) throws(Diagnostic) -> Int64 {
    column.type == .int32 ? signed(try bytes.number(Int32.self)) : try bytes.number(Int64.self)
  }

  private func signed(_ value: Int32) -> Int64 { column.isUnsigned ? Int64(UInt32(bitPattern: value)) : Int64(value) }
}
