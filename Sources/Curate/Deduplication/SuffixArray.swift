import Documents

/// The suffixes of a text in lexicographic order, by induced sorting (SA-IS: Nong, Zhang, Chan 2009).
///
/// Suffixes compare as byte strings, a suffix before those it is a prefix of.
public struct SuffixArray: Sendable {
  /// Starts of the suffixes, ascending by suffix. Shape: `[bytes]`.
  public let positions: [Int32]

  /// - Throws: for texts longer than 2 GiB - 1.
  /// - Complexity: O(bytes) time; 4 bytes of memory per byte of text, and 4 per byte of alphabet and level.
  public init(_ text: UnsafeBufferPointer<UInt8>) throws(Diagnostic) {
    guard text.count <= Int(Int32.max) else {
      throw Diagnostic("text-too-long", "a suffix array over \(text.count) bytes", fix: "use at most \(Int32.max) bytes")
    }
    positions = [Int32](unsafeUninitializedCapacity: text.count) { buffer, count in
      induceSort(text, into: UnsafeMutableBufferPointer(rebasing: buffer[..<text.count]), alphabet: 256)
      count = text.count
    }
  }

  /// Lengths of common prefixes: element i is that of suffixes i − 1 and i in sorted order; element 0 is 0. Kärkkäinen, Manzini,
  /// Puglisi 2009.
  ///
  /// - Parameter text: the text the array was made of.
  /// - Complexity: O(bytes) time; 8 bytes of memory per byte of text.
  public func commonPrefixLengths(in text: UnsafeBufferPointer<UInt8>) -> [Int32] {
    precondition(text.count == positions.count, "another text")
    guard let first = positions.first else { return [] }
    // By position: first the suffix that precedes in sorted order, then the length they share.
    var lengths = [Int32](repeating: -1, count: text.count)
    lengths.withUnsafeMutableBufferPointer { lengths in
      for index in 1..<max(1, positions.count) { lengths[Int(positions[index])] = positions[index - 1] }
      lengths[Int(first)] = -1
      var shared = 0
      for position in 0..<text.count {
        let other = Int(lengths[position])
        if other < 0 {
          shared = 0
          lengths[position] = 0
          continue
        }
        let limit = text.count - max(position, other)
        while shared < limit, text[position + shared] == text[other + shared] { shared &+= 1 }
        lengths[position] = Int32(shared)
        if shared > 0 { shared &-= 1 }
      }
    }
    return positions.map { lengths[Int($0)] }
  }
}

private typealias Places = UnsafeMutableBufferPointer<Int32>

/// Sorts the suffixes of `text` into `sa`, of the same length. Symbols are 0 ..< `alphabet`.
///
/// A complemented (negative) entry marks a suffix whose predecessor is of the other type, so no array of types is needed.
private func induceSort<Symbol: FixedWidthInteger>(_ text: UnsafeBufferPointer<Symbol>, into sa: Places, alphabet: Int) {
  let n = text.count
  if n <= 1 {
    if n == 1 { sa[0] = 0 }
    return
  }
  var counts = [Int32](repeating: 0, count: alphabet)
  for symbol in text { counts[Int(truncatingIfNeeded: symbol)] &+= 1 }
  var buckets = [Int32](repeating: 0, count: alphabet)
  counts.withUnsafeBufferPointer { counts in
    buckets.withUnsafeMutableBufferPointer { buckets in
      let m = placeLeftmostS(text, sa, counts, buckets)
      if m > 1 {
        sortLeftmostSSubstrings(text, sa, counts, buckets)
        let names = nameSubstrings(text, sa, count: m)
        if names < m { sortByRecursion(text, sa, count: m, names: names) }
      } else if m == 1 {
        moveOnly(text, sa)
      }
      spread(text, sa, count: m, counts, buckets)
      induceAll(text, sa, counts, buckets)
    }
  }
}

private func bucketStarts(_ counts: UnsafeBufferPointer<Int32>, _ buckets: Places) {
  var sum: Int32 = 0
  for symbol in 0..<counts.count {
    buckets[symbol] = sum
    sum &+= counts[symbol]
  }
}

private func bucketEnds(_ counts: UnsafeBufferPointer<Int32>, _ buckets: Places) {
  var sum: Int32 = 0
  for symbol in 0..<counts.count {
    sum &+= counts[symbol]
    buckets[symbol] = sum
  }
}

