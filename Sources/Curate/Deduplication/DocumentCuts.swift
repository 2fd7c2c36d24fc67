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

  /// Where pieces meet, in the text after the cuts: ascending.
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

  /// Where a byte of the original that stays stands in the text after the cuts.
  func remainingOffset(_ offset: Int) -> Int {
    offset - cuts.prefix { $0.lowerBound < offset }.reduce(0) { $0 + $1.count }
  }

  /// The stretch between two cuts that a byte of the original stands in; nil where it is cut.
  func piece(around offset: Int, of count: Int) -> Range<Int>? {
    let next = partitionPoint(cuts.count) { cuts[$0].upperBound > offset }
    guard next == cuts.count || offset < cuts[next].lowerBound else { return nil }
    return (next == 0 ? 0 : cuts[next - 1].upperBound)..<(next == cuts.count ? count : cuts[next].lowerBound)
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

extension [DocumentCuts] {
  /// - Complexity: O(log documents). The elements are in order of document.
  func index(of document: DocumentReference) -> Int? {
    let index = partitionPoint(count) { self[$0].document.packed >= document.packed }
    return index < count && self[index].document == document ? index : nil
  }
}
