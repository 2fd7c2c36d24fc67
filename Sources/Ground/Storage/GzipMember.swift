import CDeflate

/// The three wrappings in which deflate data (RFC 1951) travels.
public enum DeflateFormat: Sendable, CaseIterable {
  /// RFC 1952: header, deflate data, CRC-32 and length. A file may hold several such members one after another.
  case gzip
  /// RFC 1950: two bytes of header, deflate data, Adler-32.
  case zlib
  /// Deflate data and nothing else.
  case raw
}

/// Inflates whole members at once with libdeflate: about twice as fast as a streaming inflater, and its checksum is verified.
///
/// For members whose decoded size fits in a buffer; `StreamInflater` is for the others. One instance per thread.
public final class MemberInflater {
  public enum Outcome: Equatable, Sendable {
    /// The member ended after `stored` bytes of input and gave `decoded` bytes of output.
    case member(stored: Int, decoded: Int)
    /// The output does not fit.
    case outputTooSmall
    /// No member starts here, it is cut off, or its checksum is wrong.
    case damaged
  }

  private let decompressor: OpaquePointer

  public init() {
    guard let decompressor = libdeflate_alloc_decompressor() else { preconditionFailure("out of memory") }
    self.decompressor = decompressor
  }

  deinit { libdeflate_free_decompressor(decompressor) }

  /// Inflates the member at the start of `input`, which may go on after it.
  ///
  /// The output's contents are undefined unless the outcome is `.member`.
  public func inflate(
    _ input: UnsafeRawBufferPointer, format: DeflateFormat = .gzip, into output: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    guard let source = input.baseAddress, let target = output.baseAddress else { return .damaged }
    var stored = 0
    var decoded = 0
    let result =
      switch format {
      case .gzip:
        libdeflate_gzip_decompress_ex(decompressor, source, input.count, target, output.count, &stored, &decoded)
      case .zlib:
        libdeflate_zlib_decompress_ex(decompressor, source, input.count, target, output.count, &stored, &decoded)
      case .raw:
        libdeflate_deflate_decompress_ex(decompressor, source, input.count, target, output.count, &stored, &decoded)
      }
    switch result {
    case LIBDEFLATE_SUCCESS: return .member(stored: stored, decoded: decoded)
    case LIBDEFLATE_INSUFFICIENT_SPACE: return .outputTooSmall
    default: return .damaged
    }
  }
}

/// Gzip, zlib and raw deflate in one call.
public enum Gzip {
  /// Compresses `bytes` as one member. The same bytes and level give the same output with one version of libdeflate.
  /// - Parameter level: 0 (stored) to 12 (slowest).
  public static func compress(
    _ bytes: UnsafeRawBufferPointer, format: DeflateFormat = .gzip, level: Int = 6
  ) -> [UInt8] {
    guard let compressor = libdeflate_alloc_compressor(Int32(min(max(level, 0), 12))) else {
      preconditionFailure("out of memory")
    }
    defer { libdeflate_free_compressor(compressor) }
    let bound =
      switch format {
      case .gzip: libdeflate_gzip_compress_bound(compressor, bytes.count)
      case .zlib: libdeflate_zlib_compress_bound(compressor, bytes.count)
      case .raw: libdeflate_deflate_compress_bound(compressor, bytes.count)
      }
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      count =
        switch format {
        case .gzip: libdeflate_gzip_compress(compressor, bytes.baseAddress, bytes.count, output.baseAddress, bound)
        case .zlib: libdeflate_zlib_compress(compressor, bytes.baseAddress, bytes.count, output.baseAddress, bound)
        case .raw: libdeflate_deflate_compress(compressor, bytes.baseAddress, bytes.count, output.baseAddress, bound)
        }
      precondition(count > 0 || bound == 0, "libdeflate's own bound was too small")
    }
  }

  public static func compress(_ bytes: [UInt8], format: DeflateFormat = .gzip, level: Int = 6) -> [UInt8] {
    bytes.withUnsafeBytes { compress($0, format: format, level: level) }
  }

  /// Whether `bytes` begin like a gzip member: the two magic bytes, method deflate, no reserved flag.
  public static func startsMember(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 10 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8 && bytes[3] & 0xE0 == 0
  }
}
