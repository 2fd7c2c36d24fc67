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
  private let ngrams: CharacterNgrams
  /// The number of buckets.
  private let divisor: FixedDivisor

  init(entries: [Entry], wordCount: Int, tokenCount: Int64, prunedRows: [Int32: Int32]?, arguments: FastTextArguments) {
    self.entries = entries
    self.wordCount = wordCount
    self.tokenCount = tokenCount
    self.prunedRows = prunedRows
    self.arguments = arguments
    ngrams = CharacterNgrams(shortest: Int(arguments.minimumNgram), longest: Int(arguments.maximumNgram))
    divisor = FixedDivisor(UInt32(max(1, arguments.buckets)))
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

  @inline(__always) static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash = CharacterNgrams.emptyHash
    for byte in bytes { hash = CharacterNgrams.step(hash, byte) }
    return hash
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
      var hash = CharacterNgrams.emptyHash
      while index < line.count, !Self.isSeparator(line[index]) {
        hash = CharacterNgrams.step(hash, line[index])
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
      if hashes.last != Int32(bitPattern: hash) || rows.last != endOfLineIdentifier {
        rows.append(endOfLineIdentifier)
      } else {
        return
      }
    }
    hashes.append(Int32(bitPattern: hash))
  }

  @inline(__always) private func appendNgrams(_ word: UnsafeBufferPointer<UInt8>, to rows: inout [Int32]) {
    guard arguments.buckets > 0 else { return }
    if prunedRows == nil {
      forEachNgramRow(of: word) { rows.append($0) }
      return
    }
    ngrams.forEachHash(of: word) { appendBucket(divisor.remainder(of: $0), to: &rows) }
  }

  /// Adds up what `body` returns for each word of the line.
  @inline(__always) func forEachWord(of line: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Int) -> Int {
    var (index, sum) = (0, 0)
    while index < line.count {
      if Self.isSeparator(line[index]) {
        index &+= 1
        continue
      }
      let start = index
      index = Self.endOfWord(line, from: index &+ 1)
      sum &+= body(UnsafeBufferPointer(rebasing: line[start..<index]))
    }
    return sum
  }

  /// The first separator at or behind `start`, eight bytes at a time: separators are below 0x21.
  @inline(__always) private static func endOfWord(_ line: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let raw = UnsafeRawBufferPointer(line)
    var index = start
    while index &+ 8 <= line.count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let low = (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080
      guard low != 0 else {
        index &+= 8
        continue
      }
      index &+= low.trailingZeroBitCount >> 3
      if isSeparator(line[index]) { return index }
      index &+= 1
    }
    while index < line.count, !isSeparator(line[index]) { index &+= 1 }
    return index
  }

  /// Calls `body` with the rows of a word's character n-grams: with `endOfLineRow` all its features, where `hasOnlyNgrams`.
  @inline(__always) func forEachNgramRow(of word: UnsafeBufferPointer<UInt8>, _ body: (Int32) -> Void) {
    ngrams.forEachHash(of: word) {
      body(Int32(truncatingIfNeeded: wordCount) &+ Int32(truncatingIfNeeded: divisor.remainder(of: $0)))
    }
  }

  var endOfLineRow: Int32? { endOfLineIdentifier }

  /// The model knows no word but the end of a line, no word n-grams, and was not pruned: lines without marks of fastText's own
  /// (`</s>`, `__label__`) have n-grams as features and nothing else.
  var hasOnlyNgrams: Bool {
    wordCount <= (endOfLineIdentifier == nil ? 0 : 1) && arguments.wordNgrams <= 1 && prunedRows == nil && arguments.buckets > 0
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
