import Documents
import Foundation
import Storage

/// Takes documents out of all variants and keeps them for judging, so that no model has seen them.
///
/// A document is held out by a hash of its id, if every variant has it; its text is that of the first variant. Near-copies of
/// it that stay in a variant are the business of a later stage.
struct HeldOutText {
  /// Share (0 ..< 1) of the documents; nothing is chosen when texts are given.
  let share: Double
  /// Files of documents to judge by instead.
  let given: [String]

  /// Fewer words say little about a model.
  private static let minimumWords = 30

  /// Writes `variant-N.jsonl.zst` and `held-out.jsonl` into `folder`; files that are the same already stay as they are.
  ///
  /// - Returns: documents held out, and those left in each variant.
  func write(_ variants: [[DocumentPart]], to folder: String) throws -> (heldOut: Int, documents: [Int]) {
    let chosen = try given.isEmpty ? choose(variants) : []
    var heldOut: [Document] = []
    var counts: [Int] = []
    for (index, parts) in variants.enumerated() {
      var count = 0
      try replaceIfDifferent("\(folder)/variant-\(index + 1).jsonl.zst") { path in
        let file = try LinesFile(path: path)
        var lines: [UInt8] = []
        for part in parts {
          try part.forEach { document in
            if chosen.contains(document.id) {
              if index == 0 { heldOut.append(document) }
              return
            }
            DocumentLines.write(document, to: &lines)
            if lines.count > 1 << 18 { try file.append(&lines) }
            count += 1
          }
        }
        try file.append(&lines)
        try file.finish()
      }
      guard count > 0 else { throw Diagnostic("empty-corpus", "variant \(index + 1) has no documents but those held out") }
      counts.append(count)
    }
    for path in given { try DocumentPart(path: path).forEach { heldOut.append($0) } }
    guard heldOut.count > 1 else {
      throw Diagnostic(
        "no-held-out-text", "\(heldOut.count == 1 ? "1 document" : "no documents") to judge by",
        fix: given.isEmpty
          ? "hold out more with --held-out-share, or, if variants share no documents, give texts of your own: --held-out FILE.jsonl"
          : "name files with several documents")
    }
    var lines: [UInt8] = []
    for document in heldOut { DocumentLines.write(document, to: &lines) }
    try replaceIfDifferent("\(folder)/held-out.jsonl") { try AtomicFile.write(lines, to: $0) }
    return (heldOut.count, counts)
  }

  /// Ids of documents that all variants have and whose hash is small.
  private func choose(_ variants: [[DocumentPart]]) throws -> Set<String> {
    var common: Set<String>?
    for parts in variants {
      var own: Set<String> = []
      for part in parts {
        try part.forEach { document in
          let draw = Double(SeededRandom.mix(XXH64.hash(document.id, seed: 0x4865_6C64)) >> 11) * 0x1p-53
          guard draw < share, document.text.split(whereSeparator: { $0 <= 0x20 }).count >= Self.minimumWords else { return }
          own.insert(document.id)
        }
      }
      common = common?.intersection(own) ?? own
    }
    return common ?? []
  }
}
