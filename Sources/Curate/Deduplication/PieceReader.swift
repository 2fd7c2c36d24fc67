import Documents
import Foundation

/// Copies pieces of mapped files by system calls.
///
/// A look at a mapped page makes a neighbourhood of 64 KiB resident, which a memory budget then has to let go again. Where pieces of a
/// few hundred bytes are read from all over files that do not fit, copying is quicker, and its memory is known beforehand.
final class PieceReader {
  /// Descriptors are scarcer than maps.
  private static let maximumFiles = 256

  private let files: [SectionFile]
  private var descriptors: [Int32] = []

  /// Nil for more files than may be open.
  init?(_ files: [SectionFile]) throws(Diagnostic) {
    self.files = files
    guard files.count <= Self.maximumFiles else { return nil }
    for file in files {
      let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
      guard descriptor < 0 else {
        descriptors.append(descriptor)
        continue
      }
      guard errno == EMFILE || errno == ENFILE else { throw Diagnostic(systemCall: "open", path: file.path) }
      for descriptor in descriptors { close(descriptor) }
      descriptors = []
      return nil
    }
  }

  deinit { for descriptor in descriptors { close(descriptor) } }

  /// - Parameters:
  ///   - bytes: a piece of the file's map.
  ///   - target: of the same size.
  func read(
    _ bytes: UnsafeRawBufferPointer, ofFile index: Int, into target: UnsafeMutableRawBufferPointer
  ) throws(Diagnostic) {
    precondition(bytes.count == target.count, "a piece is copied whole")
    let offset = files[index].offset(of: bytes)
    var done = 0
    while done < bytes.count {
      let count = pread(descriptors[index], target.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw count < 0 ? Diagnostic(systemCall: "read", path: files[index].path) : files[index].damaged("it was cut short")
      }
      done += count
    }
  }
}

/// Reads blocks of text without making the texts resident. Its buffer is reused.
final class BlockCopier {
  /// Groups with more text than this are used in place.
  private static let maximumBytes = 1 << 22

  private let pieces: PieceReader
  private var buffer: [UInt8] = []

  init(_ pieces: PieceReader) { self.pieces = pieces }

  /// Calls `body` with the blocks, their bytes copied; they are valid until it returns.
  func withCopies(
    of blocks: [AnchoredBlock], _ body: ([AnchoredBlock]) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let size = blocks.reduce(0) { $0 + $1.bytes.count }
    guard size <= Self.maximumBytes else { return try body(blocks) }
    if buffer.count < size { buffer = Array(repeating: 0, count: 2 * size) }
    let result: Result<Void, Diagnostic> = buffer.withUnsafeMutableBytes { raw in
      do throws(Diagnostic) {
        var copies = blocks
        var start = 0
        for index in copies.indices {
          let count = copies[index].bytes.count
          let target = UnsafeMutableRawBufferPointer(rebasing: raw[start..<(start + count)])
          try pieces.read(UnsafeRawBufferPointer(copies[index].bytes), ofFile: copies[index].document.partition, into: target)
          copies[index].bytes = UnsafeRawBufferPointer(target).bindMemory(to: UInt8.self)
          start += count
        }
        return .success(try body(copies))
      } catch { return .failure(error) }
    }
    try result.get()
  }
}

/// Compares documents by the distinct shingles that are their evidence. Its buffers are reused.
final class ShingleComparison {
  private let maps: KeyMaps
  private let pieces: PieceReader?
  private var first: [UInt32] = []
  private var second: [UInt32] = []

  init(_ maps: KeyMaps) throws(Diagnostic) {
    self.maps = maps
    pieces = try maps.pieceReader()
  }

  /// The Jaccard similarity of two documents.
  func similarity(_ a: DocumentReference, _ b: DocumentReference) throws(Diagnostic) -> Double {
    guard let pieces else { return jaccard(try maps.evidence(a), try maps.evidence(b)) }
    try maps.copyEvidence(a, by: pieces, into: &first)
    try maps.copyEvidence(b, by: pieces, into: &second)
    return first.withUnsafeBufferPointer { first in second.withUnsafeBufferPointer { jaccard(first, $0) } }
  }
}
