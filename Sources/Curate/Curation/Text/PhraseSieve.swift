/// Says surely that a string is not in a text: a Bloom filter, with one hash, of the text's four-byte strings at even places.
///
/// Rules look for some forty phrases that most texts do not hold; reading the text once instead of forty times is what this is for.
/// What is said of a text stays true of what is left of it when whole lines and white space at their ends are taken out.
package struct PhraseSieve {
  private static let bits: UInt32 = 16
  private static let window = 4

  private var words = [UInt64](repeating: 0, count: 1 << (bits - 6))

  package init() {}

  /// Reads a text.
  package mutating func load(_ text: UnsafeBufferPointer<UInt8>) {
    words.withUnsafeMutableBufferPointer { words in
      words.update(repeating: 0)
      let raw = UnsafeRawBufferPointer(text)
      var place = 0
      while place &+ Self.window <= raw.count {
        let slot = Self.slot(raw.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        words[slot &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: slot & 63)
        place &+= 2
      }
    }
  }

  /// Whether the string may be in the text; always for strings of fewer than five bytes and those with a line feed.
  package func mayHold(_ string: [UInt8]) -> Bool {
    guard string.count > Self.window, !string.contains(0x0A) else { return true }
    return string.withUnsafeBytes { string in holdsAll(string, from: 0) || holdsAll(string, from: 1) }
  }

  private func holdsAll(_ string: UnsafeRawBufferPointer, from first: Int) -> Bool {
    var place = first
    while place + Self.window <= string.count {
      let slot = Self.slot(string.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      if words[slot >> 6] & 1 << UInt64(slot & 63) == 0 { return false }
      place += 2
    }
    return true
  }

  @inline(__always)
  private static func slot(_ quad: UInt32) -> Int { Int(truncatingIfNeeded: (quad &* 0x9E37_79B1) &>> (32 - bits)) }
}
