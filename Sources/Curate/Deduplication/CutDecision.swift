import Documents

/// Turns marks into cuts and writes the decisions of every partition.
struct CutDecision {
  let maps: TextMaps
  let options: SubstringDeduplication.Options
  let shape: WindowShape

  /// - Parameter marks: merged.
  func run(_ marks: [RepeatMark], method: String, to paths: [String]) throws(Diagnostic) -> DeduplicationSummary {
    let documents = maps.documents
    let settling = CutSettling(maps: maps, shape: shape, policy: options.repeats)
    let all = try settling.settle(firstCuts(marks))
    var summary = DeduplicationSummary()
    var next = 0
    for partition in 0..<documents.partitions {
      var writer = try DecisionWriter(path: paths[partition], method: method)
      for ordinal in 0..<documents.count(in: partition) {
        let document = DocumentReference(partition: partition, ordinal: ordinal)
        summary.documents += 1
        summary.totalBytes += maps.text(of: document).bytes.count
        if next < all.count, all[next].document == document {
          write(all[next], &writer, &summary)
          next += 1
        } else {
          writer.keep(idHash: documents.idHash(document))
        }
      }
      try writer.commit()
    }
    return summary
  }

  /// The marks with their ends on borders, by document.
  private func firstCuts(_ marks: [RepeatMark]) -> [DocumentCuts] {
    var all: [DocumentCuts] = []
    var start = 0
    while start < marks.count {
      var end = start
      while end < marks.count, marks[end].document == marks[start].document { end += 1 }
      let document = DocumentReference(packed: marks[start].document)
      let borders = CutBorders(text: maps.text(of: document).bytes, shape: shape)
      let cuts = marks[start..<end].compactMap { borders.snapped(Int($0.start)..<Int($0.end)) }
      let longest = marks[start..<end].reduce(marks[start]) { $1.end - $1.start > $0.end - $0.start ? $1 : $0 }
      if !cuts.isEmpty {
        all.append(DocumentCuts(document: document, cuts: cuts, source: DocumentReference(packed: longest.source)))
      }
      start = end
    }
    return all
  }

  private func write(_ item: DocumentCuts, _ writer: inout DecisionWriter, _ summary: inout DeduplicationSummary) {
    let (document, cuts) = (item.document, item.cuts)
    let text = maps.text(of: document).bytes
    let idHash = maps.documents.idHash(document)
    var record = DecisionRecord()
    let remaining = scalarCount(text) - cuts.reduce(0) { $0 + scalarCount(UnsafeBufferPointer(rebasing: text[$1])) }
    if remaining < options.minimumRemainingCharacters {
      record.action = DecisionRecord.Action.drop.rawValue
      record.rule = DuplicateRule.substring.rawValue
      record.value = Double(remaining)
      record.threshold = Double(options.minimumRemainingCharacters)
      summary.droppedDocuments += 1
      summary.removedBytes += text.count
      if item.source == document {
        writer.add(record, idHash: idHash)
      } else {
        writer.add(record, idHash: idHash, duplicateOf: maps.documents.idBytes(item.source))
      }
    } else {
      record.action = DecisionRecord.Action.cut.rawValue
      summary.cutDocuments += 1
      summary.removedBytes += cuts.reduce(0) { $0 + $1.count }
      writer.add(record, idHash: idHash, cuts: cuts)
    }
  }
}

/// Unicode scalars in valid UTF-8.
func scalarCount(_ text: UnsafeBufferPointer<UInt8>) -> Int {
  var count = 0
  for byte in text { count &+= byte & 0xC0 == 0x80 ? 0 : 1 }
  return count
}
