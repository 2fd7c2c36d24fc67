/// How much of a text is n-grams of words that repeat (Rae et al. 2021, Table A1), by hashes of word ranges: no string is built.
package struct NGramRepetition {
  /// Words in order; `lengths[i]` is the number of characters in the words before word i.
  private var hashes: [UInt64] = []
  private var lengths: [Int] = []
  /// `keys[i]` is the hash of the n-gram that begins at word i, for n = `size`.
  private var keys: [UInt64] = []
  private var size = 1
  /// For this size and above no n-gram occurs twice.
  private var barren = Int.max
  private var counter = HashCounter()

  package init() {}

  package mutating func load(_ tokens: [Token], _ definition: MetricDefinition) {
    hashes.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    var total = 0
    for token in tokens where token.isWord || definition.countsPunctuation {
      hashes.append(token.hash)
      lengths.append(total)
      total &+= token.characters
    }
    lengths.append(total)
    keys.removeAll(keepingCapacity: true)
    keys.append(contentsOf: hashes)
    size = 1
    barren = .max
  }

  /// Characters (words joined by one space) in all copies of the n-gram that occurs most often: the longest among equals.
  /// 0 when no n-gram occurs twice (unless the definition counts single ones).
  package mutating func topCharacters(_ n: Int, _ definition: MetricDefinition) -> Int {
    guard hashes.count >= n, n < barren || definition.countsSingleNGrams else { return 0 }
    prepare(n)
    counter.reset(expected: hashes.count)
    var (bestCount, bestLength, bestFirst) = (0, 0, 0)
    for position in 0...(hashes.count - n) {
      let (count, first) = counter.count(keys[position], at: position)
      guard count >= bestCount else { continue }
      let length = lengths[position + n] - lengths[position] + n - 1
      let wins = definition.countsSingleNGrams ? first < bestFirst : length > bestLength
      if count > bestCount || wins { (bestCount, bestLength, bestFirst) = (count, length, first) }
    }
    if bestCount < 2 {
      barren = min(barren, n)
      if !definition.countsSingleNGrams { return 0 }
    }
    return bestCount * bestLength
  }

  /// Characters (words joined by nothing) in n-grams seen before; behind such a one the search goes on after its last word, so
  /// that no character counts twice.
  package mutating func duplicateCharacters(_ n: Int) -> Int {
    // If no (n-1)-gram occurs twice, no n-gram does.
    guard hashes.count > n, n < barren else { return 0 }
    prepare(n)
    counter.reset(expected: hashes.count)
    var (position, characters) = (0, 0)
    while position <= hashes.count - n {
      if counter.count(keys[position], at: position).count > 1 {
        characters &+= lengths[position + n] - lengths[position]
        position &+= n
      } else {
        position &+= 1
      }
    }
    if characters == 0 { barren = min(barren, n) }
    return characters
  }

  private mutating func prepare(_ n: Int) {
    if n < size {
      keys.removeAll(keepingCapacity: true)
      keys.append(contentsOf: hashes)
      size = 1
    }
    while size < n {
      for position in 0..<max(0, hashes.count - size) {
        keys[position] = ByteHash.combine(keys[position], hashes[position + size])
      }
      size += 1
    }
  }
}
