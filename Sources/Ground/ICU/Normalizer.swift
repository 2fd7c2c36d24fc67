import CICU

/// Unicode normalization of UTF-8 bytes. Holds scratch buffers: one per worker.
///
/// NFC is what documents are stored in (UAX 15); NFKC with case folding is for keys that are compared and never shown.
/// A quick check in Swift decides from tables which short stretches need ICU at all: text that is already in NFC, as nearly all
/// text is, is only read.
public struct Normalizer {
  private let table = UnicodeTable.shared
  private var window = UTF16Window()
  private var result: [UInt16] = []

  public init() {}

  /// Whether the text is in NFC.
  public mutating func isNFC(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { nextChange(in: $0, from: 0) == nil }
  }

  /// Brings the text to NFC; returns how many stretches changed.
  @discardableResult
  public mutating func nfc(_ text: inout [UInt8]) -> Int {
    var output: [UInt8] = []
    var changes = 0
    text.withUnsafeBufferPointer { source in
      var copied = 0
      while let range = nextChange(in: source, from: copied) {
        if changes == 0 { output.reserveCapacity(source.count + 16) }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: source[copied..<range.lowerBound]))
        result.withUnsafeBufferPointer { appendUTF16($0, to: &output) }
        copied = range.upperBound
        changes += 1
      }
      if changes > 0 { output.append(contentsOf: UnsafeBufferPointer(rebasing: source[copied...])) }
    }
    if changes > 0 { text = output }
    return changes
  }

  /// NFKC_Casefold (UAX 31): the key under which texts that look or read the same compare equal.
  public mutating func caseFoldedKey(_ text: UnsafeBufferPointer<UInt8>, into key: inout [UInt8]) {
    key.removeAll(keepingCapacity: true)
    key.reserveCapacity(text.count)
    var index = 0
    while index < text.count, text[index] < 0x80 {
      let byte = text[index]
      key.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
      index &+= 1
    }
    guard index < text.count else { return }
    // From the last ASCII character on: it may combine with what follows.
    if index > 0 {
      index -= 1
      key.removeLast()
    }
    window.load(text, index..<text.count)
    run(CICU_NFKC_CASEFOLD)
    result.withUnsafeBufferPointer { appendUTF16($0, to: &key) }
  }

  public mutating func caseFoldedKey(_ text: [UInt8]) -> [UInt8] {
    var key: [UInt8] = []
    text.withUnsafeBufferPointer { caseFoldedKey($0, into: &key) }
    return key
  }

  /// NFC by ICU alone, over the whole text: the specification of `nfc`.
  package mutating func nfcByICU(_ text: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    text.withUnsafeBufferPointer { window.load($0, 0..<$0.count) }
    run(CICU_NFC)
    result.withUnsafeBufferPointer { appendUTF16($0, to: &output) }
    return output
  }

  /// The next stretch whose NFC differs from it; `result` then holds its NFC. Stretches lie between normalization boundaries.
  ///
  /// - Complexity: O(n); ICU sees only stretches with a character whose quick check is not "yes", or with marks out of order.
  private mutating func nextChange(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
    var index = start
    var boundary = start
    var lastClass: UInt8 = 0
    while index < text.count {
      let byte = text[index]
      // Below U+0300 everything is in NFC and a boundary.
      if byte < 0xCC {
        if byte < 0x80 {
          index = Self.endOfASCII(text, from: index)
          boundary = index &- 1
        } else {
          boundary = index
          index = min(index &+ 2, text.count)
        }
        lastClass = 0
        continue
      }
      let (codePoint, length) = UTF8Scalars.decode(text, at: index)
      let properties = table[codePoint]
      if properties.hasNFCBoundaryBefore { boundary = index }
      let combiningClass = properties.combiningClass
      if properties.needsNFCCheck || (combiningClass != 0 && lastClass > combiningClass) {
        let end = nextBoundary(text, from: index &+ length)
        if changes(text, boundary..<end) { return boundary..<end }
        index = end
        boundary = end
        lastClass = 0
        continue
      }
      lastClass = combiningClass
      index &+= length
    }
    return nil
  }

  @inline(__always) private static func endOfASCII(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let base = UnsafeRawBufferPointer(text)
    var index = start
    while index &+ 8 <= text.count,
      base.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      index &+= 8
    }
    while index < text.count, text[index] < 0x80 { index &+= 1 }
    return index
  }

  /// A stretch is cut after this many bytes: real text never has so many marks in a row, and ICU sorts them in quadratic time.
  private static let longestStretch = 4096

  private func nextBoundary(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    while index < text.count, index &- start < Self.longestStretch {
      let (codePoint, length) = UTF8Scalars.decode(text, at: index)
      if table[codePoint].hasNFCBoundaryBefore { break }
      index &+= length
    }
    return index
  }

  private mutating func changes(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    window.load(text, range)
    run(CICU_NFC)
    return window.units != result
  }

  /// Normalizes `window` into `result`; a failure of ICU leaves the text as it is.
  private mutating func run(_ form: Int) {
    let source = window.units
    var capacity = max(result.capacity, source.count * 2 + 16)
    while true {
      var written: Int32 = -1
      result = [UInt16](unsafeUninitializedCapacity: capacity) { buffer, count in
        written = cicu_normalize(Int32(form), source, Int32(source.count), buffer.baseAddress, Int32(buffer.count))
        count = written >= 0 && Int(written) <= buffer.count ? Int(written) : 0
      }
      if written < 0 {
        result = source
        return
      }
      if Int(written) <= capacity { return }
      capacity = Int(written)
    }
  }
}
