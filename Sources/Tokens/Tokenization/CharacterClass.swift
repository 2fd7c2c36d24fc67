/// What the split patterns ask about a character: the general categories they name, as flags.
///
/// Unicode 16.0 (see `unicodeClassRanges`). `\s` is White_Space, as in the regular-expression engines of the reference tokenizers.
struct CharacterClass: OptionSet, Sendable {
  let rawValue: UInt8

  /// Lu, Lt
  static let upper = CharacterClass(rawValue: 1)
  /// Ll
  static let lower = CharacterClass(rawValue: 2)
  /// Lm, Lo
  static let uncased = CharacterClass(rawValue: 4)
  /// Mn, Mc, Me
  static let mark = CharacterClass(rawValue: 8)
  /// Nd, Nl, No
  static let number = CharacterClass(rawValue: 16)
  static let space = CharacterClass(rawValue: 32)
  /// CR and LF, which are spaces too.
  static let newline = CharacterClass(rawValue: 64)
  /// U+0020, which is a space too.
  static let blank = CharacterClass(rawValue: 128)

  static let letter: CharacterClass = [.upper, .lower, .uncased]

  /// The flags of a class number in `unicodeClassRanges`.
  fileprivate static let ofNumber: [CharacterClass] = [[], .upper, .lower, .uncased, .mark, .number, .space]

  @inline(__always) func meets(_ other: CharacterClass) -> Bool { rawValue & other.rawValue != 0 }
}

/// The class of every code point, in two stages: 128 code points a block, equal blocks stored once.
final class CharacterClassTable: Sendable {
  static let shared = CharacterClassTable()

  /// Classes by `block << 7 | code point & 127`; the first 128 are ASCII.
  nonisolated(unsafe) let classes: UnsafePointer<CharacterClass>
  /// Block numbers by `code point >> 7`.
  nonisolated(unsafe) let blocks: UnsafePointer<UInt16>

  private init() {
    var numbers: [UInt16] = []
    var seen: [[UInt8]: UInt16] = [:]
    var stored: [UInt8] = []
    for block in Self.expandedBlocks() {
      if seen[block] == nil {
        seen[block] = UInt16(stored.count >> 7)
        stored += block
      }
      numbers.append(seen[block, default: 0])
    }
    let classes = UnsafeMutablePointer<CharacterClass>.allocate(capacity: stored.count)
    for (index, flags) in stored.enumerated() { classes[index] = CharacterClass(rawValue: flags) }
    let blocks = UnsafeMutablePointer<UInt16>.allocate(capacity: numbers.count)
    blocks.initialize(from: numbers, count: numbers.count)
    self.classes = UnsafePointer(classes)
    self.blocks = UnsafePointer(blocks)
  }

  private static func expandedBlocks() -> [[UInt8]] {
    var flags = [UInt8](repeating: 0, count: 0x110000)
    for (index, word) in unicodeClassRanges.enumerated() {
      let end = index + 1 < unicodeClassRanges.count ? Int(unicodeClassRanges[index + 1] >> 3) : flags.count
      let value = CharacterClass.ofNumber[Int(word & 7)].rawValue
      for codePoint in Int(word >> 3)..<end { flags[codePoint] = value }
    }
    for newline in [0x0A, 0x0D] { flags[newline] |= CharacterClass.newline.rawValue }
    flags[0x20] |= CharacterClass.blank.rawValue
    return stride(from: 0, to: flags.count, by: 128).map { Array(flags[$0..<$0 + 128]) }
  }
}
