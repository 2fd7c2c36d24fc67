import CICU

/// Converts one legacy character set to UTF-8. Reusable, one instance per thread.
public final class CharacterConverter {
  private let raw: OpaquePointer

  /// - Parameter name: any name or alias that ICU knows, such as `windows-1251` or `Shift_JIS`; nil for others.
  public init?(name: String) {
    guard let raw = cicu_converter_open(name) else { return nil }
    self.raw = raw
  }

  deinit { cicu_converter_close(raw) }

  /// Decodes all of `bytes` from a fresh state. Ill-formed and unassigned pieces become U+FFFD.
  /// - Returns: valid UTF-8, and how many input bytes were replaced.
  public func utf8(from bytes: UnsafeRawBufferPointer) -> (text: [UInt8], replacedBytes: Int) {
    // Three bytes of UTF-8 per input byte is the most that a single-byte set or a replacement can need; a few double-byte
    // codes give two scalars, hence the second round.
    var capacity = bytes.count * 3 + 16
    while true {
      var replaced: Int64 = 0
      var written: Int64 = 0
      let text = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        written = cicu_converter_to_utf8(
          raw, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, Int64(bytes.count), buffer.baseAddress, Int64(capacity),
          &replaced)
        count = max(0, Int(written))
      }
      if written >= 0 { return (text, Int(replaced)) }
      precondition(written == -1, "ICU converts any input when errors have a callback")
      capacity *= 2
    }
  }
}

/// ICU's statistical guess at a character set. Slow (about 5 MB/s): for short samples of text that nothing else explains.
public final class CharacterSetDetector {
  private let raw: OpaquePointer

  public init() {
    guard let raw = cicu_detector_open() else { preconditionFailure("ICU's detector needs no data and always opens") }
    self.raw = raw
  }

  deinit { cicu_detector_close(raw) }

  /// The likeliest set, by ICU's name, and a confidence from 0 to 100; nil when there is no answer.
  public func detect(_ sample: UnsafeRawBufferPointer) -> (name: String, confidence: Int)? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { name in
      let confidence = cicu_detect(
        raw, sample.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(min(sample.count, 1 << 20)), name.baseAddress)
      guard confidence >= 0, let start = name.baseAddress else { return nil }
      return (String(cString: start), Int(confidence))
    }
  }
}
