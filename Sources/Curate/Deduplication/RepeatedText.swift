import Documents

/// A stretch of a document's text whose windows also occur at a place that comes first.
struct RepeatMark: BitwiseCopyable, Equatable {
  var document: UInt64
  /// Byte offsets in the document's text.
  var start: UInt64
  var end: UInt64
  /// The document whose text stays instead.
  var source: UInt64
}

/// The marks sorted by document and start, overlapping and touching ones as one, which has the source of its first.
///
/// Merging merged marks gives what merging all at once would.
/// - Complexity: O(n log n).
func merged(_ marks: [RepeatMark]) -> [RepeatMark] {
  let sorted = marks.sorted {
    ($0.document, $0.start, $0.source, $0.end) < ($1.document, $1.start, $1.source, $1.end)
  }
  var result: [RepeatMark] = []
  for mark in sorted {
    if let last = result.last, last.document == mark.document, mark.start <= last.end {
      if mark.end > last.end { result[result.count - 1].end = mark.end }
    } else {
      result.append(mark)
    }
  }
  return result
}

/// What stays of a text that occurs more than once.
public enum RepeatPolicy: String, Sendable, CaseIterable {
  /// The first occurrence in the stable order of documents.
  case keepOne = "keep-one"
  /// No occurrence.
  case removeAll = "remove-all"
}

/// One anchor with its block of text, wherever that lies.
struct AnchoredBlock {
  var anchor: TextAnchor
  var document: DocumentReference
  var bytes: UnsafeBufferPointer<UInt8>

  /// The k-gram's offset in the document.
  var position: Int { Int(anchor.start) + Int(anchor.before) }
}

/// Finds the repeated windows among blocks whose anchors have one k-gram hash.
///
/// Windows are equal when their bytes are; hashes only sort. Of equal windows the leader, first in stable order, stays; another is
/// marked when it stands in another document, or in the same one but clear of the leader, so that a long run of one character
/// keeps one window's worth.
struct RepeatFinder {
  let shape: WindowShape
  let policy: RepeatPolicy
  let precedes: (DocumentReference, DocumentReference) -> Bool
  private(set) var marks: [RepeatMark] = []

  init(
    _ shape: WindowShape, _ policy: RepeatPolicy, precedes: @escaping (DocumentReference, DocumentReference) -> Bool
  ) {
    self.shape = shape
    self.policy = policy
    self.precedes = precedes
  }

  /// Blocks with equal bytes and the anchor at the same place.
  private struct BlockClass {
    /// The first in stable order, then those of the same document: they may overlap it. Others are marked at once.
    var blocks: [AnchoredBlock]
    var isRepeated: Bool
    var cursor: WindowCursor
    /// Per block: the stretch of marked windows being gathered.
    var open: [(start: Int, end: Int, source: DocumentReference)?]

    var leader: AnchoredBlock { blocks[0] }
  }

  mutating func add(_ blocks: [AnchoredBlock]) {
    guard blocks.count > 1 else { return }
    var classes = classify(blocks)
    classes.sort { a, b in
      let (x, y) = (a.leader, b.leader)
      return x.document == y.document ? x.position < y.position : precedes(x.document, y.document)
    }
    if classes.count == 1, classes[0].blocks.count == 1, policy == .keepOne { return }
    compareWindows(&classes)
    for item in classes {
      for (block, stretch) in zip(item.blocks, item.open) { if let stretch { mark(block.document, stretch) } }
    }
  }

  private mutating func mark(_ document: DocumentReference, _ stretch: (start: Int, end: Int, source: DocumentReference)) {
    marks.append(
      RepeatMark(
        document: document.packed, start: UInt64(stretch.start), end: UInt64(stretch.end), source: stretch.source.packed))
  }

