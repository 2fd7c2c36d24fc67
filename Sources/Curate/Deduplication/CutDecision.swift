import Documents

/// Turns marks into cuts and writes the decisions of every partition.
struct CutDecision {
  let maps: TextMaps
  let options: SubstringDeduplication.Options
  let shape: WindowShape

  /// - Parameter marks: merged.
  func run(_ marks: [RepeatMark], method: String, to paths: [String]) throws(Diagnostic) -> DeduplicationSummary {
    let documents = maps.documents
    var summary = DeduplicationSummary()
    var next = 0
    for partition in 0..<documents.partitions {
      var writer = try DecisionWriter(path: paths[partition], method: method)
      for ordinal in 0..<documents.count(in: partition) {
        let document = DocumentReference(partition: partition, ordinal: ordinal)
        var own: [RepeatMark] = []
        while next < marks.count, marks[next].document == document.packed {
          own.append(marks[next])
          next += 1
        }
        write(document, own, &writer, &summary)
      }
      try writer.commit()
    }
    return summary
  }

  private func write(
    _ document: DocumentReference, _ marks: [RepeatMark], _ writer: inout DecisionWriter, _ summary: inout DeduplicationSummary
  ) {
    let text = maps.text(of: document).bytes
    let idHash = maps.documents.idHash(document)
    summary.documents += 1
    summary.totalBytes += text.count
    let borders = CutBorders(text: text)
    let cuts = marks.compactMap { borders.snapped(Int($0.start)..<Int($0.end)) }
    if cuts.isEmpty {
      writer.keep(idHash: idHash)
      return
    }
    var record = DecisionRecord()
    let remaining = scalarCount(text) - cuts.reduce(0) { $0 + scalarCount(UnsafeBufferPointer(rebasing: text[$1])) }
    if remaining < options.minimumRemainingCharacters {
      record.action = DecisionRecord.Action.drop.rawValue
      record.rule = DuplicateRule.substring.rawValue
      record.value = Double(remaining)
      record.threshold = Double(options.minimumRemainingCharacters)
      summary.droppedDocuments += 1
      summary.removedBytes += text.count
      let longest = marks.reduce(marks[0]) { $1.end - $1.start > $0.end - $0.start ? $1 : $0 }
      let source = DocumentReference(packed: longest.source)
      if source == document {
        writer.add(record, idHash: idHash)
      } else {
        writer.add(record, idHash: idHash, duplicateOf: maps.documents.idBytes(source))
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
