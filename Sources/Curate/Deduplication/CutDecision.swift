import Documents

/// Writes the decisions of every partition from the cuts of its documents.
struct CutDecision {
  let maps: TextMaps
  let rule: DuplicateRule
  let minimumRemainingCharacters: Int
  let memory: Int

  /// - Parameter all: in order of document.
  func write(
    _ all: [DocumentCuts], method: String, to paths: [String], _ summary: DeduplicationSummary
  ) throws(Diagnostic) -> DeduplicationSummary {
    let documents = maps.documents
    var spans = HeavyHitters<UInt64, String>()
    var residency = Residency(memory: memory)
    var summary = summary
    var next = 0
    for partition in 0..<documents.partitions {
      var writer = try DecisionWriter(path: paths[partition], method: method)
      for ordinal in 0..<documents.count(in: partition) {
        let document = DocumentReference(partition: partition, ordinal: ordinal)
        summary.documents += 1
        summary.totalBytes += documents.textLength(document)
        if next < all.count, all[next].document == document {
          write(all[next], &writer, &summary)
          count(all[next], in: &spans)
          next += 1
          if residency.isFull(after: 1) { maps.release() }
        } else {
          writer.keep(idHash: documents.idHash(document))
        }
      }
      try writer.commit()
    }
    summary.topSpans = spans.top(10).map { .init(text: $0.note, bytes: $0.bytes / $0.count, cuts: $0.count) }
    return summary
  }

  private func count(_ item: DocumentCuts, in spans: inout HeavyHitters<UInt64, String>) {
    let text = maps.text(of: item.document)
    for cut in item.cuts {
      let piece = UnsafeBufferPointer(rebasing: text[cut])
      spans.add(XXH64.hash(UnsafeRawBufferPointer(piece)), bytes: cut.count) {
        String(String(decoding: piece.prefix(512), as: UTF8.self).prefix(80))
      }
    }
  }

  private func write(_ item: DocumentCuts, _ writer: inout DecisionWriter, _ summary: inout DeduplicationSummary) {
    let (document, cuts) = (item.document, item.cuts)
    let text = maps.text(of: document)
    let idHash = maps.documents.idHash(document)
    var record = DecisionRecord()
    let remaining = scalarCount(text) - cuts.reduce(0) { $0 + scalarCount(UnsafeBufferPointer(rebasing: text[$1])) }
    if remaining < minimumRemainingCharacters {
      record.action = DecisionRecord.Action.drop.rawValue
      record.rule = rule.rawValue
      record.value = Double(remaining)
      record.threshold = Double(minimumRemainingCharacters)
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
