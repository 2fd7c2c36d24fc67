import Documents
import Yams

/// Reads files of language parameters: an index (`languages: [de, en]`) and, beside it, one file for each language that it lists.
struct LanguageParameterReader {
  let readFile: (String) throws -> String

  /// - Returns: the parameters by language, and every problem with its place.
  func read(index path: String) -> (parameters: [String: LanguageParameters], problems: [Diagnostic]) {
    guard let text = try? readFile(path) else {
      let fix = "paths are relative to the rule file; 'winnow languages derive' writes such files"
      return ([:], [Diagnostic("not-found", "cannot read the language parameters '\(path)'", at: .init(file: path), fix: fix)])
    }
    let (source, root) = YAMLSource.open(text, file: path)
    let names = root?.strings("languages") ?? []
    if root?.value("languages") == nil { _ = root?.required("languages") }
    root?.finish()
    var problems = source.problems
    var parameters: [String: LanguageParameters] = [:]
    for name in names {
      let file = siblingPath("\(name).yaml", of: path)
      guard let text = try? readFile(file) else {
        problems.append(Diagnostic("not-found", "cannot read '\(file)', which the index names", at: .init(file: path)))
        continue
      }
      let (found, others) = Self.read(text, file: file)
      problems += others
      if let found { parameters[LanguageCode.normalized(found.language)] = found }
    }
    return (parameters, problems)
  }

  static func read(_ text: String, file: String) -> (LanguageParameters?, [Diagnostic]) {
    let (source, root) = YAMLSource.open(text, file: file)
    guard let root else { return (nil, source.problems) }
    var parameters = LanguageParameters(language: root.required("language") ?? "")
    parameters.documents = root.integer("documents") ?? 0
    parameters.words = root.integer("words") ?? 0
    parameters.stopWords = root.strings("stop-words") ?? []
    if parameters.stopWords.count > StopWordList.capacity {
      let count = parameters.stopWords.count
      source.problem("too-many", "\(count) stop words, at most \(StopWordList.capacity) are used", at: root.value("stop-words"))
    }
    for mark in root.strings("terminal-punctuation") ?? [] {
      let scalars = Array(mark.unicodeScalars)
      if scalars.count == 1 {
        parameters.terminalPunctuation.append(scalars[0])
      } else {
        source.problem("wrong-type", "'\(mark)' is not one character", at: root.value("terminal-punctuation"))
      }
    }
    if let table = root.object("bounds") {
      for (key, value) in table.pairs {
        guard let name = source.string(key, "a metric"), let entry = source.object(value, "'\(name)'") else { continue }
        if let metric = Metric(name: name) {
          parameters.bounds[metric] = Bounds(minimum: entry.number("minimum"), maximum: entry.number("maximum"))
        } else {
          source.problem("unknown-value", "unknown metric '\(name)'", at: key)
        }
        entry.finish()
      }
    }
    root.finish()
    return (source.problems.isEmpty ? parameters : nil, source.problems)
  }
}
