import Documents

/// The cuts of one document, ascending and apart, in bytes of its original text.
struct DocumentCuts {
  var document: DocumentReference
  var cuts: [Range<Int>]
  /// The document whose text stays instead of the longest stretch.
  var source: DocumentReference

  /// The marks with their ends on borders; nil when nothing can be cut.
  ///
  /// - Parameter marks: of the document, merged, at least one.
  init?(_ document: DocumentReference, _ marks: [RepeatMark], _ borders: CutBorders) {
    let cuts = marks.compactMap { borders.snapped(Int($0.start)..<Int($0.end)) }
    if cuts.isEmpty { return nil }
    let longest = marks.reduce(marks[0]) { $1.end - $1.start > $0.end - $0.start ? $1 : $0 }
    self.init(document: document, cuts: cuts, source: DocumentReference(packed: longest.source))
  }

  init(document: DocumentReference, cuts: [Range<Int>], source: DocumentReference) {
    self.document = document
    self.cuts = cuts
    self.source = source
  }

  /// Where pieces meet, in the text after the cuts.
  var joins: [Int] {
    var removed = 0
    return cuts.map { cut in
      let place = cut.lowerBound - removed
      removed += cut.count
      return place
    }
  }

  /// Where a byte of the text after the cuts stands in the original.
  func originalOffset(_ offset: Int) -> Int {
    var offset = offset
    for cut in cuts where cut.lowerBound <= offset { offset += cut.count }
    return offset
  }

  /// Adds `range` of the text after the cuts to `output`.
  func append(_ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    var removed = 0
    var piece = 0
    for index in 0...cuts.count {
      let end = index < cuts.count ? cuts[index].lowerBound : text.count
      let part = (piece - removed)..<(end - removed)
      let wanted = range.clamped(to: part)
      if !wanted.isEmpty { output.append(contentsOf: text[(wanted.lowerBound + removed)..<(wanted.upperBound + removed)]) }
      guard index < cuts.count, end - removed < range.upperBound else { return }
      removed += cuts[index].count
      piece = cuts[index].upperBound
    }
  }

  func remaining(of text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
    output.removeAll(keepingCapacity: true)
    append(0..<text.count, of: text, to: &output)
  }
}

/// Cuts until nothing is repeated any more.
///
/// Where a cut joins two pieces of text, windows arise that were nowhere before, and they may be equal to others. All other
/// repeats are gone after the first cuts. So each round looks at the anchors of windows over new joins and at all other windows with
/// the same anchors, in the text as it is after the cuts so far; what is repeated there is cut too.
///
/// Memory: 64 bytes per window anchor that equals one over a join.
struct CutSettling {
  let maps: TextMaps
  let shape: WindowShape
  let policy: RepeatPolicy
  let memory: Int

  /// In practice two or three are enough; a text made for it could need one for each of its windows.
  static let maximumRounds = 64

