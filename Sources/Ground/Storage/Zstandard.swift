import CZstd
import Documents

/// Whole zstd frames (RFC 8878) in memory.
public enum Zstandard {
  /// One frame with its content size and checksum in the header, so that a reader can check it. The bytes depend on level and input only.
  public static func compress(_ bytes: UnsafeRawBufferPointer, level: Int32 = 3) -> [UInt8] {
    let context = ZSTD_createCCtx()
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    let bound = ZSTD_compressBound(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      count = ZSTD_compress2(context, buffer.baseAddress, bound, bytes.baseAddress, bytes.count)
      precondition(ZSTD_isError(count) == 0, "zstd compresses any input into its own bound")
    }
  }

  public static func compress(_ bytes: [UInt8], level: Int32 = 3) -> [UInt8] {
    bytes.withUnsafeBytes { compress($0, level: level) }
  }

  /// The content of one or more frames.
  /// - Throws: `damaged-file` for a bad frame or checksum, `too-large` when the content exceeds `maximumSize` bytes.
  public static func decompress(_ bytes: UnsafeRawBufferPointer, maximumSize: Int = 1 << 30) throws(Diagnostic) -> [UInt8] {
    let stream = ZstandardStream()
    var output: [UInt8] = []
    var input = bytes
    while true {
      let before = (input.count, output.count)
      try stream.decompress(&input, into: &output, capacity: min(1 << 20, maximumSize - output.count + 1))
      guard output.count <= maximumSize else {
        throw Diagnostic("too-large", "zstd content exceeds \(maximumSize) bytes")
      }
      if input.isEmpty && output.count == before.1 { break }
      if before == (input.count, output.count) { break }
    }
    guard stream.isAtEnd else { throw Diagnostic("damaged-file", "a zstd frame ends early") }
    return output
  }

  public static func decompress(_ bytes: [UInt8], maximumSize: Int = 1 << 30) throws(Diagnostic) -> [UInt8] {
    let result: Result<[UInt8], Diagnostic> = bytes.withUnsafeBytes { raw in
      do throws(Diagnostic) { return .success(try decompress(raw, maximumSize: maximumSize)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}

/// Streaming decompression of concatenated frames; skippable frames are passed over.
public final class ZstandardStream: DecompressionStream {
  private let context: OpaquePointer
  public private(set) var isAtEnd = true

  public init() {
    guard let context = ZSTD_createDCtx() else { preconditionFailure("out of memory") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  public func decompress(
    _ input: inout UnsafeRawBufferPointer, into output: inout [UInt8], capacity: Int
  ) throws(Diagnostic) {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var status = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: capacity, pos: 0)
      status = ZSTD_decompressStream(context, &target, &source)
      count = target.pos
    }
    guard ZSTD_isError(status) == 0 else {
      throw Diagnostic("damaged-file", "not a valid zstd frame: \(String(cString: ZSTD_getErrorName(status)).lowercased())")
    }
    if source.pos > 0 || !chunk.isEmpty { isAtEnd = status == 0 }
    output.append(contentsOf: chunk)
    input = UnsafeRawBufferPointer(rebasing: input[source.pos...])
  }
}

/// Streaming compression into one frame. The bytes depend on level and input only, not on how the input is cut into calls.
public struct ZstandardWriter: ~Copyable {
  private let context: OpaquePointer
  private var pending: [UInt8] = []
  private static let blockSize = 1 << 17

  public init(level: Int32 = 3) {
    guard let context = ZSTD_createCCtx() else { preconditionFailure("out of memory") }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    pending.reserveCapacity(2 * Self.blockSize)
  }

  deinit { ZSTD_freeCCtx(context) }

  /// Feeds bytes; whatever compressed bytes are ready are appended to `output`.
  public mutating func write(_ bytes: [UInt8], to output: inout [UInt8]) {
    pending.append(contentsOf: bytes)
    guard pending.count >= Self.blockSize else { return }
    let whole = pending.count / Self.blockSize * Self.blockSize
    // Always whole blocks: the cut into calls then never shows in the frame.
    pending.withUnsafeBytes { raw in
      var start = 0
      while start < whole {
        run(UnsafeRawBufferPointer(rebasing: raw[start..<start + Self.blockSize]), ZSTD_e_continue, &output)
        start += Self.blockSize
      }
    }
    pending.removeFirst(whole)
  }

  /// Ends the frame.
  public mutating func finish(to output: inout [UInt8]) {
    let last = pending
    pending.removeAll(keepingCapacity: true)
    last.withUnsafeBytes { run($0, ZSTD_e_end, &output) }
  }

  private func run(_ bytes: UnsafeRawBufferPointer, _ operation: ZSTD_EndDirective, _ output: inout [UInt8]) {
    var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    var isDone = false
    while !isDone {
      let capacity = ZSTD_CStreamOutSize()
      let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: capacity, pos: 0)
        let left = ZSTD_compressStream2(context, &target, &source, operation)
        precondition(ZSTD_isError(left) == 0, "zstd accepts any input")
        count = target.pos
        isDone = operation == ZSTD_e_end ? left == 0 : source.pos == source.size
      }
      output.append(contentsOf: chunk)
    }
  }
}
