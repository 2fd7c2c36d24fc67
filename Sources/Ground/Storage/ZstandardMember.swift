import CZstd
import Synchronization

/// A dictionary that many frames share, prepared for decompression.
public final class ZstandardDictionary: Sendable {
  /// Never written to after it is made, which is what zstd asks for to share it among threads.
  fileprivate nonisolated(unsafe) let raw: OpaquePointer

  /// - Parameter bytes: a dictionary in zstd's format (magic number EC30A437), or any content.
  public init?(_ bytes: [UInt8]) {
    guard let raw = ZSTD_createDDict(bytes, bytes.count) else { return nil }
    self.raw = raw
  }

  deinit { ZSTD_freeDDict(raw) }
}

/// Decompresses zstd frames (RFC 8878) one at a time, whole or in pieces, with or without a dictionary. One instance per thread.
public final class ZstandardDecoder: PieceDecoder {
  private let context: OpaquePointer
  /// Referred to by the context.
  private let dictionary: ZstandardDictionary?
  private var state = DecodingStep.State.running

  /// Frames that want a larger window than 2 to this power are refused, whatever they hold.
  private static let maximumWindowLog: Int32 = 26

  public init(dictionary: ZstandardDictionary? = nil) {
    context = SpareContexts.take()
    self.dictionary = dictionary
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.maximumWindowLog)
    if let dictionary { ZSTD_DCtx_refDDict(context, dictionary.raw) }
  }

  deinit { SpareContexts.giveBack(context) }

  public func reset() {
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    state = .running
  }

  public func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodingStep {
    guard state == .running, !output.isEmpty else { return DecodingStep(consumed: 0, produced: 0, state: state) }
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let result = ZSTD_decompressStream(context, &target, &source)
    if ZSTD_isError(result) != 0 { state = .damaged } else if result == 0 { state = .finished }
    return DecodingStep(consumed: source.pos, produced: target.pos, state: state)
  }

  /// Decompresses the frame at the start of `input`, which may go on after it. A skippable frame gives nothing.
  ///
  /// The output's contents are undefined unless the outcome is `.member`.
  public func decodeFrame(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> MemberInflater.Outcome {
    let stored = ZSTD_findFrameCompressedSize(input.baseAddress, input.count)
    guard ZSTD_isError(stored) == 0, stored <= input.count else { return .damaged }
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    let count = ZSTD_decompressDCtx(context, output.baseAddress, output.count, input.baseAddress, stored)
    guard ZSTD_isError(count) != 0 else { return .member(stored: stored, decoded: count) }
    return ZSTD_getErrorCode(count) == ZSTD_error_dstSize_tooSmall ? .outputTooSmall : .damaged
  }
}

/// Contexts that no decoder uses: to make one takes longer than to decode a small frame.
private enum SpareContexts {
  /// A context that only its holder uses.
  private struct Context: @unchecked Sendable { let raw: OpaquePointer }

  private static let spare = Mutex<[Context]>([])
  private static let mostSpare = 16
  /// Those that grew for a large window are not kept. Bytes.
  private static let largestSpare = 1 << 20

  static func take() -> OpaquePointer {
    if let context = spare.withLock({ $0.popLast() }) { return context.raw }
    guard let raw = ZSTD_createDCtx() else { preconditionFailure("out of memory") }
    return raw
  }

  static func giveBack(_ raw: OpaquePointer) {
    ZSTD_DCtx_reset(raw, ZSTD_reset_session_and_parameters)
    let context = Context(raw: raw)
    let isKept = spare.withLock { spare in
      guard spare.count < mostSpare, ZSTD_sizeof_DCtx(context.raw) <= largestSpare else { return false }
      spare.append(context)
      return true
    }
    if !isKept { ZSTD_freeDCtx(raw) }
  }
}

extension Zstandard {
  /// Whether `bytes` begin like a frame, or like a skippable frame.
  public static func startsFrame(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 4 && (magic(bytes) == 0xFD2F_B528 || startsSkippableFrame(bytes))
  }

  public static func startsSkippableFrame(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 4 && magic(bytes) & 0xFFFF_FFF0 == 0x184D_2A50
  }

  /// The content of the skippable frame with this number (0 to 15) that `bytes` begin with; nil when there is none or it is cut off.
  public static func skippableFrame(_ number: UInt32, at bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard bytes.count >= 8, magic(bytes) == 0x184D_2A50 | number else { return nil }
    let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    return length <= bytes.count - 8 ? UnsafeRawBufferPointer(rebasing: bytes[8..<8 + length]) : nil
  }

  /// A skippable frame around `content`.
  public static func skippableFrame(_ number: UInt32, holding content: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: (0x184D_2A50 | number).littleEndian) { Array($0) }
      + withUnsafeBytes(of: UInt32(content.count).littleEndian) { Array($0) } + content
  }

  private static func magic(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
  }
}
