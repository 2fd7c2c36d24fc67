import Documents
import Storage

/// The file form of word counts, an intermediate of a run: zstd frames of at most 4 MiB around
/// ```text
/// "WNWC" version=1 pattern-name-length pattern-name documents bytes words
/// then per word, ascending by bytes: shared-prefix-length rest-length rest count
/// ```
/// All numbers are LEB128. Equal counts give equal bytes.
extension WordCounts {
  private static let magic = Array("WNWC".utf8)
  private static let blockSize = 1 << 22

  /// Writes the counts; the file appears whole or not at all.
  @discardableResult
  public func write(to path: String) throws(Diagnostic) -> (bytes: UInt64, checksum: UInt64) {
    var file = try AtomicFile(path: path)
    var block = Self.magic
    block.appendVariable(1)
    block.appendVariable(UInt64(pattern.rawValue.utf8.count))
    block += pattern.rawValue.utf8
    block.appendVariable(UInt64(documentCount))
    block.appendVariable(UInt64(byteCount))
    block.appendVariable(UInt64(wordCount))
    var frames: [[UInt8]] = []
    var previous: [UInt8] = []
    forEachEntryInOrder { word, count in
      let shared = zip(previous, word).prefix { $0 == $1 }.count
      block.appendVariable(UInt64(shared))
      block.appendVariable(UInt64(word.count - shared))
      block += word[shared...]
      block.appendVariable(UInt64(bitPattern: count))
      previous.replaceSubrange(shared..., with: word[shared...])
      if block.count >= Self.blockSize {
        frames.append(Zstandard.compress(block, level: 1))
        block.removeAll(keepingCapacity: true)
      }
    }
    frames.append(Zstandard.compress(block, level: 1))
    for frame in frames { try file.write(frame) }
    return try file.commit()
  }

  /// Reads counts and merges them into these.
  /// - Throws: `damaged-file`, or `mismatch` when the file counts words of another pattern.
  public mutating func merge(file path: String) throws(Diagnostic) {
    let file = try MappedFile(path: path)
    defer { withExtendedLifetime(file) {} }
    var reader = try VariableReader(frames: file.bytes, path: path)
    guard try reader.bytes(4).elementsEqual(Self.magic), try reader.number() == 1 else {
      throw reader.damage("not word counts")
    }
    let name = String(decoding: try reader.bytes(Int(truncatingIfNeeded: try reader.number())), as: UTF8.self)
    guard name == pattern.rawValue else {
      throw Diagnostic(
        "mismatch", "the words were counted with the pattern '\(name)', not '\(pattern.rawValue)'", at: .init(file: path))
    }
    documentCount += Int64(bitPattern: try reader.number())
    byteCount += Int64(bitPattern: try reader.number())
    var word: [UInt8] = []
    for _ in 0..<(try reader.number()) {
      let shared = try reader.number()
      guard shared <= word.count else { throw reader.damage("a word shares more than the one before it has") }
      word.removeLast(word.count - Int(shared))
      word += try reader.bytes(Int(truncatingIfNeeded: try reader.number()))
      let count = Int64(bitPattern: try reader.number())
      guard !word.isEmpty, count > 0 else { throw reader.damage("an empty word or count") }
      add(word: word, times: count)
    }
    guard reader.isAtEnd else { throw reader.damage("more bytes after the last word") }
  }

  /// The counts in a file.
  public init(file path: String, pattern: SplitPattern) throws(Diagnostic) {
    self.init(pattern: pattern)
    try merge(file: path)
  }
}

extension [UInt8] {
  /// LEB128, unsigned.
  mutating func appendVariable(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}

/// Numbers and bytes from decompressed frames, with a clear error at their end.
private struct VariableReader {
  private let content: [UInt8]
  private var position = 0
  private let path: String

  init(frames: UnsafeRawBufferPointer, path: String) throws(Diagnostic) {
    self.path = path
    do throws(Diagnostic) {
      content = try Zstandard.decompress(frames, maximumSize: 1 << 36)
    } catch {
      throw Diagnostic(error.code, error.message, at: .init(file: path))
    }
  }

  var isAtEnd: Bool { position == content.count }

  func damage(_ message: String) -> Diagnostic {
    Diagnostic("damaged-file", "\(message) (byte \(position) of the content)", at: .init(file: path))
  }

  mutating func number() throws(Diagnostic) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while position < content.count {
      let byte = content[position]
      position += 1
      guard shift < 63 || byte <= 1 else { throw damage("a number of more than 64 bits") }
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift += 7
    }
    throw damage("the file ends inside a number")
  }

  mutating func bytes(_ count: Int) throws(Diagnostic) -> ArraySlice<UInt8> {
    guard count >= 0, count <= content.count - position else { throw damage("the file ends inside a word") }
    defer { position += count }
    return content[position..<position + count]
  }
}
