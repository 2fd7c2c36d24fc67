import Documents

/// The cuts of one document, ascending and apart, in bytes of its original text.
struct DocumentCuts {
  var document: DocumentReference
  var cuts: [Range<Int>]
  /// The document whose text stays instead of the longest stretch.
  var source: DocumentReference
}

/// Cuts until nothing is repeated any more.
///
/// Where a cut joins two pieces of text, windows arise that were nowhere before, and they may be equal to others. Each round looks
/// at the anchors of windows over new joins and at all other windows with the same anchors, in the text as it is after the
/// cuts so far; what is repeated there is cut too.
struct CutSettling {
  let maps: TextMaps
  let shape: WindowShape
  let policy: RepeatPolicy

  /// In practice two or three are enough; a text made for it could need one for each of its windows.
  static let maximumRounds = 64

  func settle(_ initial: [DocumentCuts]) throws(Diagnostic) -> [DocumentCuts] {
    var all = initial
    var changed = initial.indices.map { $0 }
    for _ in 0..<Self.maximumRounds {
      let hashes = joinHashes(all, changed)
      if hashes.isEmpty { break }
      let marks = try repeats(all, hashes)
      let (next, nextChanged) = extend(all, by: marks)
      if nextChanged.isEmpty { break }
      all = next
      changed = nextChanged
    }
    return all
  }

  /// Anchor hashes of blocks that span a join, ascending.
  private func joinHashes(_ all: [DocumentCuts], _ changed: [Int]) -> [UInt64] {
    var scanner = AnchorScanner(shape)
    var hashes: [UInt64] = []
    for index in changed {
      let joins = joins(all[index].cuts)
      remaining(all[index]).withUnsafeBufferPointer { text in
        var next = 0
        scanner.scan(text) { anchor in
          let (start, end) = (Int(anchor.start), Int(anchor.start) + Int(anchor.length))
          while next < joins.count, joins[next] <= start { next += 1 }
          if next < joins.count, joins[next] < end { hashes.append(anchor.hash) }
        }
      }
    }
    hashes.sort()
    var distinct: [UInt64] = []
    for hash in hashes where distinct.last != hash { distinct.append(hash) }
    return distinct
  }

  /// Where pieces meet, in the text after the cuts.
  private func joins(_ cuts: [Range<Int>]) -> [Int] {
    var removed = 0
    return cuts.map { cut in
      let place = cut.lowerBound - removed
      removed += cut.count
      return place
    }
  }

  private func remaining(_ item: DocumentCuts) -> [UInt8] {
    removing(item.cuts, from: Array(maps.text(of: item.document).bytes))
  }

  /// Repeats among windows with these anchor hashes, in offsets of the text after the cuts.
  private func repeats(_ all: [DocumentCuts], _ hashes: [UInt64]) throws(Diagnostic) -> [RepeatMark] {
    var groups = [[AnchoredBlock]](repeating: [], count: hashes.count)
    let arena = TextArena()
    var scanner = AnchorScanner(shape)
    for item in all {
      var text: UnsafeBufferPointer<UInt8>?
      let rest = remaining(item)
      rest.withUnsafeBufferPointer { bytes in
        scanner.scan(bytes) { anchor in
          guard let group = place(of: anchor.hash, in: hashes) else { return }
          let copy = text ?? arena.copy(bytes)
          text = copy
          let block = UnsafeBufferPointer(rebasing: copy[Int(anchor.start)..<(Int(anchor.start) + Int(anchor.length))])
          groups[group].append(AnchoredBlock(anchor: anchor, document: item.document, bytes: block))
        }
      }
    }
    var finder = RepeatFinder(shape, policy, precedes: maps.documents.precedes)
    for (hash, group) in zip(hashes, groups) {
      var blocks = group
      for record in maps.anchors(hash: hash) {
        let block = try maps.block(record)
        if index(of: block.document, in: all) == nil { blocks.append(block) }
      }
      finder.add(blocks)
    }
    return withExtendedLifetime(arena) { merged(finder.marks) }
  }

  /// Adds cuts for the marks. Returns the cuts of all documents, and which of them have new ones.
  private func extend(_ all: [DocumentCuts], by marks: [RepeatMark]) -> ([DocumentCuts], [Int]) {
    var result = all
    var touched: [DocumentReference] = []
    var start = 0
    while start < marks.count {
      var end = start
      while end < marks.count, marks[end].document == marks[start].document { end += 1 }
      let document = DocumentReference(packed: marks[start].document)
      let place = index(of: document, in: all)
      var item =
        place.map { all[$0] }
        ?? DocumentCuts(document: document, cuts: [], source: DocumentReference(packed: marks[start].source))
      let cuts = newCuts(item, marks[start..<end])
      if cuts != item.cuts {
        item.cuts = cuts
        touched.append(document)
        if let place { result[place] = item } else { result.append(item) }
      }
      start = end
    }
    result.sort { $0.document.packed < $1.document.packed }
    return (result, touched.compactMap { index(of: $0, in: result) })
  }

  private func newCuts(_ item: DocumentCuts, _ marks: ArraySlice<RepeatMark>) -> [Range<Int>] {
    let rest = remaining(item)
    let additions = rest.withUnsafeBufferPointer { text in
      let borders = CutBorders(text: text, shape: shape)
      return marks.compactMap { borders.snapped(Int($0.start)..<Int($0.end)) }
    }
    let moved = additions.map { originalOffset($0.lowerBound, item.cuts)..<(originalOffset($0.upperBound - 1, item.cuts) + 1) }
    var cuts: [Range<Int>] = []
    for cut in (item.cuts + moved).sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if let last = cuts.last, cut.lowerBound <= last.upperBound {
        cuts[cuts.count - 1] = last.lowerBound..<max(last.upperBound, cut.upperBound)
      } else {
        cuts.append(cut)
      }
    }
    return cuts
  }

  /// Where a byte of the text after the cuts stands in the original.
  private func originalOffset(_ offset: Int, _ cuts: [Range<Int>]) -> Int {
    var offset = offset
    for cut in cuts where cut.lowerBound <= offset { offset += cut.count }
    return offset
  }

  private func place(of hash: UInt64, in hashes: [UInt64]) -> Int? {
    let index = firstIndex(in: hashes.count) { hashes[$0] >= hash }
    return index < hashes.count && hashes[index] == hash ? index : nil
  }

  private func index(of document: DocumentReference, in all: [DocumentCuts]) -> Int? {
    let index = firstIndex(in: all.count) { all[$0].document.packed >= document.packed }
    return index < all.count && all[index].document == document ? index : nil
  }
}

/// The first of 0 ..< count, ordered so that `belongs` is false before it and true from it on; `count` when there is none.
func firstIndex(in count: Int, where belongs: (Int) -> Bool) -> Int {
  var low = 0
  var high = count
  while low < high {
    let middle = (low + high) / 2
    if belongs(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}

/// Copies of texts that stay where they are as long as this object lives.
private final class TextArena {
  private var copies: [UnsafeMutableBufferPointer<UInt8>] = []

  func copy(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
    _ = buffer.initialize(from: text)
    copies.append(buffer)
    return UnsafeBufferPointer(buffer)
  }

  deinit { for copy in copies { copy.deallocate() } }
}