  /// Groups equal blocks. All of a class but the leader's own document hold nothing but repeats.
  private mutating func classify(_ blocks: [AnchoredBlock]) -> [BlockClass] {
    var rest = blocks.sorted { a, b in
      let (x, y) = (a.anchor, b.anchor)
      if (x.blockHash, x.before, x.length) != (y.blockHash, y.before, y.length) {
        return (x.blockHash, x.before, x.length) < (y.blockHash, y.before, y.length)
      }
      return a.document == b.document ? a.anchor.start < b.anchor.start : precedes(a.document, b.document)
    }
    var classes: [BlockClass] = []
    var start = 0
    while start < rest.count {
      let leader = rest[start]
      var item = BlockClass(blocks: [leader], isRepeated: false, cursor: WindowCursor(shape, start: 0), open: [nil])
      var end = start + 1
      var others: [AnchoredBlock] = []
      while end < rest.count, rest[end].anchor.blockHash == leader.anchor.blockHash,
        rest[end].anchor.before == leader.anchor.before,
        rest[end].anchor.length == leader.anchor.length
      {
        let block = rest[end]
        end += 1
        guard block.bytes.elementsEqual(leader.bytes) else {
          others.append(block)
          continue
        }
        item.isRepeated = true
        if block.document == leader.document {
          item.blocks.append(block)
          item.open.append(nil)
        } else {
          let first = Int(block.anchor.start)
          mark(block.document, (first, first + block.bytes.count, leader.document))
        }
      }
      // Blocks of equal hash and other bytes: back in line, to be classes of their own.
      rest.replaceSubrange((end - others.count)..<end, with: others)
      start = end - others.count
      classes.append(item)
    }
    return classes
  }

  /// Goes through the windows by their distance to the anchor, from far to near, that is, in order of their starts in each block.
  private mutating func compareWindows(_ classes: inout [BlockClass]) {
    let far = classes.map { Int($0.leader.anchor.before) }.max() ?? 0
    let near = classes.map { Int($0.leader.anchor.before) - Int($0.leader.anchor.span) }.min() ?? 0
    var records: [KeyedRecord] = []
    for distance in stride(from: far, through: near, by: -1) {
      records.removeAll(keepingCapacity: true)
      for index in classes.indices {
        let anchor = classes[index].leader.anchor
        let start = Int(anchor.before) - distance
        guard start >= 0, start <= Int(anchor.span) else { continue }
        let bytes = classes[index].leader.bytes
        if start > classes[index].cursor.start { classes[index].cursor.advance(in: bytes) }
        guard classes[index].cursor.start == start, classes[index].cursor.extend(in: bytes) else { continue }
        let window = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<classes[index].cursor.end]))
        records.append(KeyedRecord(key: classes.count == 1 ? 0 : XXH64.hash(window), value: UInt64(index)))
      }
      if records.count > 1 { radixSort(&records) }
      var first = 0
      while first < records.count {
        var last = first + 1
        while last < records.count, records[last].key == records[first].key { last += 1 }
        settle(records[first..<last].map { Int($0.value) }, &classes)
        first = last
      }
    }
  }

  /// Marks among windows of one hash, given by their classes in stable order.
  private mutating func settle(_ members: [Int], _ classes: inout [BlockClass]) {
    var members = members
    while let first = members.first {
      let leader = classes[first].leader
      let (start, end) = (classes[first].cursor.start, classes[first].cursor.end)
      let window = leader.bytes[start..<end]
      let isRepeated: Bool
      var others: [Int] = []
      if members.count == 1 {
        isRepeated = classes[first].isRepeated
      } else {
        var equal: [Int] = []
        for index in members {
          let cursor = classes[index].cursor
          let isEqual = classes[index].leader.bytes[cursor.start..<cursor.end].elementsEqual(window)
          if isEqual { equal.append(index) } else { others.append(index) }
        }
        isRepeated = equal.count > 1 || classes[first].isRepeated
        members = equal
      }
      if isRepeated {
        let place = (document: leader.document, start: Int(leader.anchor.start) + start)
        for index in members { extendStretches(&classes[index], leader: place) }
      }
      members = others
    }
  }

  private mutating func extendStretches(_ item: inout BlockClass, leader: (document: DocumentReference, start: Int)) {
    let (start, end) = (item.cursor.start, item.cursor.end)
    for index in item.blocks.indices {
      let block = item.blocks[index]
      let place = Int(block.anchor.start) + start
      let isClear = block.document != leader.document || place >= leader.start + (end - start)
      guard isClear || policy == .removeAll else { continue }
      let limit = place + (end - start)
      if let stretch = item.open[index], place <= stretch.end {
        item.open[index] = (stretch.start, limit, stretch.source)
      } else {
        if let stretch = item.open[index] { mark(block.document, stretch) }
        item.open[index] = (place, limit, leader.document)
      }
    }
  }
}
