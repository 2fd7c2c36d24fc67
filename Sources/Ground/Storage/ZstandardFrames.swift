import CZstd
import Documents

/// Compresses many buffers, each into one frame with its content size in the header, without making a context for each.
///
/// The frames carry no checksum of their own: for formats that keep checksums elsewhere, such as the seek table of the seekable format.
public struct ZstandardFrameCompressor: ~Copyable {
  private let context: OpaquePointer

  public init(level: Int32 = 3) {
    guard let context = ZSTD_createCCtx() else { preconditionFailure("out of memory") }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
  }

  deinit { ZSTD_freeCCtx(context) }

  /// The bytes depend on level and input only.
  public borrowing func compress(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let bound = ZSTD_compressBound(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      count = ZSTD_compress2(context, buffer.baseAddress, bound, bytes.baseAddress, bytes.count)
      precondition(ZSTD_isError(count) == 0, "zstd compresses any input into its own bound")
    }
  }
}

/// Decompresses many frames into memory the caller owns.
public struct ZstandardFrameDecompressor: ~Copyable {
  private let context: OpaquePointer

  public init() {
    guard let context = ZSTD_createDCtx() else { preconditionFailure("out of memory") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Decompresses one frame, which must fill `output` exactly.
  /// - Throws: `damaged-file` for an invalid frame or another length.
  public borrowing func decompress(_ frame: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
    throws(Diagnostic)
  {
    let count = ZSTD_decompressDCtx(context, output.baseAddress, output.count, frame.baseAddress, frame.count)
    guard ZSTD_isError(count) == 0 else {
      throw Diagnostic("damaged-file", "not a valid zstd frame: \(String(cString: ZSTD_getErrorName(count)).lowercased())")
    }
    guard count == output.count else {
      throw Diagnostic("damaged-file", "a zstd frame holds \(count) bytes where \(output.count) were expected")
    }
  }
}
