import Documents
import Storage

/// How the records of an archive file are stored.
public enum ArchiveCompression: String, Sendable, CaseIterable {
  /// WARC or ARC as they are.
  case none
  /// Gzip: one member per record as the standards want it, or anything else that is found in practice.
  case gzip
}

/// The bytes of a WARC or ARC file, mapped or in memory. Any number of readers may read it at once.
public final class ArchiveFile: Sendable {
  private enum Owner: Sendable {
    case mapped(MappedFile)
    /// Allocated by this object, freed in `deinit`.
    case allocated
  }

  /// The name that records carry in their `Origin`.
  public let name: String
  public let compression: ArchiveCompression
  /// Valid as long as this object lives.
  nonisolated(unsafe) let bytes: Bytes
  private let owner: Owner

  /// Maps a file. Its name in origins is the path as given.
  public convenience init(path: String) throws(Diagnostic) {
    self.init(try MappedFile(path: path))
  }

  public init(_ file: MappedFile) {
    name = file.path
    bytes = file.bytes
    owner = .mapped(file)
    compression = Self.compression(of: file.bytes)
  }

  /// An archive in memory: for input from a pipe, and for tests.
  public init(_ content: [UInt8], name: String) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(content.count, 1), alignment: 16)
    copy.copyBytes(from: content)
    self.name = name
    bytes = Bytes(UnsafeMutableRawBufferPointer(rebasing: copy[..<content.count]))
    owner = .allocated
    compression = Self.compression(of: bytes)
  }

  deinit {
    if case .allocated = owner { bytes.deallocate() }
  }

  /// Size in bytes as stored.
  public var size: Int { bytes.count }

  private static func compression(of bytes: Bytes) -> ArchiveCompression {
    bytes.hasPrefix("\u{1F}") && Gzip.startsMember(bytes) ? .gzip : .none
  }
}

extension ArchiveFile {
  /// The first place at or after `offset` where a record (compressed: a member that starts one) begins, or the size.
  ///
  /// A pure function of the file and the offset, so that tasks which know nothing of each other agree on their borders.
  /// Uncompressed files are walked from their start by the records' lengths, because a payload may look like records.
  public func recordStart(atOrAfter offset: Int) -> Int {
    guard offset > 0 else { return 0 }
    guard offset < size else { return size }
    switch compression {
    case .gzip:
      var scanner = MemberScanner()
      return scanner.nextBoundary(in: bytes, from: offset)
    case .none:
      var reader = ArchiveReader(self)
      while reader.skip() {
        if reader.accounted >= offset { return reader.accounted }
      }
      return size
    }
  }

  /// The file cut into at most `count` shares of about equal size that end where records do; empty ones are left out.
  public func shares(_ count: Int) -> [Range<Int>] {
    var borders = [0]
    for i in 1..<max(count, 1) { borders.append(recordStart(atOrAfter: size / max(count, 1) * i)) }
    borders.append(size)
    return zip(borders, borders.dropFirst()).filter { $0 < $1 }.map { $0..<$1 }
  }
}