/// Calls `body` with each leftmost S position from right to left: smaller than its follower, whose predecessor is larger.
@inline(__always)
private func forEachLeftmostS<Symbol: FixedWidthInteger>(_ text: UnsafeBufferPointer<Symbol>, _ body: (Int) -> Void) {
  var i = text.count - 2
  var next = text[text.count - 1]
  var nextIsS = false
  while i >= 0 {
    let symbol = text[i]
    let isS = symbol < next || (symbol == next && nextIsS)
    if nextIsS, !isS { body(i + 1) }
    nextIsS = isS
    next = symbol
    i &-= 1
  }
}

/// Puts the predecessors of leftmost S positions at the ends of the buckets of these positions, zero elsewhere. Returns how many
/// there are.
private func placeLeftmostS<Symbol: FixedWidthInteger>(
  _ text: UnsafeBufferPointer<Symbol>, _ sa: Places, _ counts: UnsafeBufferPointer<Int32>, _ buckets: Places
) -> Int {
  bucketEnds(counts, buckets)
  sa.update(repeating: 0)
  var m = 0
  forEachLeftmostS(text) { position in
    let symbol = Int(truncatingIfNeeded: text[position])
    buckets[symbol] &-= 1
    sa[Int(buckets[symbol])] = Int32(truncatingIfNeeded: position &- 1)
    m &+= 1
  }
  return m
}

private func moveOnly<Symbol: FixedWidthInteger>(_ text: UnsafeBufferPointer<Symbol>, _ sa: Places) {
  forEachLeftmostS(text) { sa[0] = Int32($0) }
}

/// Sorts the substrings between leftmost S positions by inducing L types, then S types. An entry is the predecessor of the suffix
/// whose place it has. Afterwards the entries of leftmost S positions, in order, are themselves, complemented; all others zero.
private func sortLeftmostSSubstrings<Symbol: FixedWidthInteger>(
  _ text: UnsafeBufferPointer<Symbol>, _ sa: Places, _ counts: UnsafeBufferPointer<Int32>, _ buckets: Places
) {
  let n = text.count
  bucketStarts(counts, buckets)
  var current = text[n - 1]
  var place = Int(buckets[Int(truncatingIfNeeded: current)])
  sa[place] = text[n - 2] < current ? ~Int32(n - 2) : Int32(n - 2)
  place &+= 1
  for i in 0..<n {
    let entry = sa[i]
    if entry > 0 {
      let symbol = text[Int(entry)]
      if symbol != current {
        buckets[Int(truncatingIfNeeded: current)] = Int32(truncatingIfNeeded: place)
        current = symbol
        place = Int(buckets[Int(truncatingIfNeeded: current)])
      }
      let before = entry &- 1
      sa[place] = text[Int(before)] < current ? ~before : before
      place &+= 1
      sa[i] = 0
    } else if entry < 0 {
      sa[i] = ~entry
    }
  }
  bucketEnds(counts, buckets)
  current = 0
  place = Int(buckets[0])
  var i = n - 1
  while i >= 0 {
    let entry = sa[i]
    if entry > 0 {
      let symbol = text[Int(entry)]
      if symbol != current {
        buckets[Int(truncatingIfNeeded: current)] = Int32(truncatingIfNeeded: place)
        current = symbol
        place = Int(buckets[Int(truncatingIfNeeded: current)])
      }
      let before = entry &- 1
      place &-= 1
      sa[place] = text[Int(before)] > current ? ~(before &+ 1) : before
      sa[i] = 0
    }
    i &-= 1
  }
}

/// Gathers the sorted leftmost S positions in front and gives equal substrings equal names, 1 and up, at `sa[m + position / 2]`.
/// Returns the number of names.
private func nameSubstrings<Symbol: FixedWidthInteger>(_ text: UnsafeBufferPointer<Symbol>, _ sa: Places, count m: Int) -> Int {
  let n = text.count
  var gathered = 0
  for i in 0..<n where sa[i] < 0 {
    let position = ~sa[i]
    sa[i] = 0
    sa[gathered] = position
    gathered &+= 1
    if gathered == m { break }
  }
  var next = n - 1
  forEachLeftmostS(text) { position in
    sa[m + position / 2] = Int32(truncatingIfNeeded: next - position + 1)
    next = position
  }
  var names: Int32 = 0
  var (last, lastLength) = (n, Int32(0))
  for i in 0..<m {
    let position = Int(sa[i])
    let length = sa[m + position / 2]
    var isEqual = length == lastLength && last + Int(length) < n
    if isEqual {
      var j = 0
      while j < Int(length), text[position &+ j] == text[last &+ j] { j &+= 1 }
      isEqual = j == Int(length)
    }
    if !isEqual {
      names &+= 1
      (last, lastLength) = (position, length)
    }
    sa[m + position / 2] = names
  }
  return Int(names)
}

