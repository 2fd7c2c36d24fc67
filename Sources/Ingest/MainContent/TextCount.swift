/// What a piece of text counts in a page's measures.
package struct TextCount: Equatable, Sendable {
  /// Scalars that are not white space.
  package var characters: Int32 = 0
  /// Words that begin here.
  package var words: Int32 = 0
  /// `.`, `,`, `;`, `:`, `!`, `?` and their East Asian forms.
  package var punctuation: Int32 = 0
  /// Han, Kana and Thai scalars, which count half a word each.
  package var wide: Int32 = 0

  /// - Parameter startsWord: false when the text goes on with a word that has been counted.
  package init(_ bytes: UnsafeBufferPointer<UInt8>, startsWord: Bool) {
    var isInWord = !startsWord
    for i in bytes.indices {
      let byte = bytes[i]
      if isSpace(byte) {
        isInWord = false
        continue
      }
      if byte & 0xC0 != 0x80 { characters &+= 1 }
      if !isInWord {
        words &+= 1
        isInWord = true
      }
      switch byte {
      case 0x21, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F: punctuation &+= 1
      case 0xE3:
        wide &+= 1
        if i + 2 < bytes.count, bytes[i + 1] == 0x80, bytes[i + 2] == 0x81 || bytes[i + 2] == 0x82 { punctuation &+= 1 }
      case 0xE4...0xE9: wide &+= 1
      case 0xE0: if i + 1 < bytes.count, bytes[i + 1] >= 0xB8 { wide &+= 1 }
      case 0xEF: if i + 1 < bytes.count, bytes[i + 1] == 0xBC { punctuation &+= 1 }
      default: break
      }
    }
  }

  private init() {}

  /// The same for text of words with one space between each, none at its ends, and none of the scalars that are told by more than
  /// one byte: nil when it is not such a text. Most text is, and one addition for each byte counts it.
  package init?(plain bytes: UnsafeBufferPointer<UInt8>, startsWord: Bool) {
    guard let first = bytes.first, let last = bytes.last, first != 0x20, last != 0x20 else { return nil }
    self.init()
    words = startsWord ? 1 : 0
    let isPlain = byteWeights.withUnsafeBufferPointer { weights in
      var start = 0
      while start < bytes.count {
        // A field of a sum has room for as many.
        let end = min(bytes.count, start &+ ByteWeight.mostBytes)
        var sum: UInt64 = 0
        var seen: UInt64 = 0
        var previous: UInt64 = 0
        for i in start..<end {
          let weight = weights[Int(bytes[i])]
          sum &+= weight
          // Two spaces in a row are as odd as other white space.
          seen |= weight | (weight & previous & ByteWeight.space) << ByteWeight.oddFromSpace
          previous = weight
        }
        guard seen & ByteWeight.odd == 0 else { return false }
        characters &+= Int32(truncatingIfNeeded: sum & ByteWeight.field)
        words &+= Int32(truncatingIfNeeded: sum >> 20 & ByteWeight.field)
        punctuation &+= Int32(truncatingIfNeeded: sum >> 40 & ByteWeight.field)
        start = end
        if start < bytes.count, bytes[start] == 0x20, bytes[start - 1] == 0x20 { return false }
      }
      return true
    }
    guard isPlain else { return nil }
  }
}

/// What one byte adds to a sum of three fields of 20 bits, and a sign that it needs a closer look.
private enum ByteWeight {
  static var character: UInt64 { 1 }
  static var space: UInt64 { 1 << 20 }
  static var punctuation: UInt64 { 1 << 40 }
  static var odd: UInt64 { 1 << 62 }
  static var oddFromSpace: UInt64 { 42 }
  static var field: UInt64 { 1 << 20 - 1 }
  static var mostBytes: Int { 1 << 20 - 1 }

  static func of(_ byte: UInt8) -> UInt64 {
    switch byte {
    case 0x20: space
    case 0x09, 0x0A, 0x0C, 0x0D, 0xE0, 0xE3...0xE9, 0xEF: odd
    case 0x21, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F: character | punctuation
    case 0x80..<0xC0: 0
    default: character
    }
  }
}

private let byteWeights: [UInt64] = (0..<256).map { ByteWeight.of(UInt8($0)) }
