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

/// The marks of several files, each merged: document by document in order.
///
/// Memory: the marks of one document. Sendable because the files are mapped for reading.
struct MarkFiles: @unchecked Sendable {
  private let files: [SectionFile]
  private let sections: [UnsafeBufferPointer<RepeatMark>]

  init(_ paths: [String], _ documents: DocumentTables, configuration: UInt64) throws(Diagnostic) {
    var files: [SectionFile] = []
    var sections: [UnsafeBufferPointer<RepeatMark>] = []
    for path in paths {
      let file = try SectionFile(path: path, kind: .textReduction, configuration: configuration)
      let marks = try file.section(.marks, of: RepeatMark.self)
      for mark in marks {
        let document = DocumentReference(packed: mark.document)
        guard documents.contains(document), documents.contains(DocumentReference(packed: mark.source)),
          mark.start < mark.end, mark.end <= UInt64(documents.textLength(document))
        else { throw file.damaged("a mark lies outside its text") }
      }
      file.release()
      documents.release()
      files.append(file)
      sections.append(marks)
    }
    self.files = files
    self.sections = sections
  }

  /// Calls `body` with each document that has marks, and these, merged.
  ///
  /// - Parameter range: of documents; all by default.
  func forEachDocument(
    in range: Range<DocumentReference>? = nil, _ body: (DocumentReference, [RepeatMark]) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    func place(_ document: DocumentReference?, _ section: UnsafeBufferPointer<RepeatMark>, _ standard: Int) -> Int {
      guard let document else { return standard }
      return partitionPoint(section.count) { section[$0].document >= document.packed }
    }
    var next = sections.map { place(range?.lowerBound, $0, 0) }
    let ends = sections.map { place(range?.upperBound, $0, $0.count) }
    var read = 0
    while true {
      if read > 1 << 20 {
        read = 0
        for file in files { file.release() }
      }
      var document = UInt64.max
      for index in sections.indices where next[index] < ends[index] {
        document = min(document, sections[index][next[index]].document)
      }
      if document == .max { return }
      var marks: [RepeatMark] = []
      for index in sections.indices {
        while next[index] < ends[index], sections[index][next[index]].document == document {
          marks.append(sections[index][next[index]])
          next[index] += 1
        }
      }
      read += marks.count
      try body(DocumentReference(packed: document), merged(marks))
    }
  }
}
