import Documents
import Storage

// The one container of every intermediate file of this module. Little-endian, sections aligned to 8 bytes:
//
//   0   8 bytes "WNDEDUP\0", u32 version, u32 kind, u64 configuration (hash of the options that shape the content)
//   …   sections; several of one tag are pieces of a whole, in order
//   …   directory: per section u32 tag, u32 element size, u64 offset, u64 length in bytes, u64 XXH64 of the bytes
//   end u64 offset of the directory, u64 number of sections, u64 XXH64 of header and directory, 8 bytes "PUDEDNW\0"

#if !_endian(little)
  #error("section files are read in place and little-endian; a big-endian host needs byte swapping here")
#endif

enum SectionFileKind: UInt32 {
  case keyMap = 1
  case keyReduction, decisions, textMap, textReduction, nGramMap
}

enum SectionTag: UInt32 {
  case ranks = 1
  case idEnds, ids, evidence, evidenceEnds, keys, keyOrdinals, bandEnds
  case edges
  case idHashes, states, records, strings, spans
  case text, textEnds, anchors, marks, counters
  case grams, units, hosts, hostEnds
  case blockKeys, blockChecks
}

private let headerMagic: [UInt8] = Array("WNDEDUP\0".utf8)
private let footerMagic: [UInt8] = Array("PUDEDNW\0".utf8)
private let headerSize = 24
private let footerSize = 32
private let entrySize = 32
private let formatVersion: UInt32 = 4
private let maximumSections: UInt64 = 1 << 16

