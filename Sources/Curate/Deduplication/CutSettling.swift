import Documents

/// Cuts until nothing is repeated any more.
///
/// Where a cut joins two pieces of text, windows arise that were nowhere before, and they may be equal to others. All other
/// repeats are gone after the first cuts. So each round looks at the anchors of windows over new joins and at all other windows with
/// the same anchors, in the text as it is after the cuts so far; what is repeated there is cut too.
///
/// A window over no join stands in the original text, so its anchor is in the map files: of the texts only the neighbourhoods of
/// joins are scanned. Work is dealt out by documents, then by ranges of anchors; the result depends on neither.
///
/// Memory: 32 bytes per anchor of a window over a join, and as much per anchor that equals one, of the ranges in work.
struct CutSettling {
  let maps: TextMaps
  let shape: WindowShape
  let policy: RepeatPolicy
  let memory: Int
  let threads: Int

  /// In practice two or three are enough; a text made for it could need one for each of its windows.
  static let maximumRounds = 64

  /// - Parameter initial: in order of document.
  func settle(_ initial: [DocumentCuts]) throws(Diagnostic) -> [DocumentCuts] {
    var all = initial
    var changed = Array(initial.indices)
    for _ in 0..<Self.maximumRounds {
      let new = try joinAnchors(all, changed, among: nil)
      if new.allSatisfy(\.isEmpty) { break }
      let joins =
        changed.count == all.count ? new : try joinAnchors(all, Array(all.indices), among: Set(new.joined().map(\.hash)))
      let (next, nextChanged) = extend(all, by: try repeats(all, new, joins))
      if nextChanged.isEmpty { break }
      all = next
      changed = nextChanged
    }
    return all
  }

  private var residency: Residency { Residency(memory: memory, threads: threads) }

  /// The anchors of windows over joins of some documents, in sorted runs. `ordinal` is the index in `all`.
  ///
  /// - Parameter hashes: leaves others out.
  private func joinAnchors(
    _ all: [DocumentCuts], _ indices: [Int], among hashes: Set<UInt64>?
  ) throws(Diagnostic) -> [[TextAnchor]] {
    let parts = min(indices.count, 8 * threads)
    return try mapInParallel(parts, threads: threads) { part throws(Diagnostic) in
      var scanner = JoinScanner(shape)
      var residency = residency
      var anchors: [TextAnchor] = []
      for index in indices[share(part, of: parts, indices.count)] {
        let text = maps.text(of: all[index].document)
        scanner.scan(all[index], of: text) { anchor in
          guard hashes?.contains(anchor.hash) ?? true else { return }
          var anchor = anchor
          anchor.ordinal = UInt32(index)
          anchors.append(anchor)
        }
        if residency.isFull(after: 1 + text.count >> 16) { maps.release() }
      }
      radixSort(&anchors)
      return anchors
    }
  }

  /// Repeats among windows with the anchors of new joins, in offsets of the text after the cuts.
  ///
  /// - Parameters:
  ///   - new: anchors over new joins.
  ///   - joins: those over any join, with the same hashes at least.
  private func repeats(
    _ all: [DocumentCuts], _ new: [[TextAnchor]], _ joins: [[TextAnchor]]
  ) throws(Diagnostic) -> [RepeatMark] {
    let ranges = 16 * threads
    let marks = try mapInParallel(ranges, threads: threads) { range throws(Diagnostic) in
      try repeats(all, new, joins, range: range, of: ranges)
    }
    return merged(Array(marks.joined()))
  }

  private func repeats(
    _ all: [DocumentCuts], _ new: [[TextAnchor]], _ joins: [[TextAnchor]], range: Int, of ranges: Int
  ) throws(Diagnostic) -> [RepeatMark] {
    func gathered(_ runs: [[TextAnchor]]) -> [TextAnchor] {
      var anchors = runs.flatMap { run in run.withUnsafeBufferPointer { Array($0.keys(ofShare: range, of: ranges)) } }
      radixSort(&anchors)
      return anchors
    }
    var keys: [UInt64] = []
    for anchor in gathered(new) where keys.last != anchor.hash { keys.append(anchor.hash) }
    let overJoins = gathered(joins)
    let elsewhere = maps.anchors(hashes: keys, residency: residency)
    var finder = RepeatFinder(shape, policy, precedes: maps.documents.precedes)
    var residency = residency
    var (own, other) = (0, 0)
    for key in keys {
      while own < overJoins.count, overJoins[own].hash < key { own += 1 }
      let ownStart = own
      while own < overJoins.count, overJoins[own].hash == key { own += 1 }
      let otherStart = other
      while other < elsewhere.count, elsewhere[other].hash == key { other += 1 }
      if own - ownStart + other - otherStart < 2 { continue }
      try compare(overJoins[ownStart..<own], elsewhere[otherStart..<other], all, &finder)
      if residency.isFull(after: own - ownStart + 2 * (other - otherStart)) { maps.release() }
    }
    return finder.takeMarks()
  }

  /// - Parameters:
  ///   - joins: anchors of windows over joins; of one hash, as the others.
  ///   - originals: anchors of the original texts.
  private func compare(
    _ joins: ArraySlice<TextAnchor>, _ originals: ArraySlice<TextAnchor>, _ all: [DocumentCuts], _ finder: inout RepeatFinder
  ) throws(Diagnostic) {
    var blocks: [AnchoredBlock] = []
    for anchor in originals { if let block = try uncutBlock(anchor, all) { blocks.append(block) } }
    guard blocks.count + joins.count > 1 else { return }
    var bytes: [UInt8] = []
    for anchor in joins {
      let item = all[Int(anchor.ordinal)]
      let range = Int(anchor.start)..<(Int(anchor.start) + Int(anchor.length))
      item.append(range, of: maps.text(of: item.document), to: &bytes)
    }
    bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      for anchor in joins {
        let end = start + Int(anchor.length)
        let document = all[Int(anchor.ordinal)].document
        blocks.append(
          AnchoredBlock(anchor: anchor, document: document, bytes: UnsafeBufferPointer(rebasing: bytes[start..<end])))
        start = end
      }
      finder.add(blocks)
    }
  }

  /// What the cuts left of an anchor's windows in one piece, in place; nil where that is nothing.
  private func uncutBlock(_ anchor: TextAnchor, _ all: [DocumentCuts]) throws(Diagnostic) -> AnchoredBlock? {
    var block = try maps.block(anchor)
    guard let index = all.index(of: block.document) else { return block }
    let text = maps.text(of: block.document)
    guard let piece = all[index].piece(around: Int(anchor.start) + Int(anchor.before), of: text.count) else { return nil }
    var rest: TextAnchor?
    if piece.lowerBound <= Int(anchor.start), Int(anchor.start) + Int(anchor.length) <= piece.upperBound {
      rest = anchor
    } else {
      // All windows hold the k-gram, so what is left of them is one run.
      anchor.forEachRun(
        in: text, shape, where: { piece.lowerBound <= $0.lowerBound && $0.upperBound <= piece.upperBound }, { rest = $0 })
    }
    guard var rest else { return nil }
    block.bytes = UnsafeBufferPointer(rebasing: text[Int(rest.start)..<(Int(rest.start) + Int(rest.length))])
    rest.start = UInt32(all[index].remainingOffset(Int(rest.start)))
    block.anchor = rest
    return block
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
      let place = all.index(of: document)
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
    return (result, touched.compactMap { result.index(of: $0) })
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
}

/// One of `parts` shares of 0 ..< count, alike but for one.
func share(_ part: Int, of parts: Int, _ count: Int) -> Range<Int> { (part * count / parts)..<((part + 1) * count / parts) }
