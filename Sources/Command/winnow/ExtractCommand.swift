import ArgumentParser
import Documents
import Foundation
import MainContent
import Storage
import WebArchives

struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Extract the main text of HTML pages.",
    discussion: """
      FILE is an HTML file or a file of JSON lines {"id","url","html"}, told apart by their first character; both may be gzip or zstd.
      Without FILE, or for '-', standard input is read. HTML files are printed as text; with --jsonl, and from JSON lines, one document a line.

      Examples:
        winnow extract page.html
        winnow extract --jsonl pages/*.html > documents.jsonl
        winnow extract --format json page.html | jq .title
        winnow extract < pages.jsonl > documents.jsonl
      """)

  enum Form: String, ExpressibleByArgument, CaseIterable { case markdown, text, json }

  @Argument(help: ArgumentHelp("HTML files, or files of JSON lines.", valueName: "file")) var files: [String] = []
  @Flag(help: "One JSON line a page: {\"id\",\"url\",\"text\",\"metadata\"}.") var jsonl = false
  @Option(help: "Markdown, plain text, or JSON with text and metadata.") var format: Form = .markdown
  @Flag(help: "Keep the addresses of links.") var links = false
  @Flag(inversion: .prefixedNo, help: "Keep data tables.") var tables = true
  @Option(help: "Readers' comments.") var comments: MainContentExtractor.Comments = .automatic
  @Option(help: ArgumentHelp("The address of the page, a hint of its date and kind.", valueName: "url")) var url = ""

  func run() throws {
    var options = MainContentExtractor.Options()
    options.format = format == .text ? .text : .markdown
    options.keepsLinks = links
    options.keepsTables = tables
    options.comments = comments
    var output = PageOutput(extractor: MainContentExtractor(options: options), asLines: jsonl || format == .json, url: url)
    for file in files.isEmpty ? ["-"] : files { try output.file(file) }
    try output.flush()
    if output.failures > 0 {
      StandardError.line("winnow: \(output.failures) of \(output.pages) pages failed")
      throw ExitCode(CommandLineReport.failed)
    }
  }
}

extension MainContentExtractor.Comments: ExpressibleByArgument {}

/// Extracts pages and prints them.
private struct PageOutput {
  let extractor: MainContentExtractor
  let asLines: Bool
  let url: String
  private(set) var pages = 0
  private(set) var failures = 0
  private var buffer: [UInt8] = []
  private let decoder = TextDecoder()

  init(extractor: MainContentExtractor, asLines: Bool, url: String) {
    self.extractor = extractor
    self.asLines = asLines
    self.url = url
  }

  /// A page or JSON lines, by the first character that is no space.
  mutating func file(_ path: String) throws {
    let name = path == "-" ? "standard input" : path
    guard path != "-" else { return try content(FileHandle.standardInput.readDataToEndOfFile(), name) }
    let start = try MappedFile.contents(of: path).prefix(4)
    guard start.starts(with: [0x1F, 0x8B]) || start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) || Self.isLines(start) else {
      return try content(Data(try MappedFile.contents(of: path)), name)
    }
    var reader = try LineReader(path: path)
    var page: [UInt8]?
    while let line = try reader.next({ (line) throws(Diagnostic) in Array(line) }) {
      if page == nil, Self.isLines(line[...]) || line.isEmpty {
        try self.line(line, name, reader.lineNumber)
      } else {
        page = (page ?? []) + line + [0x0A]
      }
    }
    if let page { try self.page(page, name) }
  }

  private mutating func content(_ data: Data, _ name: String) throws {
    guard Self.isLines(Array(data.prefix(64))[...]) else { return try page(Array(data), name) }
    for (number, line) in data.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      try self.line(Array(line), name, number + 1)
    }
  }

  private static func isLines(_ start: ArraySlice<UInt8>) -> Bool {
    start.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } == UInt8(ascii: "{")
  }

  /// One HTML file, in whatever charset it declares.
  private mutating func page(_ bytes: [UInt8], _ name: String) throws {
    let html = bytes.withUnsafeBytes { decoder.decode($0).utf8 }
    try show(Page(id: name, url: url, html: html), as: asLines)
  }

  /// One JSON line; one that is no page is reported and the rest goes on.
  private mutating func line(_ bytes: [UInt8], _ path: String, _ number: Int) throws {
    guard !bytes.isEmpty else { return }
    do {
      let item = try bytes.withUnsafeBytes { try DocumentLines.parse($0, origin: Origin(file: path, offset: UInt64(number))) }
      guard case .page(var page) = item else { throw Diagnostic("missing-html", "the line has no \"html\"") }
      page.origin = Origin()
      try show(page, as: true)
    } catch let error as Diagnostic {
      pages += 1
      failures += 1
      CommandLineReport.show(Diagnostic(error.code, error.message, at: .init(file: path, line: number), fix: error.fix))
    }
  }

  private mutating func show(_ page: Page, as lines: Bool) throws {
    pages += 1
    let content = extractor.extract(html: page.html, url: page.url)
    if lines {
      DocumentLines.write(Document(page: page, content: content), to: &buffer)
    } else {
      buffer += content.text
      if buffer.last != 0x0A { buffer.append(0x0A) }
    }
    if buffer.count > 1 << 16 { try flush() }
  }

  mutating func flush() throws {
    try FileHandle.standardOutput.write(contentsOf: buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}