extension Array where Element: BitwiseCopyable {
  /// `withUnsafeBytes` that keeps the type of the error.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
    let result: Swift.Result<Result, Diagnostic> = withUnsafeBytes { bytes in
      do throws(Diagnostic) { return .success(try body(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}

/// Writes a section file from front to back; it appears under its name only when committed.
struct SectionFileWriter: ~Copyable {
  private var file: AtomicFile
  private var header: [UInt8]
  private var directory: [UInt8] = []
  private var sectionCount: UInt64 = 0
  private var open: (tag: SectionTag, elementSize: Int, start: UInt64, hash: XXH64)?

  init(path: String, kind: SectionFileKind, configuration: UInt64) throws(Diagnostic) {
    var header = headerMagic
    header.append(littleEndian: formatVersion)
    header.append(littleEndian: kind.rawValue)
    header.append(littleEndian: configuration)
    var file = try AtomicFile(path: path)
    try file.write(header)
    self.header = header
    self.file = file
  }

  mutating func begin(_ tag: SectionTag, elementSize: Int) {
    precondition(open == nil, "sections do not nest")
    open = (tag, elementSize, file.count, XXH64())
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    open?.hash.update(bytes)
    try file.write(bytes)
  }

  /// Ends the open section and starts another of the same tag.
  mutating func endPiece() throws(Diagnostic) {
    guard let section = open else { return }
    try end()
    begin(section.tag, elementSize: section.elementSize)
  }

  mutating func append<Element: BitwiseCopyable>(_ elements: [Element]) throws(Diagnostic) {
    try elements.withBytes { bytes throws(Diagnostic) in try append(bytes) }
  }

  mutating func end() throws(Diagnostic) {
    guard let section = open else { return }
    open = nil
    let length = file.count - section.start
    directory.append(littleEndian: section.tag.rawValue)
    directory.append(littleEndian: UInt32(section.elementSize))
    directory.append(littleEndian: section.start)
    directory.append(littleEndian: length)
    directory.append(littleEndian: section.hash.finalize())
    sectionCount += 1
    try file.write([UInt8](repeating: 0, count: Int((8 - length % 8) % 8)))
  }

  /// A whole section at once.
  mutating func write<Element: BitwiseCopyable>(_ tag: SectionTag, _ elements: [Element]) throws(Diagnostic) {
    begin(tag, elementSize: MemoryLayout<Element>.stride)
    try append(elements)
    try end()
  }

  mutating func commit() throws(Diagnostic) {
    precondition(open == nil, "a section is still open")
    let start = file.count
    var checksum = XXH64()
    checksum.update(header)
    checksum.update(directory)
    try file.write(directory)
    var footer: [UInt8] = []
    footer.append(littleEndian: start)
    footer.append(littleEndian: sectionCount)
    footer.append(littleEndian: checksum.finalize())
    footer += footerMagic
    try file.write(footer)
    // Every reader compares checksums, and the step can be done again.
    try file.commit(syncs: false)
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

/// A section file mapped into memory. Every access is checked against the directory, so a damaged or foreign file ends in a
/// `Diagnostic` and never outside the map.
final class SectionFile: Sendable {
  private struct Section: Sendable {
    var elementSize: Int
    var bytes: Range<Int>
    var checksum: UInt64
  }

  private let file: MappedFile
  private let sections: [UInt32: [Section]]

  var path: String { file.path }

  init(path: String, kind: SectionFileKind, configuration: UInt64) throws(Diagnostic) {
    file = try MappedFile(path: path)
    let bytes = file.bytes
    guard bytes.count >= headerSize + footerSize, bytes.starts(with: headerMagic), bytes.suffix(8).elementsEqual(footerMagic)
    else {
      throw Self.damage(path, "not a deduplication file, or cut short")
    }
    guard bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self) == formatVersion else {
      throw Diagnostic(
        "wrong-version", "deduplication file of another version of winnow", at: .init(file: path),
        fix: "remove the stage's files and run it again")
    }
    guard bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self) == kind.rawValue else {
      throw Diagnostic("wrong-kind", "a deduplication file of another step or method", at: .init(file: path))
    }
    guard bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self) == configuration else {
      throw Diagnostic(
        "wrong-configuration", "written with other deduplication options", at: .init(file: path),
        fix: "run the map step again with the present options")
    }
    sections = try Self.readDirectory(bytes, path)
  }

  private static func readDirectory(_ bytes: UnsafeRawBufferPointer, _ path: String) throws(Diagnostic) -> [UInt32: [Section]] {
    let footer = bytes.count - footerSize
    let start = bytes.loadUnaligned(fromByteOffset: footer, as: UInt64.self)
    let count = bytes.loadUnaligned(fromByteOffset: footer + 8, as: UInt64.self)
    let checksum = bytes.loadUnaligned(fromByteOffset: footer + 16, as: UInt64.self)
    guard count <= maximumSections, start >= UInt64(headerSize), start <= UInt64(footer),
      UInt64(footer) - start == count * UInt64(entrySize)
    else { throw damage(path, "its directory does not fit") }
    var hash = XXH64()
    hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<headerSize]))
    hash.update(UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<footer]))
    guard hash.finalize() == checksum else { throw damage(path, "its directory has another checksum than recorded") }
    var sections: [UInt32: [Section]] = [:]
    for index in 0..<Int(count) {
      let entry = Int(start) + index * entrySize
      let tag = bytes.loadUnaligned(fromByteOffset: entry, as: UInt32.self)
      let size = Int(bytes.loadUnaligned(fromByteOffset: entry + 4, as: UInt32.self))
      let offset = bytes.loadUnaligned(fromByteOffset: entry + 8, as: UInt64.self)
      let length = bytes.loadUnaligned(fromByteOffset: entry + 16, as: UInt64.self)
      guard offset <= start, length <= start - offset, size > 0, length % UInt64(size) == 0 else {
        throw damage(path, "a section lies outside the file")
      }
      sections[tag, default: []].append(
        Section(
          elementSize: size, bytes: Int(offset)..<Int(offset + length),
          checksum: bytes.loadUnaligned(fromByteOffset: entry + 24, as: UInt64.self)))
    }
    return sections
  }

  /// A section in place, its checksum compared unless its readers check each piece themselves.
  ///
  /// - Complexity: O(1), or O(bytes) with `verified`.
  func section<Element: BitwiseCopyable>(
    _ tag: SectionTag, of type: Element.Type, verified: Bool = true
  ) throws(Diagnostic) -> UnsafeBufferPointer<Element> {
    let pieces = try pieces(tag, of: type, verified: verified)
    guard pieces.count == 1 else { throw damaged("section \(tag) is missing") }
    return pieces[0]
  }

  /// All sections of a tag, in order.
  func pieces<Element: BitwiseCopyable>(
    _ tag: SectionTag, of type: Element.Type, verified: Bool = true
  ) throws(Diagnostic) -> [UnsafeBufferPointer<Element>] {
    var pieces: [UnsafeBufferPointer<Element>] = []
    for section in sections[tag.rawValue] ?? [] {
      guard section.elementSize == MemoryLayout<Element>.stride, section.bytes.lowerBound % 8 == 0 else {
        throw damaged("section \(tag) has elements of another size")
      }
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[section.bytes])
      guard !verified || checksum(section.bytes) == section.checksum else {
        throw damaged("section \(tag) has another checksum than recorded")
      }
      pieces.append(bytes.bindMemory(to: Element.self))
    }
    return pieces
  }

  /// Takes the file's pages out of this process's resident memory.
  func release() { file.release() }

  var size: Int { file.bytes.count }

  /// Where bytes of the map stand in the file.
  func offset(of bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = file.bytes.baseAddress, let start = bytes.baseAddress else { return 0 }
    return start - base
  }

  /// Lets go of pages as it passes, so that checking a file larger than memory does not fill it.
  private func checksum(_ range: Range<Int>) -> UInt64 {
    let step = 1 << 24
    if range.count <= step { return XXH64.hash(UnsafeRawBufferPointer(rebasing: file.bytes[range])) }
    var hash = XXH64()
    for start in stride(from: range.lowerBound, to: range.upperBound, by: step) {
      let part = start..<min(range.upperBound, start + step)
      hash.update(UnsafeRawBufferPointer(rebasing: file.bytes[part]))
      file.release(part)
    }
    return hash.finalize()
  }

  /// The error for content that contradicts itself.
  func damaged(_ what: String) -> Diagnostic { Self.damage(path, what) }

  private static func damage(_ path: String, _ what: String) -> Diagnostic {
    Diagnostic(
      "damaged-file", "damaged deduplication file: \(what)", at: .init(file: path), fix: "remove it and run its step again")
  }
}

