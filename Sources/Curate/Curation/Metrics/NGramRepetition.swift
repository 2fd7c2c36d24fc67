/// How much of a text is n-grams of words that repeat (Rae et al. 2021, Table A1), by hashes of word ranges: no string is built.
///
/// An n-gram can only occur twice where both (n-1)-grams inside it do. So after one pass over all 2-grams, each size looks only at the
/// positions that the size before left, which in ordinary text are few. (`joined` sizes, where the borders of words do not count,
/// have to look at all.)
package struct NGramRepetition {
  /// Words in order; `lengths[i]` is the number of characters in the words before word i.
  private var hashes: [UInt64] = []
  private var lengths: [Int] = []
  /// `keys[i]` is the hash of the n-gram that begins at word i, for n = `size`, where `candidates` has i.
  private var keys: [UInt64] = []
  private var size = 1
  /// Positions, ascending, whose n-gram of `size` words may occur twice; after `settle`, those whose n-gram does.
  private var candidates: [Int] = []
  private var isSettled = false
  /// Of all n-grams of `size` words, once they are settled: the one that occurs most often.
  private var top = TopNGram()
  private var slots: [Int] = []
  private var counter = HashCounter()
  private var sieve = RepeatSieve()
  private var joined = JoinedNGrams()

  package init() {}

  package mutating func load(_ tokens: [Token], _ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition) {
    Self.resize(&hashes, tokens.count)
    Self.resize(&lengths, tokens.count + 1)
    let every = definition.countsPunctuation
    let count = hashes.withUnsafeMutableBufferPointer { hashes in
      lengths.withUnsafeMutableBufferPointer { lengths in
        var (count, total) = (0, 0)
        for token in tokens {
          let one = token.isWord || every ? 1 : 0
          (hashes[count], lengths[count]) = (token.hash, total)
          count &+= one
          total &+= token.characters &* one
        }
        lengths[count] = total
        return count
      }
    }
    hashes.removeLast(hashes.count - count)
    lengths.removeLast(lengths.count - count - 1)
    if definition.joinsNGrams { joined.load(tokens, text, definition) }
    restart()
  }

  private static func resize<Number: FixedWidthInteger>(_ numbers: inout [Number], _ count: Int) {
    if numbers.count > count { numbers.removeLast(numbers.count - count) }
    if numbers.count < count { numbers.append(contentsOf: repeatElement(0, count: count - numbers.count)) }
  }

  private mutating func restart() {
    top = TopNGram()
    keys.removeAll(keepingCapacity: true)
    keys.append(contentsOf: hashes)
    candidates.removeAll(keepingCapacity: true)
    candidates.append(contentsOf: hashes.indices)
    size = 1
    isSettled = true
  }

  /// All characters of the words.
  package var wordCharacters: Int { lengths.last ?? 0 }

  /// Characters in all copies of the n-gram that occurs most often: the longest among equals, or the first (and 0, or the first
  /// n-gram, when none occurs twice), as the definition has it. Words are joined by one space, or by nothing where the characters of
  /// words are the measure.
  package mutating func topCharacters(_ n: Int, _ definition: MetricDefinition) -> Int {
    guard hashes.count >= n else { return 0 }
    let spaces = definition.repeatedNGrams == .notOverlapping ? n - 1 : 0
    settle(n)
    if top.count < 2 { return definition.countsSingleNGrams ? lengths[n] + spaces : 0 }
    return top.count * ((definition.countsSingleNGrams ? top.firstLength : top.length) + spaces)
  }

  /// The share of the text in n-grams that occur more than once, as the definition has it; `characters` are those of the text.
  package mutating func duplicateFraction(_ n: Int, characters: Int, _ definition: MetricDefinition) -> Double {
    guard hashes.count > n else { return 0 }
    switch definition.repeatedNGrams {
    case .notOverlapping:
      let repeated = definition.joinsNGrams ? joined.duplicateCharacters(n, lengths, &counter) : duplicateCharacters(n)
      return ratio(repeated, characters)
    case .shareOfNGrams:
      settle(n)
      var all = 0
      for position in 0...(hashes.count - n) { all &+= lengths[position + n] - lengths[position] }
      return ratio(candidates.reduce(0) { $0 + lengths[$1 + n] - lengths[$1] }, all)
    case .coveredWords:
      settle(n)
      var (covered, end) = (0, 0)
      for position in candidates {
        covered &+= lengths[position + n] - lengths[max(position, end)]
        end = position + n
      }
      return ratio(covered, wordCharacters)
    }
  }

  /// Characters (words joined by nothing) in n-grams seen before; behind such a one the search goes on after its last word, so
  /// that no character counts twice.
  private mutating func duplicateCharacters(_ n: Int) -> Int {
    settle(n)
    return counter.withEmptyTable(expected: candidates.count) { table in
      var (next, characters) = (0, 0)
      for position in candidates where position >= next {
        guard table.count(keys[position], at: position).count > 1 else { continue }
        characters &+= lengths[position + n] - lengths[position]
        next = position + n
      }
      return characters
    }
  }

  /// Makes `candidates` and `keys` speak of n-grams of `n` words.
  private mutating func prepare(_ n: Int) {
    if n < size { restart() }
    while size < n { grow() }
  }

  /// As `prepare`, and only positions whose n-gram occurs twice stay.
  private mutating func settle(_ n: Int) {
    prepare(n)
    if isSettled { return }
    isSettled = true
    top = TopNGram()
    let possible = keys.withUnsafeBufferPointer { keys in
      candidates.withUnsafeMutableBufferPointer { sieve.sift($0, by: keys) }
    }
    candidates.removeLast(candidates.count - possible)
    slots.removeAll(keepingCapacity: true)
    slots.reserveCapacity(candidates.count)
    let kept = counter.withEmptyTable(expected: candidates.count) { table in
      keys.withUnsafeBufferPointer { keys in
        for position in candidates { slots.append(table.slot(counting: keys[position], at: position)) }
      }
      return candidates.withUnsafeMutableBufferPointer { candidates in
        var kept = 0
        for index in candidates.indices {
          let count = table.count(inSlot: slots[index])
          guard count > 1 else { continue }
          let position = candidates[index]
          if count >= top.count { top.add(count: count, length: lengths[position + n] - lengths[position]) }
          candidates[kept] = position
          kept &+= 1
        }
        return kept
      }
    }
    candidates.removeLast(candidates.count - kept)
  }

  private mutating func grow() {
    if size > 1 { settle(size) }
    let last = hashes.count - size - 1
    let size = size
    let kept = keys.withUnsafeMutableBufferPointer { keys in
      candidates.withUnsafeMutableBufferPointer { candidates in
        var kept = 0
        for index in candidates.indices {
          let position = candidates[index]
          // Its neighbour has to repeat as well.
          let hasNeighbour = size == 1 || index + 1 < candidates.count && candidates[index + 1] == position + 1
          guard position <= last, hasNeighbour else { continue }
          keys[position] = ByteHash.combine(keys[position], hashes[position + size])
          candidates[kept] = position
          kept &+= 1
        }
        return kept
      }
    }
    candidates.removeLast(candidates.count - kept)
    self.size += 1
    isSettled = false
  }
}

/// The n-gram that occurs most often; among equals both the one that comes first in the text and the longest.
private struct TopNGram {
  var count = 0
  /// Characters of the longest.
  var length = 0
  /// Characters of the first.
  var firstLength = 0

  /// Takes the n-grams in the order of the text.
  @inline(__always)
  mutating func add(count: Int, length: Int) {
    if count > self.count {
      (self.count, self.length, firstLength) = (count, length, length)
    } else if count == self.count {
      self.length = max(self.length, length)
    }
  }
}
