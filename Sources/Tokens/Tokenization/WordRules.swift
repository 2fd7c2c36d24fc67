// One function a split pattern: where the word that starts at `start` ends. `start` is a word start inside the bytes.
// Each branch says which alternative of the expression it is; the order of the branches is the order of the alternatives.

extension CharacterScanner {
  private static let wordOrSpace: CharacterClass = [.letter, .number, .space]

  // MARK: GPT-2

  func gpt2WordEnd(_ start: Int) -> Int {
    // ` ?\p{L}+` of few ASCII letters: most words.
    if let (length, _) = shortLetterRun(start &+ 1, lowerCase: false) {
      let lead = asciiClass(bytes[start])
      if lead.meets(.letter) || length > 0 && lead.meets(.blank) { return start &+ 1 &+ length }
    }
    // 's|'t|'re|'ve|'m|'ll|'d
    if bytes[start] == UInt8(ascii: "'") {
      let end = contractionEnd(start, ignoringCase: false)
      if end > start { return end }
    }
    let (first, length) = character(at: start)
    // ` ?` before a letter, number or symbol
    var head = first
    var body = start
    if first.meets(.blank) {
      body = start &+ 1
      head = character(at: body).class
      if body == count { return body }
    }
    if head.meets(.letter) { return letterRunEnd(body) }
    if head.meets(.number) { return runEnd(body, of: .number) }
    if !head.meets(.space) { return runEnd(body, ofNone: Self.wordOrSpace) }
    return spaceEnd(start, start &+ length)
  }

  /// `\s+(?!\S)|\s+`: the whole run at the end of the text, else all but its last character, but never nothing.
  private func spaceEnd(_ start: Int, _ afterFirst: Int) -> Int {
    var last = start
    var index = afterFirst
    while true {
      let (kind, length) = character(at: index)
      guard kind.meets(.space) else { break }
      last = index
      index &+= length
    }
    return index == count || last == start ? index : last
  }

  // MARK: White space

  func whitespaceWordEnd(_ start: Int) -> Int {
    let (first, length) = character(at: start)
    // ` ?\S+`
    if !first.meets(.space) { return runEnd(start, ofNone: .space) }
    let body = start &+ length
    if first.meets(.blank), body < count, !character(at: body).class.meets(.space) { return runEnd(body, ofNone: .space) }
    return spaceEnd(start, body)
  }

  // MARK: Plain words

  /// `[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]|\s+`
  func plainWordEnd(_ start: Int) -> Int {
    let (first, length) = character(at: start)
    let body = start &+ length
    if first.meets([.letter, .mark]) { return runEnd(body, of: [.letter, .mark]) }
    if first.meets(.number) { return runEnd(body, of: .number) }
    return first.meets(.space) ? runEnd(body, of: .space) : body
  }

  // MARK: cl100k, Llama 3, Qwen 2

  func cl100kWordEnd(_ start: Int, maximumDigits: Int) -> Int {
    // `[^\r\n\p{L}\p{N}]?\p{L}+` of few ASCII letters, no contraction: most words.
    if let (length, _) = shortLetterRun(start &+ 1, lowerCase: false), bytes[start] < 0x80 {
      let lead = asciiClass(bytes[start])
      if lead.meets(.letter)
        || length > 0 && !lead.meets([.newline, .number]) && bytes[start] != UInt8(ascii: "'")
      {
        return start &+ 1 &+ length
      }
    }
    // (?i:'s|'t|'re|'ve|'m|'ll|'d)
    if bytes[start] == UInt8(ascii: "'") {
      let end = contractionEnd(start, ignoringCase: true)
      if end > start { return end }
    }
    let (first, length) = character(at: start)
    // [^\r\n\p{L}\p{N}]?\p{L}+
    if first.meets(.letter) { return letterRunEnd(start &+ length) }
    if first.meets(.number) { return numberEnd(start, maximumDigits: maximumDigits) }
    let body = start &+ length
    if !first.meets(.newline) {
      let (second, secondLength) = character(at: body)
      if second.meets(.letter) { return letterRunEnd(body &+ secondLength) }
      // ` ?[^\s\p{L}\p{N}]+[\r\n]*`
      if !first.meets(.space) || first.meets(.blank) && body < count && !second.meets(Self.wordOrSpace) {
        return runEnd(runEnd(body, ofNone: Self.wordOrSpace), of: .newline)
      }
    }
    return lineEndOrSpaceEnd(start)
  }

