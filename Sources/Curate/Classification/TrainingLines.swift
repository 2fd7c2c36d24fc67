import Documents
import Storage

/// Training and test lines of classifiers.
public enum TrainingLines {
  /// Reads examples from a plain, gzip or zstd file. A line is `__label__A __label__B text`, or `label TAB text`.
  /// - Throws: for a line with neither, with its number.
  public static func read(path: String) throws(Diagnostic) -> [FastTextTrainer.Example] {
    var reader = try LineReader(path: path)
    var examples: [FastTextTrainer.Example] = []
    while true {
      let line = try reader.next { bytes throws(Diagnostic) in Array(bytes) }
      guard let line else { return examples }
      if line.isEmpty { continue }
      guard let example = parse(line) else {
        throw Diagnostic(
          "no-label", "a line without a label", at: .init(file: path, line: reader.lineNumber),
          fix: "begin it with __label__NAME, or write NAME, a tab and the text")
      }
      examples.append(example)
    }
  }

  static func parse(_ line: [UInt8]) -> FastTextTrainer.Example? {
    let prefix = FastTextDictionary.labelPrefix
    if !line.starts(with: prefix) {
      guard let tab = line.firstIndex(of: 0x09), tab > 0 else { return nil }
      return .init(labels: [String(decoding: line[..<tab], as: UTF8.self)], text: Array(line[(tab + 1)...]))
    }
    var labels: [String] = []
    var rest = line[...]
    while rest.starts(with: prefix) {
      let end = rest.firstIndex(where: FastTextDictionary.isSeparator) ?? rest.endIndex
      labels.append(String(decoding: rest[..<end].dropFirst(prefix.count), as: UTF8.self))
      rest = rest[end...].drop(while: FastTextDictionary.isSeparator)
    }
    return .init(labels: labels, text: Array(rest))
  }
}
