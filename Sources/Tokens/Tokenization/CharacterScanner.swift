/// Reads characters and their classes from bytes that need not be valid UTF-8.
///
/// A byte that does not take part in a well-formed sequence (Unicode 16.0, table 3-7) counts as one character of no class, as U+FFFD
/// would. `bytes` must outlive the scanner.
struct CharacterScanner {
  let bytes: UnsafePointer<UInt8>
  let count: Int
  private let classes: UnsafePointer<CharacterClass>
  private let blocks: UnsafePointer<UInt16>

  /// An empty buffer may have no address; nothing is read from it then.
  init(_ buffer: UnsafeRawBufferPointer) {
    classes = CharacterClassTable.shared.classes
    blocks = CharacterClassTable.shared.blocks
    count = buffer.count
    bytes =
      buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      ?? UnsafeRawPointer(classes).assumingMemoryBound(to: UInt8.self)
  }

  /// The class of the character at `index` and its length in bytes; no class and no length at the end.
  @inline(__always) func character(at index: Int) -> (class: CharacterClass, length: Int) {
    guard index < count else { return ([], 0) }
    let byte = bytes[index]
    if byte < 0x80 { return (classes[Int(byte)], 1) }
    return longCharacter(at: index)
  }

  /// The end of the run of characters from `start` whose class meets `wanted`.
  @inline(__always) func runEnd(_ start: Int, of wanted: CharacterClass) -> Int {
    var index = start
    while index < count {
      let byte = bytes[index]
      if byte < 0x80 {
        guard classes[Int(byte)].meets(wanted) else { break }
        index &+= 1
      } else {
        let (kind, length) = longCharacter(at: index)
        guard kind.meets(wanted) else { break }
        index &+= length
      }
    }
    return index
  }

  /// The end of the run of characters from `start` whose class does not meet `unwanted`.
  @inline(__always) func runEnd(_ start: Int, ofNone unwanted: CharacterClass) -> Int {
    var index = start
    while index < count {
      let byte = bytes[index]
      if byte < 0x80 {
        guard !classes[Int(byte)].meets(unwanted) else { break }
        index &+= 1
      } else {
        let (kind, length) = longCharacter(at: index)
        guard !kind.meets(unwanted) else { break }
        index &+= length
      }
    }
    return index
  }

  /// The end of the run of letters from `start`: as `runEnd(start, of: .letter)`, eight ASCII bytes a step.
  @inline(__always) func letterRunEnd(_ start: Int) -> Int {
    var index = start
    while index &+ 8 <= count {
      let word = UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self).littleEndian
      let others = Self.otherThanASCIILetters(word)
      if others == 0 {
        index &+= 8
        continue
      }
      index &+= others.trailingZeroBitCount >> 3
      return bytes[index] < 0x80 ? index : runEnd(index, of: .letter)
    }
    return runEnd(index, of: .letter)
  }

  /// How many ASCII letters (in lower case if asked for) begin at `start`, and the byte behind them, when there are fewer than eight and that
  /// byte is ASCII; nil in all other cases, near the end of the text too.
  @inline(__always) func shortLetterRun(_ start: Int, lowerCase: Bool) -> (length: Int, next: UInt8)? {
    guard start &+ 8 <= count else { return nil }
    let word = UnsafeRawPointer(bytes + start).loadUnaligned(as: UInt64.self).littleEndian
    let others = lowerCase ? Self.otherThanLowerCase(word) : Self.otherThanASCIILetters(word)
    guard others != 0 else { return nil }
    let length = others.trailingZeroBitCount >> 3
    let next = bytes[start &+ length]
    return next < 0x80 ? (length, next) : nil
  }

  /// The class of a byte that is ASCII; that of no class otherwise.
  @inline(__always) func asciiClass(_ byte: UInt8) -> CharacterClass { byte < 0x80 ? classes[Int(byte)] : [] }

  /// The high bit of each byte that is no ASCII letter.
  @inline(__always) private static func otherThanASCIILetters(_ word: UInt64) -> UInt64 {
    otherThanLowerCase(word | 0x2020_2020_2020_2020)
  }

  /// The high bit of each byte that is none of a to z.
  @inline(__always) private static func otherThanLowerCase(_ word: UInt64) -> UInt64 {
    let high: UInt64 = 0x8080_8080_8080_8080
    let folded = word & ~high
    let fromA = folded &+ 0x1F1F_1F1F_1F1F_1F1F
    let afterZ = folded &+ 0x0505_0505_0505_0505
    return ~(fromA & ~afterZ & ~word) & high
  }

  @inline(__always) private func classOf(_ codePoint: UInt32) -> CharacterClass {
    classes[Int(blocks[Int(codePoint >> 7)]) << 7 | Int(codePoint & 127)]
  }

  /// `index` is inside the bytes and not at ASCII.
  @inline(never) private func longCharacter(at index: Int) -> (class: CharacterClass, length: Int) {
    let lead = UInt32(bytes[index])
    let left = count - index
    guard lead >= 0xC2, lead <= 0xF4, left >= 2 else { return ([], 1) }
    let second = UInt32(bytes[index + 1])
    guard second & 0xC0 == 0x80 else { return ([], 1) }
    if lead < 0xE0 { return (classOf((lead & 0x1F) << 6 | second & 0x3F), 2) }
    guard left >= 3, bytes[index + 2] & 0xC0 == 0x80 else { return ([], 1) }
    let third = UInt32(bytes[index + 2])
    if lead < 0xF0 {
      let codePoint = (lead & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
      guard codePoint >= 0x800, codePoint & 0xF800 != 0xD800 else { return ([], 1) }
      return (classOf(codePoint), 3)
    }
    guard left >= 4, bytes[index + 3] & 0xC0 == 0x80 else { return ([], 1) }
    let codePoint = (lead & 0x07) << 18 | (second & 0x3F) << 12 | (third & 0x3F) << 6 | UInt32(bytes[index + 3]) & 0x3F
    guard codePoint >= 0x10000, codePoint < 0x110000 else { return ([], 1) }
    return (classOf(codePoint), 4)
  }
}
