import Documents
import Storage

// The one container of every intermediate file of this module. Little-endian, sections aligned to 8 bytes:
//
//   0   8 bytes "WNDEDUP\0", u32 version, u32 kind, u64 configuration (hash of the options that shape the content)
//   …   sections
//   …   directory: per section u32 tag, u32 element size, u64 offset, u64 length in bytes, u64 XXH64 of the bytes
//   end u64 offset of the directory, u64 number of sections, u64 XXH64 of header and directory, 8 bytes "PUDEDNW\0"

#if !_endian(little)
  #error("section files are read in place and little-endian; a big-endian host needs byte swapping here")
#endif

enum SectionFileKind: UInt32 {
  case keyMap = 1
  case keyReduction, decisions, textMap, textReduction
}

enum SectionTag: UInt32 {
  case ranks = 1
  case idEnds, ids, evidence, evidenceEnds, keys, keyOrdinals, bandEnds
  case edges
  case idHashes, states, records, strings, spans
  case text, textEnds, anchors, windows, marks, counters
}

private let headerMagic: [UInt8] = Array("WNDEDUP\0".utf8)
private let footerMagic: [UInt8] = Array("PUDEDNW\0".utf8)
private let headerSize = 24
private let footerSize = 32
private let entrySize = 32
private let formatVersion: UInt32 = 1

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
    try file.commit()
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
  private let sections: [UInt32: Section]

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

  private static func readDirectory(_ bytes: UnsafeRawBufferPointer, _ path: String) throws(Diagnostic) -> [UInt32: Section] {
    let footer = bytes.count - footerSize
    let start = bytes.loadUnaligned(fromByteOffset: footer, as: UInt64.self)
    let count = bytes.loadUnaligned(fromByteOffset: footer + 8, as: UInt64.self)
    let checksum = bytes.loadUnaligned(fromByteOffset: footer + 16, as: UInt64.self)
    guard count <= 64, start >= UInt64(headerSize), start <= UInt64(footer),
      UInt64(footer) - start == count * UInt64(entrySize)
    else { throw damage(path, "its directory does not fit") }
    var hash = XXH64()
    hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<headerSize]))
    hash.update(UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<footer]))
    guard hash.finalize() == checksum else { throw damage(path, "its directory has another checksum than recorded") }
    var sections: [UInt32: Section] = [:]
    for index in 0..<Int(count) {
      let entry = Int(start) + index * entrySize
      let tag = bytes.loadUnaligned(fromByteOffset: entry, as: UInt32.self)
      let size = Int(bytes.loadUnaligned(fromByteOffset: entry + 4, as: UInt32.self))
      let offset = bytes.loadUnaligned(fromByteOffset: entry + 8, as: UInt64.self)
      let length = bytes.loadUnaligned(fromByteOffset: entry + 16, as: UInt64.self)
      guard offset <= start, length <= start - offset, size > 0, length % UInt64(size) == 0 else {
        throw damage(path, "a section lies outside the file")
      }
      sections[tag] = Section(
        elementSize: size, bytes: Int(offset)..<Int(offset + length),
        checksum: bytes.loadUnaligned(fromByteOffset: entry + 24, as: UInt64.self))
    }
    return sections
  }

  /// A section in place, its checksum compared unless its readers check each piece themselves.
  ///
  /// - Complexity: O(1), or O(bytes) with `verified`.
  func section<Element: BitwiseCopyable>(
    _ tag: SectionTag, of type: Element.Type, verified: Bool = true
  ) throws(Diagnostic) -> UnsafeBufferPointer<Element> {
    guard let section = sections[tag.rawValue], section.elementSize == MemoryLayout<Element>.stride,
      section.bytes.lowerBound % 8 == 0
    else { throw damaged("section \(tag) is missing") }
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[section.bytes])
    guard !verified || XXH64.hash(bytes) == section.checksum else {
      throw damaged("section \(tag) has another checksum than recorded")
    }
    return bytes.bindMemory(to: Element.self)
  }

  /// The error for content that contradicts itself.
  func damaged(_ what: String) -> Diagnostic { Self.damage(path, what) }

  private static func damage(_ path: String, _ what: String) -> Diagnostic {
    Diagnostic(
      "damaged-file", "damaged deduplication file: \(what)", at: .init(file: path), fix: "remove it and run its step again")
  }
}
