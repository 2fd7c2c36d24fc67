import ICU

/// A document's text as the language identifier reads it: samples from its start, middle and end, lower-cased words of letters
/// and marks only, and how many letters each script has. Training uses the same form.
struct LanguageText {
  /// Bytes taken from each of the three places: of every long text, and of one that this does not settle.
  static let firstSampleSize = 320
  static let sampleSize = 1200
  /// A passage ends with the first line end behind so many bytes of words.
  static let leastPassageSize = 300

  /// What a byte says of the run of bytes it stands in.
  private enum ByteSign {
    static let beyondASCII: UInt8 = 1
    static let technical: UInt8 = 2
    static let table: [UInt8] = (0..<256).map { byte in
      switch byte {
      case 0x80...: beyondASCII
      case 0x2F...0x39, 0x3C...0x3E, 0x40, 0x5C, 0x5F, 0x7B...0x7D: technical
      default: 0
      }
    }
  }

  private let table = UnicodeTable.shared
  private let byteSigns = ByteSign.table
  /// Words separated by spaces.
  private(set) var words: [UInt8] = []
  /// Letters by script number.
  private(set) var letters: [Int]
  private(set) var letterCount = 0
  /// Where passages end in `words`; the last one ends with `words`.
  private(set) var passageEnds: [Int] = []

  init() { letters = [Int](repeating: 0, count: 256) }

  /// Reads a whole document, or samples of `size` bytes from three places of a long one.
  /// - Returns: whether something was left out.
  mutating func read(document: UnsafeBufferPointer<UInt8>, sampleSize size: Int) -> Bool {
    begin()
    guard document.count > 3 * size + 64 else {
      append(document, 0..<document.count)
      endPassage(from: 1)
      return false
    }
    let middle = document.count / 2 - size / 2
    for start in [0, middle, document.count - size] {
      append(document, Self.wordStart(document, start)..<Self.wordStart(document, min(start + size, document.count)))
      endPassage(from: 1)
    }
    return true
  }

  /// Reads a text in full.
  mutating func read(line: UnsafeBufferPointer<UInt8>) {
    begin()
    append(line, 0..<line.count)
    endPassage(from: 1)
  }

  private mutating func begin() {
    words.removeAll(keepingCapacity: true)
    for index in letters.indices { letters[index] = 0 }
    letterCount = 0
    passageEnds.removeAll(keepingCapacity: true)
  }

  private mutating func endPassage(from size: Int) {
    if words.count - (passageEnds.last ?? 0) >= size { passageEnds.append(words.count) }
  }

  /// The first place at or behind `index`, within 64 bytes, where a word begins; else a code point boundary.
  private static func wordStart(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
    guard index > 0 else { return 0 }
    for place in index..<min(index + 64, text.count) where text[place - 1] <= 0x20 { return place }
    var place = index
    while place < text.count, text[place] & 0xC0 == 0x80 { place += 1 }
    return place
  }

  private mutating func append(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    var index = range.lowerBound
    while index < range.upperBound {
      if text[index] <= 0x20 {
        if text[index] == 0x0A { endPassage(from: Self.leastPassageSize) }
        index &+= 1
        continue
      }
      // A run without space; addresses, identifiers and numbers say nothing about the language.
      let start = index
      var signs: UInt8 = 0
      byteSigns.withUnsafeBufferPointer { byteSigns in
        while index < range.upperBound, text[index] > 0x20 {
          signs |= byteSigns[Int(text[index])]
          index &+= 1
        }
      }
      if signs & ByteSign.beyondASCII == 0 {
        if signs == 0 { appendASCII(text, start..<index) }
      } else {
        appendScalars(text, start..<index)
      }
      separate()
    }
  }

  private mutating func separate() { if let last = words.last, last != 0x20 { words.append(0x20) } }

  private mutating func appendASCII(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    let start = words.count
    words.append(contentsOf: UnsafeBufferPointer(rebasing: text[range]))
    var count = 0
    words.withUnsafeMutableBufferPointer { words in
      for index in start..<words.count {
        let lower = words[index] | 0x20
        let isLetter = lower &- 0x61 < 26
        words[index] = isLetter ? lower : 0x20
        count &+= isLetter ? 1 : 0
      }
    }
    letters[Int(Script.latin.rawValue)] &+= count
    letterCount &+= count
  }

  private mutating func appendScalars(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    var index = range.lowerBound
    while index < range.upperBound {
      let (codePoint, length) = UTF8Scalars.decode(text, at: index)
      index &+= length
      let properties = table[codePoint]
      if properties.isLetter {
        letters[Int(properties.script.rawValue)] &+= 1
        letterCount &+= 1
        UTF8Scalars.append(Self.lowercased(codePoint), to: &words)
      } else if properties.isMark {
        UTF8Scalars.append(codePoint, to: &words)
      } else if codePoint != 0x200C && codePoint != 0x200D {
        separate()
      }
    }
  }

  /// Lower case of the cased scripts' regular ranges; letters outside them stay, in training as in prediction.
  static func lowercased(_ codePoint: UInt32) -> UInt32 {
    switch codePoint {
    case 0x41...0x5A, 0xC0...0xD6, 0xD8...0xDE, 0x391...0x3A9, 0x410...0x42F: codePoint + 0x20
    case 0x130: 0x69
    case 0x178: 0xFF
    case 0x139...0x148, 0x179...0x17E, 0x1CD...0x1DC, 0x4C1...0x4CE: codePoint & 1 == 1 ? codePoint + 1 : codePoint
    case 0x100...0x137, 0x14A...0x177, 0x1DE...0x1EF, 0x1F8...0x21F, 0x222...0x233, 0x460...0x481, 0x48A...0x4BF, 0x4D0...0x52F,
      0x1E00...0x1E95, 0x1EA0...0x1EFF:
      codePoint | 1
    case 0x400...0x40F: codePoint + 0x50
    case 0x4C0: 0x4CF
    case 0x386: 0x3AC
    case 0x388...0x38A: codePoint + 0x25
    case 0x38C: 0x3CC
    case 0x38E, 0x38F: codePoint + 0x3F
    case 0x531...0x556: codePoint + 0x30
    default: codePoint
    }
  }
}
