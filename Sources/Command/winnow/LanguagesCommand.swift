import ArgumentParser
import Classification
import Curation
import Documents
import Foundation
import Storage

struct LanguagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "languages", abstract: "What the rules know of each language.", subcommands: [Derive.self])

  struct Derive: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Derive stop words, terminal punctuation and bounds of many languages from text.",
      discussion: """
        Inputs are documents with the metadata 'language' (.jsonl), or lines 'language TAB text' (.tsv), which are put together to \
        documents of some length; both also compressed. Writes one file a language and index.yaml, which rule packs name as their \
        'language-parameters'. English text has to be among the inputs: bounds are those of the rules, carried over by how a language \
        measures beside English.

        Examples:
          winnow languages derive sentences.tsv.gz --output filters/languages
          winnow languages derive corpus.jsonl.zst --languages sw,yo,ha,en --output african --rules my-rules.yaml
        """)

    @Argument(help: "Documents or lines with their languages.") var inputs: [String]
    @Option(help: "Where the files go.") var output: String
    @Option(help: "Rule files with bounds that are 'derived'. Default: gopher-quality and fineweb.") var rules: [String] = []
    @Option(help: "Only these languages, separated by commas; codes as in the inputs or ISO 639-1.") var languages: String?
    @Option(help: "Languages with fewer words are left out.") var minimumWords = 5000
    @Option(help: "Stop words where fewer are 0.8 % of the words: the most frequent ones.") var fewestStopWords = 20
    @Option(help: "Words of a document that lines are put together to.") var wordsPerDocument = 200

    func validate() throws {
      guard minimumWords > 0, wordsPerDocument > 0 else {
        throw ValidationError("--minimum-words and --words-per-document are above 0")
      }
      guard (0...StopWordList.capacity).contains(fewestStopWords) else {
        throw ValidationError("--fewest-stop-words is 0 to \(StopWordList.capacity)")
      }
      guard let other = inputs.first(where: { !Self.isTable($0) && !DocumentInputs.holdsLines($0) }) else { return }
      throw ValidationError("'\(other)' is neither documents (.jsonl) nor lines with their languages (.tsv)")
    }

    func run() throws {
      let files =
        rules.isEmpty
        ? ["gopher-quality", "fineweb"].compactMap { BundledFiles.path(of: "filters/quality/\($0).yaml") } : rules
      var options = LanguageParameterDerivation.Options()
      options.minimumWords = minimumWords
      options.fewestStopWords = fewestStopWords
      let wanted = languages.map { Set($0.split(separator: ",").map { Curation.LanguageCode.normalized(String($0)) }) }
      let rules = try RuleSet.load(files).packs.flatMap { $0.rules + $0.rulesAfterLines }
      var derivation = LanguageParameterDerivation(rules: rules, options: options)
      var (documents, withoutLanguage, seen) = (DocumentInputs(), 0, Set<String>())
      // What ends a line is known after the first reading, how many lines end so after the second.
      for pass in 1...2 {
        if pass == 2, seen.isEmpty, withoutLanguage > 0 {
          throw Diagnostic(
            "no-language", "none of \(withoutLanguage) documents has a language",
            fix: "run 'winnow apply identify-language' on them first")
        }
        if pass == 2 {
          derivation = LanguageParameterDerivation(rules: rules, options: options, earlier: try derivation.parameters())
        }
        (documents, withoutLanguage) = (DocumentInputs(), 0)
        documents.isQuiet = pass == 2
        try forEachDocument(&documents) { text, language in
          let code = language.map { Curation.LanguageCode.normalized($0) } ?? ""
          if !Self.isLanguage(code) {
            withoutLanguage += 1
          } else if wanted?.contains(code) ?? true {
            seen.insert(code)
            derivation.add(text, language: code)
          }
        }
      }
      try write(try derivation.parameters())
      for (language, words) in derivation.tooShort {
        StandardError.line("winnow: \(language) has \(Readable.count(words)) words, too few to measure, and is left out")
      }
      if let missing = wanted?.subtracting(seen).sorted(), !missing.isEmpty {
        StandardError.line("winnow: no text in \(missing.joined(separator: ", "))")
      }
      if withoutLanguage > 0 {
        StandardError.line("winnow: \(Readable.count(withoutLanguage)) documents without a language were left out")
      }
      try documents.finish()
    }

    /// Codes become file names, and no text is in no language or in several.
    private static func isLanguage(_ code: String) -> Bool {
      (2...8).contains(code.utf8.count) && code.utf8.allSatisfy { (0x61...0x7A).contains($0) }
        && !["und", "mul", "zxx"].contains(code)
    }

    private static func isTable(_ path: String) -> Bool {
      [".tsv", ".tsv.gz", ".tsv.zst"].contains { path.hasSuffix($0) }
    }

    private func forEachDocument(_ documents: inout DocumentInputs, _ add: ([UInt8], String?) -> Void) throws {
      for path in inputs {
        if Self.isTable(path) {
          try addLines(path, add)
        } else {
          try documents.forEach([path]) { add($0.text, $0.metadata["language"]?.string) }
        }
      }
    }

    /// Puts lines of one language together to documents; a remainder shorter than half a document is left out.
    private func addLines(_ path: String, _ add: ([UInt8], String?) -> Void) throws {
      var open: [String: (text: [UInt8], words: Int)] = [:]
      for example in try TrainingLines.read(path: path) {
        guard let label = example.labels.first else { continue }
        var document = open[label] ?? ([], 0)
        document.text += example.text + [0x0A]
        // Where there are no spaces, ten bytes count as a word.
        document.words += max(example.text.count { $0 == 0x20 }, example.text.count / 10)
        open[label] = document.words < wordsPerDocument ? document : nil
        if document.words >= wordsPerDocument { add(document.text, label) }
      }
      for (label, document) in open.sorted(by: { $0.key < $1.key }) where 2 * document.words >= wordsPerDocument {
        add(document.text, label)
      }
    }

    private func write(_ parameters: [LanguageParameters]) throws {
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      for language in parameters {
        let head = "# Written by 'winnow languages derive': change a rule pack's own lists and bounds, not this.\n"
        try AtomicFile.write(Array((head + language.yaml).utf8), to: "\(output)/\(language.language).yaml")
      }
      let names = parameters.map { "\"\($0.language)\"" }.joined(separator: ", ")
      try AtomicFile.write(
        Array("# The languages that have a file here.\nlanguages: [\(names)]\n".utf8), to: "\(output)/index.yaml")
      let words = parameters.reduce(0) { $0 + $1.words }
      print("\(output): \(parameters.count) languages from \(Readable.count(words)) words")
    }
  }
}
