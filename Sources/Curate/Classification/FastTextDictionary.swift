/// Words and labels of a fastText model, and the features of a text.
public struct FastTextDictionary: Sendable {
  struct Entry: Sendable {
    var text: [UInt8]
    var count: Int64
    var isLabel: Bool
  }

  /// The mark of a label in a training line, and in the file.
  public static let labelPrefix = Array("__label__".utf8)
  static let endOfLine = Array("</s>".utf8)

  /// Words first, then labels.
  let entries: [Entry]
  let wordCount: Int
  let tokenCount: Int64
  /// Hashed n-gram row to row after pruning; nil when the model is not pruned.
  let prunedRows: [Int32: Int32]?
  let arguments: FastTextArguments

  private var slots: [Int32]
  private let slotMask: Int
  private(set) var endOfLineIdentifier: Int32?

  init(entries: [Entry], wordCount: Int, tokenCount: Int64, prunedRows: [Int32: Int32]?, arguments: FastTextArguments) {
    self.entries = entries
    self.wordCount = wordCount
    self.tokenCount = tokenCount
    self.prunedRows = prunedRows
    self.arguments = arguments
    var capacity = 16
    while capacity < entries.count * 2 { capacity *= 2 }
    slots = [Int32](repeating: -1, count: capacity)
    slotMask = capacity - 1
    for index in entries.indices {
      var slot = entries[index].text.withUnsafeBufferPointer { Int(Self.hash($0)) } & slotMask
      while slots[slot] >= 0 { slot = (slot + 1) & slotMask }
      slots[slot] = Int32(index)
    }
    endOfLineIdentifier = Self.endOfLine.withUnsafeBufferPointer { identifier(of: $0, hash: Self.hash($0)) }
  }

  var labels: ArraySlice<Entry> { entries[wordCount...] }

  /// FNV-1a over bytes, each extended with its sign before the XOR (fastText's C++ `int8_t` cast).
  @inline(__always) static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in bytes { hash = step(hash, byte) }
    return hash
  }

  @inline(__always) private static func step(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
    (hash ^ UInt32(bitPattern: Int32(Int8(bitPattern: byte)))) &* 16_777_619
  }

  private func identifier(of word: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int32? {
    var slot = Int(hash) & slotMask
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if entries[index].text.count == word.count, entries[index].text.elementsEqual(word) { return slots[slot] }
      slot = (slot + 1) & slotMask
    }
    return nil
  }

  /// The bytes that separate words: space, \n, \r, \t, \v, \f and NUL, nothing else.
  @inline(__always) static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) || byte == 0
  }

  /// The rows of the input matrix for one line of text, in fastText's order; the end-of-line word is appended as its command
  /// line and Python package do. Tokens that are labels are skipped.
  func features(_ line: UnsafeBufferPointer<UInt8>, into rows: inout [Int32], words hashes: inout [Int32]) {
    rows.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    var index = 0
    while index < line.count {
      if Self.isSeparator(line[index]) {
        index &+= 1
        continue
      }
      let start = index
      var hash: UInt32 = 2_166_136_261
      while index < line.count, !Self.isSeparator(line[index]) {
        hash = Self.step(hash, line[index])
        index &+= 1
      }
      let word = UnsafeBufferPointer(rebasing: line[start..<index])
      if wordCount == 0, word[0] != 0x5F {
        // Nothing but n-grams: no look-up.
        appendNgrams(word, to: &rows)
        if arguments.wordNgrams > 1 { hashes.append(Int32(bitPattern: hash)) }
        continue
      }
      let known = identifier(of: word, hash: hash)
      if let known {
        guard known < wordCount else { continue }
        rows.append(known)
        if word.count == 4, known == endOfLineIdentifier {
          hashes.append(Int32(bitPattern: hash))
          break
        }
        appendNgrams(word, to: &rows)
      } else {
        if word.starts(with: Self.labelPrefix) { continue }
        if word.elementsEqual(Self.endOfLine) { break }
        appendNgrams(word, to: &rows)
      }
      hashes.append(Int32(bitPattern: hash))
    }
    appendEndOfLine(&rows, &hashes)
    appendWordNgrams(&rows, hashes)
  }

  private func appendEndOfLine(_ rows: inout [Int32], _ hashes: inout [Int32]) {
    let hash = Self.endOfLine.withUnsafeBufferPointer { Self.hash($0) }
    // Not twice when the text itself held the mark.
    if let endOfLineIdentifier {
      if hashes.last != Int32(bitPattern: hash) || rows.last != endOfLineIdentifier { rows.append(endOfLineIdentifier) } else { return }
    }
    hashes.append(Int32(bitPattern: hash))
  }

  /// Character n-grams of `<word>`: every length from the shortest to the longest, without the lone brackets.
  @inline(__always)
  private func appendNgrams(_ word: UnsafeBufferPointer<UInt8>, to rows: inout [Int32]) {
    let longest = Int(arguments.maximumNgram)
    guard longest > 0, arguments.buckets > 0 else { return }
    let shortest = Int(arguments.minimumNgram)
    let buckets = UInt32(bitPattern: arguments.buckets)
    let last = word.count &+ 1  // position of '>'; '<' is position 0
    @inline(__always) func byte(_ position: Int) -> UInt8 {
      position == 0 ? 0x3C : position == last ? 0x3E : word[position &- 1]
    }
    var start = 0
    while start <= last {
      guard byte(start) & 0xC0 != 0x80 else {
        start &+= 1
        continue
      }
      var hash: UInt32 = 2_166_136_261
      var position = start
      var length = 1
      while position <= last, length <= longest {
        repeat {
          hash = Self.step(hash, byte(position))
          position &+= 1
        } while position <= last && byte(position) & 0xC0 == 0x80
        if length >= shortest, !(length == 1 && (start == 0 || position > last)) { appendBucket(hash % buckets, to: &rows) }
        length &+= 1
      }
      start &+= 1
    }
  }

  @inline(__always) private func appendBucket(_ bucket: UInt32, to rows: inout [Int32]) {
    if let prunedRows {
      guard let row = prunedRows[Int32(bitPattern: bucket)] else { return }
      rows.append(Int32(wordCount) &+ row)
    } else {
      rows.append(Int32(wordCount) &+ Int32(bitPattern: bucket))
    }
  }

  private func appendWordNgrams(_ rows: inout [Int32], _ hashes: [Int32]) {
    guard arguments.wordNgrams > 1, arguments.buckets > 0 else { return }
    let buckets = UInt64(UInt32(bitPattern: arguments.buckets))
    for first in hashes.indices {
      var hash = UInt64(bitPattern: Int64(hashes[first]))
      for next in first + 1..<max(first + 1, min(hashes.count, first + Int(arguments.wordNgrams))) {
        hash = hash &* 116_049_371 &+ UInt64(bitPattern: Int64(hashes[next]))
        appendBucket(UInt32(hash % buckets), to: &rows)
      }
    }
  }
}
