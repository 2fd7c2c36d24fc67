/// Finds the written forms of special tokens in a text: leftmost first, then longest.
struct SpecialTokenMatcher: Sendable {
  /// Longest first.
  private let tokens: [(bytes: [UInt8], id: UInt32)]
  private let isLead: [Bool]

  init(_ tokens: [BytePairModel.SpecialToken]) {
    self.tokens = tokens.map { (Array($0.content.utf8), $0.id) }.sorted { $0.bytes.count > $1.bytes.count }
    var isLead = [Bool](repeating: false, count: 256)
    for token in self.tokens { if let lead = token.bytes.first { isLead[Int(lead)] = true } }
    self.isLead = isLead
  }

  /// In bytes; 0 when there are none.
  var longest: Int { tokens.first?.bytes.count ?? 0 }

  /// Calls `body` with each stretch of ordinary text and each special token, in order, with the place where it starts.
  func forEachPart(of text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UInt32?, Int) -> Void) {
    var start = 0
    var index = 0
    while index < text.count, !tokens.isEmpty {
      guard isLead[Int(text[index])], let found = tokens.first(where: { text[index...].starts(with: $0.bytes) }) else {
        index += 1
        continue
      }
      if index > start { body(UnsafeRawBufferPointer(rebasing: text[start..<index]), nil, start) }
      body(UnsafeRawBufferPointer(rebasing: text[index..<index + found.bytes.count]), found.id, index)
      index += found.bytes.count
      start = index
    }
    if start < text.count { body(UnsafeRawBufferPointer(rebasing: text[start...]), nil, start) }
  }
}
