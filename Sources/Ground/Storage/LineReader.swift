import Documents
import Foundation

/// The lines of a plain, gzip or zstd file, told apart by their first bytes.
///
/// Memory: the mapped file, one decompression window and the longest line. A line longer than `maximumLineLength` is an error,
/// not a crash: it is reported with its place and the reader goes on behind it.
public struct LineReader: ~Copyable {
  private let file: MappedFile
  private var input: UnsafeRawBufferPointer
  /// Nil for plain files.
  private let decoder: (any DecompressionStream)?
  private var window: [UInt8] = []
  private var start = 0
  /// Bytes of the file whose pages were let go.
  private var released = 0
  private var offsetOfWindow: UInt64 = 0
  private let maximumLineLength: Int
  /// Number of the last line that was read, from 1.
  public private(set) var lineNumber = 0
  /// Byte offset of the last line in the decompressed stream.
  public private(set) var lineOffset: UInt64 = 0

  private static let chunk = 1 << 18

  public init(path: String, maximumLineLength: Int = 1 << 28) throws(Diagnostic) {
    file = try MappedFile(path: path)
    input = file.bytes
    self.maximumLineLength = maximumLineLength
    if input.starts(with: [0x1F, 0x8B]) {
      decoder = InflateStream()
    } else if Self.startsWithZstandardFrame(input) {
      decoder = ZstandardStream()
    } else {
      decoder = nil
    }
  }

  /// Before the first line of a plain file: goes to the first that starts at `offset` or behind it, and counts lines from there. A
  /// compressed file is read from its beginning all the same.
  public mutating func skip(to offset: UInt64) throws(Diagnostic) {
    guard offset > 0, !isCompressed else { return }
    // The end of the line before is the sign that a line starts here.
    let skipped = Int(min(offset - 1, UInt64(input.count)))
    input = UnsafeRawBufferPointer(rebasing: input[skipped...])
    offsetOfWindow = UInt64(skipped)
    _ = try next { _ in }
    lineNumber = 0
  }

  public var path: String { file.path }

  public var isCompressed: Bool { decoder != nil }

  /// How much of the file's bytes, compressed or not, the lines so far make up: 0...1.
  public var share: Double {
    let unpacked = Double(offsetOfWindow) + Double(window.count)
    guard unpacked > 0 else { return 1 }
    return (1 - Double(input.count) / Double(file.bytes.count)) * (Double(offsetOfWindow) + Double(start)) / unpacked
  }

  /// A frame (28 B5 2F FD) or a skippable frame (50…5F 2A 4D 18), RFC 8878 section 3.1.
  private static func startsWithZstandardFrame(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 4 else { return false }
    let magic = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
    return magic == 0xFD2F_B528 || magic & 0xFFFF_FFF0 == 0x184D_2A50
  }

  /// Calls `body` with the next line, without its line end, or returns nil at the end of the file.
  public mutating func next<Result>(_ body: (UnsafeRawBufferPointer) throws(Diagnostic) -> Result) throws(Diagnostic) -> Result?
  {
    var searched = start
    while true {
      let newline = Self.newline(in: window, from: searched)
      if let newline { return try deliver(upTo: newline, skipping: 1, body) }
      searched = window.count
      guard searched - start <= maximumLineLength else {
        throw Diagnostic(
          "line-too-long", "a line of more than \(maximumLineLength) bytes", at: .init(file: file.path, line: lineNumber + 1))
      }
      let before = start
      let grew = try fill()
      searched -= before - start
      if !grew { return window.count > start ? try deliver(upTo: window.count, skipping: 0, body) : nil }
    }
  }

  private static func newline(in window: [UInt8], from start: Int) -> Int? {
    window.withUnsafeBytes { buffer in
      guard start < buffer.count, let base = buffer.baseAddress, let found = memchr(base + start, 0x0A, buffer.count - start)
      else {
        return nil
      }
      return UnsafeRawPointer(found) - base
    }
  }

  private mutating func deliver<Result>(
    upTo end: Int, skipping newline: Int, _ body: (UnsafeRawBufferPointer) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    lineNumber += 1
    lineOffset = offsetOfWindow + UInt64(start)
    let begin = start
    start = end + newline
    let outcome: Swift.Result<Result, Diagnostic> = window.withUnsafeBytes { raw in
      var stop = end
      if stop > begin, raw[stop - 1] == 0x0D { stop -= 1 }
      do throws(Diagnostic) {
        return .success(try body(UnsafeRawBufferPointer(rebasing: raw[begin..<stop])))
      } catch { return .failure(error) }
    }
    return try outcome.get()
  }

  /// Lets go of the pages that were read, so that a long file does not fill the memory.
  private mutating func releaseInput() {
    let consumed = file.bytes.count - input.count
    guard consumed - released > 1 << 24 else { return }
    file.release(released..<consumed)
    released = consumed & ~0xFFFF
  }

  /// Drops what was delivered, appends more; false at the end of the file.
  private mutating func fill() throws(Diagnostic) -> Bool {
    releaseInput()
    if start > 0 {
      window.removeFirst(start)
      offsetOfWindow += UInt64(start)
      start = 0
    }
    let before = window.count
    guard let decoder else {
      let take = min(Self.chunk, input.count)
      window.append(contentsOf: input[..<take])
      input = UnsafeRawBufferPointer(rebasing: input[take...])
      return take > 0
    }
    do throws(Diagnostic) {
      while window.count == before {
        let left = input.count
        try decoder.decompress(&input, into: &window, capacity: Self.chunk)
        if window.count == before && input.count == left {
          guard decoder.isAtEnd else { throw Diagnostic("damaged-file", "the compressed stream ends early") }
          return false
        }
      }
      return true
    } catch {
      var located = error
      located.place = .init(file: file.path, line: lineNumber + 1)
      throw located
    }
  }
}