  /// - Parameter initial: in order of document.
  func settle(_ initial: [DocumentCuts]) throws(Diagnostic) -> [DocumentCuts] {
    var all = initial
    var changed = Array(initial.indices)
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

  private func forEachAnchor(_ all: [DocumentCuts], _ indices: [Int], _ body: (_ index: Int, TextAnchor) -> Void) {
    var scanner = AnchorScanner(shape)
    var residency = Residency(budget: memory / 4)
    var text: [UInt8] = []
    for index in indices {
      all[index].remaining(of: maps.text(of: all[index].document), into: &text)
      text.withUnsafeBufferPointer { text in scanner.scan(text) { anchor in body(index, anchor) } }
      if residency.isFull(after: 1 + text.count >> 16) { maps.release() }
    }
  }

  /// Anchor hashes of blocks that span a join, ascending.
  private func joinHashes(_ all: [DocumentCuts], _ changed: [Int]) -> [UInt64] {
    var hashes: [UInt64] = []
    var current = -1
    var joins: [Int] = []
    var next = 0
    forEachAnchor(all, changed) { index, anchor in
      if index != current {
        current = index
        joins = all[index].joins
        next = 0
      }
      let (start, end) = (Int(anchor.start), Int(anchor.start) + Int(anchor.length))
      while next < joins.count, joins[next] <= start { next += 1 }
      if next < joins.count, joins[next] < end { hashes.append(anchor.hash) }
    }
    hashes.sort()
    var distinct: [UInt64] = []
    for hash in hashes where distinct.last != hash { distinct.append(hash) }
    return distinct
  }

  /// An anchor in the text of a document after its cuts.
  private struct SettledAnchor: Keyed {
    var anchor: TextAnchor
    var index: Int

    var key: UInt64 { anchor.hash }
    var value: UInt64 { UInt64(index) << 32 | UInt64(anchor.start) }
  }

  /// Repeats among windows with these anchor hashes, in offsets of the text after the cuts.
  private func repeats(_ all: [DocumentCuts], _ hashes: [UInt64]) throws(Diagnostic) -> [RepeatMark] {
    var anchors: [SettledAnchor] = []
    forEachAnchor(all, Array(all.indices)) { index, anchor in
      let place = partitionPoint(hashes.count) { hashes[$0] >= anchor.hash }
      if place < hashes.count, hashes[place] == anchor.hash { anchors.append(SettledAnchor(anchor: anchor, index: index)) }
    }
    radixSort(&anchors)
    var finder = RepeatFinder(shape, policy, precedes: maps.documents.precedes)
    var residency = Residency(budget: memory / 4)
    var start = 0
    while start < anchors.count {
      var end = start + 1
      while end < anchors.count, anchors[end].key == anchors[start].key { end += 1 }
      let group = try untouchedBlocks(anchors[start].key, all)
      compare(anchors[start..<end], all, group, &finder)
      if residency.isFull(after: end - start + 2 * group.count) { maps.release() }
      start = end
    }
    return finder.takeMarks()
  }

  /// The blocks with this anchor hash in documents without cuts.
  private func untouchedBlocks(_ hash: UInt64, _ all: [DocumentCuts]) throws(Diagnostic) -> [AnchoredBlock] {
    var blocks: [AnchoredBlock] = []
    for anchor in maps.anchors(hash: hash) {
      let block = try maps.block(anchor)
      if index(of: block.document, in: all) == nil { blocks.append(block) }
    }
    return blocks
  }

  private func compare(
    _ anchors: ArraySlice<SettledAnchor>, _ all: [DocumentCuts], _ others: [AnchoredBlock], _ finder: inout RepeatFinder
  ) {
    guard anchors.count + others.count > 1 else { return }
    var bytes: [UInt8] = []
    for item in anchors {
      let range = Int(item.anchor.start)..<(Int(item.anchor.start) + Int(item.anchor.length))
      all[item.index].append(range, of: maps.text(of: all[item.index].document), to: &bytes)
    }
    bytes.withUnsafeBufferPointer { bytes in
      var blocks = others
      var start = 0
      for item in anchors {
        let end = start + Int(item.anchor.length)
        blocks.append(
          AnchoredBlock(
            anchor: item.anchor, document: all[item.index].document, bytes: UnsafeBufferPointer(rebasing: bytes[start..<end])))
        start = end
      }
      finder.add(blocks)
    }
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
    var rest: [UInt8] = []
    item.remaining(of: maps.text(of: item.document), into: &rest)
    let additions = rest.withUnsafeBufferPointer { text in
      let borders = CutBorders(text: text, shape: shape)
      return marks.compactMap { borders.snapped(Int($0.start)..<Int($0.end)) }
    }
    let moved = additions.map { item.originalOffset($0.lowerBound)..<(item.originalOffset($0.upperBound - 1) + 1) }
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

  private func index(of document: DocumentReference, in all: [DocumentCuts]) -> Int? {
    let index = partitionPoint(all.count) { all[$0].document.packed >= document.packed }
    return index < all.count && all[index].document == document ? index : nil
  }
}
