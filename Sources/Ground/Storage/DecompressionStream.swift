import Documents

/// Streaming decompression: bytes in at the front, content out at the back, memory bounded by the caller.
public protocol DecompressionStream: AnyObject {
  /// True before the first byte and after each complete member or frame.
  var isAtEnd: Bool { get }

  /// Consumes from the front of `input` and appends at most `capacity` bytes to `output`.
  /// - Throws: `damaged-file`.
  func decompress(
    _ input: inout UnsafeRawBufferPointer, into output: inout [UInt8], capacity: Int
  ) throws(Diagnostic)
}