  /// `\p{N}{1,maximumDigits}`
  private func numberEnd(_ start: Int, maximumDigits: Int) -> Int {
    var index = start
    for _ in 0..<maximumDigits {
      let (kind, length) = character(at: index)
      guard kind.meets(.number) else { break }
      index &+= length
    }
    return index
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line end of the run if it has one, else as `spaceEnd`.
  private func lineEndOrSpaceEnd(_ start: Int) -> Int {
    var last = start
    var afterNewline = -1
    var index = start
    while true {
      let (kind, length) = character(at: index)
      guard kind.meets(.space) else { break }
      last = index
      index &+= length
      if kind.meets(.newline) { afterNewline = index }
    }
    if afterNewline >= 0 { return afterNewline }
    return index == count || last == start ? index : last
  }

  // MARK: o200k

  func o200kWordEnd(_ start: Int) -> Int {
    // Alternative 1 with few ASCII letters, at most the first in upper case, and no contraction: most words.
    let lead = asciiClass(bytes[start])
    if lead.meets([.letter, .blank]), start &+ 1 < count {
      let head = lead.meets(.blank) ? start &+ 1 : start
      let headClass = asciiClass(bytes[head])
      if headClass.meets(.letter), let (length, next) = shortLetterRun(head &+ 1, lowerCase: true), next != UInt8(ascii: "'"),
        length > 0 || headClass.meets(.lower)
      {
        return head &+ 1 &+ length
      }
    }
    let (first, length) = character(at: start)
    let body = start &+ length
    let mayBePrefix = !first.meets([.newline, .letter, .number])
    // Alternatives 1 and 2, each first with its optional prefix, then without.
    var end = mayBePrefix ? lowerEndingWordEnd(body) : -1
    if end < 0 { end = lowerEndingWordEnd(start) }
    if end < 0, mayBePrefix { end = upperStartingWordEnd(body) }
    if end < 0 { end = upperStartingWordEnd(start) }
    if end >= 0 {
      guard end < count, bytes[end] == UInt8(ascii: "'") else { return end }
      return contractionEnd(end, ignoringCase: true)
    }
    if first.meets(.number) { return numberEnd(start, maximumDigits: 3) }
    // ` ?[^\s\p{L}\p{N}]+[\r\n/]*`
    if !first.meets(.space) { return symbolsEnd(body) }
    if first.meets(.blank), body < count, !character(at: body).class.meets(Self.wordOrSpace) { return symbolsEnd(body) }
    return lineEndOrSpaceEnd(start)
  }

  private func symbolsEnd(_ start: Int) -> Int {
    var index = runEnd(start, ofNone: Self.wordOrSpace)
    while index < count, bytes[index] == UInt8(ascii: "/") || bytes[index] == 0x0A || bytes[index] == 0x0D { index &+= 1 }
    return index
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+` from `start`, or -1.
  private func lowerEndingWordEnd(_ start: Int) -> Int {
    var index = start
    var afterLower = -1
    while true {
      let (kind, length) = character(at: index)
      guard kind.meets([.upper, .uncased, .mark]) else { break }
      index &+= length
      if !kind.meets(.upper) { afterLower = index }
    }
    if character(at: index).class.meets(.lower) { return runEnd(index, of: [.lower, .uncased, .mark]) }
    // The upper run gives back characters until its last one can end the word.
    return afterLower
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*` from `start`, or -1.
  private func upperStartingWordEnd(_ start: Int) -> Int {
    let end = runEnd(start, of: [.upper, .uncased, .mark])
    return end == start ? -1 : runEnd(end, of: [.lower, .uncased, .mark])
  }

  // MARK: Contractions

  /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at `start` (which holds the apostrophe), or `start`.
  ///
  /// Without case, U+017F (long s) is an s as well: simple case folding, as all three reference engines do it.
  private func contractionEnd(_ start: Int, ignoringCase: Bool) -> Int {
    let first = foldedByte(start &+ 1, ignoringCase)
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start &+ 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return foldedByte(start &+ 2, ignoringCase) == UInt8(ascii: "e") ? start &+ 3 : start
    case UInt8(ascii: "l"):
      return foldedByte(start &+ 2, ignoringCase) == UInt8(ascii: "l") ? start &+ 3 : start
    case 0xC5 where ignoringCase && start &+ 2 < count && bytes[start &+ 2] == 0xBF: return start &+ 3
    default: return start
    }
  }

  /// The byte at `index` in lower case, 0 after the end.
  private func foldedByte(_ index: Int, _ ignoringCase: Bool) -> UInt8 {
    guard index < count else { return 0 }
    let byte = bytes[index]
    return ignoringCase && byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}