/// A section in several pieces, addressed as one. No element range that is asked for crosses a piece's end.
struct Pieces<Element: BitwiseCopyable> {
  private let pieces: [UnsafeBufferPointer<Element>]
  private let starts: [Int]
  let count: Int

  init(_ pieces: [UnsafeBufferPointer<Element>]) {
    self.pieces = pieces
    var starts: [Int] = []
    var count = 0
    for piece in pieces {
      starts.append(count)
      count += piece.count
    }
    self.starts = starts
    self.count = count
  }

  /// - Returns: nil when the range lies in no single piece.
  subscript(_ range: Range<Int>) -> UnsafeBufferPointer<Element>? {
    if range.isEmpty { return UnsafeBufferPointer(start: nil, count: 0) }
    let index = partitionPoint(starts.count) { starts[$0] > range.lowerBound } - 1
    guard index >= 0, range.upperBound <= starts[index] + pieces[index].count else { return nil }
    return UnsafeBufferPointer(rebasing: pieces[index][(range.lowerBound - starts[index])..<(range.upperBound - starts[index])])
  }
}

/// The first of 0 ..< count, ordered so that `belongs` is false before it and true from it on; `count` when there is none.
@inline(__always)
func partitionPoint(_ count: Int, where belongs: (Int) -> Bool) -> Int {
  var low = 0
  var high = count
  while low < high {
    let middle = (low + high) / 2
    if belongs(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}

/// The first key of one of `shares` equal shares of the key space.
func firstKey(ofShare share: Int, of shares: Int) -> UInt64 {
  UInt64(shares).dividingFullWidth((UInt64(share), 0)).quotient
}
