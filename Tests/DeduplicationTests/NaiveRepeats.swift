import Deduplication
import Documents
import Foundation

/// Repeated stretches by definition: every window of every document in a dictionary. The specification of both engines.
func naiveRepeats(_ documents: [Document], _ options: SubstringDeduplication.Options) -> [[Range<Int>]] {
  struct Place {
    var document: Int
    var start: Int
  }
  let order = documents.indices.sorted { a, b in
    let (x, y) = (XXH64.hash(documents[a].id), XXH64.hash(documents[b].id))
    return x != y ? x < y : (documents[a].id, a) < (documents[b].id, b)
  }
  var places: [[UInt8]: [Place]] = [:]
  for document in order {
    let text = documents[document].text
    for start in text.indices {
      if let end = windowEnd(text, start, options) {
        places[Array(text[start..<end]), default: []].append(Place(document: document, start: start))
      }
    }
  }
  var marked = documents.map { [Bool](repeating: false, count: $0.text.count) }
  for (window, all) in places where all.count > 1 {
    for place in all {
      let isClear = place.document != all[0].document || place.start >= all[0].start + window.count
      if isClear || options.repeats == .removeAll {
        for offset in place.start..<(place.start + window.count) { marked[place.document][offset] = true }
      }
    }
  }
  return marked.map { flags in
    var ranges: [Range<Int>] = []
    for (offset, isMarked) in flags.enumerated() where isMarked {
      if let last = ranges.last, last.upperBound == offset {
        ranges[ranges.count - 1] = last.lowerBound..<(offset + 1)
      } else {
        ranges.append(offset..<(offset + 1))
      }
    }
    return ranges
  }
}

/// End of the window that starts at `start`, or nil when that is no scalar's border or the text ends first.
private func windowEnd(_ text: [UInt8], _ start: Int, _ options: SubstringDeduplication.Options) -> Int? {
  if text[start] & 0xC0 == 0x80 { return nil }
  var end = start
  var characters = 0
  while end - start < options.minimumBytes || characters < options.minimumCharacters {
    guard end < text.count else { return nil }
    end += 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    characters += 1
  }
  return end
}