/// Sorts leftmost S suffixes by the suffix array of their names, which lie at `sa[m...]`; the result is `sa[..<m]`.
private func sortByRecursion<Symbol: FixedWidthInteger>(
  _ text: UnsafeBufferPointer<Symbol>, _ sa: Places, count m: Int, names: Int
) {
  let n = text.count
  let reduced = Places(rebasing: sa[(n - m)...])
  var j = m - 1
  var i = m + n / 2 - 1
  while i >= m {
    let name = sa[i]
    if name != 0 {
      reduced[j] = name &- 1
      j &-= 1
    }
    i &-= 1
  }
  induceSort(UnsafeBufferPointer(reduced), into: Places(rebasing: sa[..<m]), alphabet: names)
  j = m - 1
  forEachLeftmostS(text) { position in
    reduced[j] = Int32(truncatingIfNeeded: position)
    j &-= 1
  }
  for i in 0..<m { sa[i] = reduced[Int(sa[i])] }
}

/// Moves the sorted leftmost S suffixes `sa[..<m]` to the ends of their buckets, zero elsewhere.
private func spread<Symbol: FixedWidthInteger>(
  _ text: UnsafeBufferPointer<Symbol>, _ sa: Places, count m: Int, _ counts: UnsafeBufferPointer<Int32>, _ buckets: Places
) {
  bucketEnds(counts, buckets)
  var free = text.count
  var i = m - 1
  while i >= 0 {
    let position = sa[i]
    let symbol = Int(truncatingIfNeeded: text[Int(position)])
    let place = Int(buckets[symbol]) - 1
    // Buckets fill from the right and in order, so what lies between is passed for good.
    while free > place + 1 {
      free &-= 1
      sa[free] = 0
    }
    buckets[symbol] = Int32(truncatingIfNeeded: place)
    free = place
    sa[place] = position
    i &-= 1
  }
  while free > 0 {
    free &-= 1
    sa[free] = 0
  }
}

/// Induces all L suffixes from the sorted leftmost S ones, then all S suffixes.
private func induceAll<Symbol: FixedWidthInteger>(
  _ text: UnsafeBufferPointer<Symbol>, _ sa: Places, _ counts: UnsafeBufferPointer<Int32>, _ buckets: Places
) {
  let n = text.count
  bucketStarts(counts, buckets)
  var current = text[n - 1]
  var place = Int(buckets[Int(truncatingIfNeeded: current)])
  sa[place] = text[n - 2] < current ? ~Int32(n - 1) : Int32(n - 1)
  place &+= 1
  for i in 0..<n {
    let entry = sa[i]
    sa[i] = ~entry
    guard entry > 0 else { continue }
    let before = entry &- 1
    let symbol = text[Int(before)]
    if symbol != current {
      buckets[Int(truncatingIfNeeded: current)] = Int32(truncatingIfNeeded: place)
      current = symbol
      place = Int(buckets[Int(truncatingIfNeeded: current)])
    }
    sa[place] = before > 0 && text[Int(before) &- 1] < current ? ~before : before
    place &+= 1
  }
  bucketEnds(counts, buckets)
  current = 0
  place = Int(buckets[0])
  var i = n - 1
  while i >= 0 {
    let entry = sa[i]
    if entry > 0 {
      let before = entry &- 1
      let symbol = text[Int(before)]
      if symbol != current {
        buckets[Int(truncatingIfNeeded: current)] = Int32(truncatingIfNeeded: place)
        current = symbol
        place = Int(buckets[Int(truncatingIfNeeded: current)])
      }
      place &-= 1
      sa[place] = before == 0 || text[Int(before) &- 1] > current ? ~before : before
    } else {
      sa[i] = ~entry
    }
    i &-= 1
  }
}
