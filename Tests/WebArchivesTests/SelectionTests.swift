import Documents
import Foundation
import Storage
import TestSupport
import Testing
import WebArchives

@Suite struct SelectionTests {
  typealias Build = ArchiveBuilder

  @Test(
    "a star stands for any run of bytes",
    arguments: [
      ("http://a.example/", "http://a.example/", true), ("http://a.example/", "http://a.example/b", false),
      ("http://a.example/*", "http://a.example/", true), ("*.example/*", "http://a.example/b", true),
      ("*://*.example/*.html", "http://a.example/x.html/y.html", true),
      ("*://*.example/*.html", "http://a.example/x.htm", false),
      ("", "", true), ("*", "", true), ("**a**", "bab", true), ("a*b*c", "a-c-b", false), ("", "a", false),
    ])
  func matchesAddresses(pattern: String, address: String, expected: Bool) {
    #expect(AddressPattern(pattern).matches(address) == expected)
  }

  @Test("a pattern of many stars takes no longer than its length times the address's")
  func matchesInBoundedTime() {
    let pattern = AddressPattern(String(repeating: "*a", count: 2000) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 20_000)))
  }

  static let records: [[UInt8]] = [
    Build.response(id: 1, uri: "http://a.example/1", body: "<p>one", fields: ["WARC-Identified-Payload-Type: text/html"]),
    Build.response(id: 2, uri: "http://a.example/2", status: "404 Not Found", body: "<p>two"),
    Build.response(id: 3, uri: "http://b.example/3", headers: ["Content-Type: image/png"], body: "x"),
    Build.warc("request", id: 4, uri: "http://a.example/1", block: "GET /1 HTTP/1.1\r\n\r\n"),
    Build.warc(
      "conversion", id: 5, fields: ["WARC-Identified-Content-Language: deu,eng", "Content-Type: text/plain"], block: "Worte"),
    Build.warc("conversion", id: 6, fields: ["Content-Type: text/plain"], block: "words"),
  ]

  static let selections: [(name: String, expected: [String], change: @Sendable (inout RecordSelection) -> Void)] = [
    ("all", ["001", "002", "003", "004", "005", "006"], { _ in }),
    ("type", ["004", "005", "006"], { $0.types = [.request, .conversion] }),
    ("address", ["003"], { $0.addresses = [AddressPattern("*//b.example/*")] }),
    ("status", ["002"], { $0.statuses = 400...499 }),
    ("media type", ["001", "002"], { $0.mediaTypes = ["text/html"] }),
    ("media type of records without HTTP", ["005", "006"], { $0.mediaTypes = ["text/plain"] }),
    ("language", ["005"], { $0.languages = ["eng", "fra"] }),
    ("status and media type", ["001"], { ($0.mediaTypes, $0.statuses) = (["text/html"], 200...200) }),
  ]

  @Test("records are selected by their headers", arguments: selections.indices)
  func selects(row: Int) {
    let row = Self.selections[row]
    var selection = RecordSelection()
    row.change(&selection)
    let file = ArchiveFile(Build.gzip(Self.records), name: "x")
    var reader = ArchiveReader(file)
    var accepted: [String] = []
    while let item = reader.next() {
      if case .record(let record) = item, selection.accepts(record, in: file) { accepted.append(String(record.id?.suffix(3) ?? "")) }
    }
    #expect(accepted == row.expected, "\(row.name)")
  }

  @Test("what a page selection leaves out is not decoded, and its rule is named")
  func selectsPages() {
    let bomb = Build.response(
      headers: ["Content-Type: text/html", "Content-Encoding: gzip"],
      body: Gzip.compress([UInt8](repeating: 0x20, count: 9 << 20), level: 9))
    var options = PageReader.Options()
    options.selection.addresses = [AddressPattern("http://elsewhere.example/*")]
    #expect(PageReaderTests.outcomes(bomb, options: options).map(PageReaderTests.word) == ["archive.address"])
    options = .init()
    options.selection.languages = ["eng"]
    let outcomes = PageReaderTests.outcomes(Self.records.suffix(2).flatMap { $0 }, options: options)
    #expect(outcomes.map(PageReaderTests.word) == ["text", "archive.language missing"])
    options.selection.languages = ["fra"]
    #expect(
      PageReaderTests.outcomes(Self.records[4], options: options).map(PageReaderTests.word) == ["archive.language deu,eng"])
  }

  /// A response and the metadata record behind it, as Common Crawl writes them.
  static func annotated(_ id: Int, _ languages: String, about: Int? = nil) -> [[UInt8]] {
    let codes = languages.split(separator: ",").map { #"{"code":"xx","code-iso-639-3":"\#($0)","score":0.9}"# }
    return [
      Build.response(id: id, uri: "http://a.example/\(id)", body: "<p>\(id)"),
      Build.warc(
        "metadata", id: id + 100, uri: "http://a.example/\(id)",
        fields: ["WARC-Concurrent-To: <urn:uuid:\(Build.uuid(about ?? id))>", "Content-Type: application/warc-fields"],
        block: "fetchTimeMs: 12\r\nlanguages-cld2: {\"reliable\":true,\"languages\":[\(codes.joined(separator: ","))]}\r\n\r\n"),
    ]
  }

  @Test("a response's languages are read from the metadata record about it that follows", arguments: [false, true])
  func selectsResponsesByAnnotation(isCompressed: Bool) {
    let records =
      annotatedRecords + [Build.response(id: 5, uri: "http://a.example/5", body: "<p>5")]
    let bytes = isCompressed ? Build.gzip(records) : records.flatMap { $0 }
    var options = PageReader.Options()
    options.selection.languages = ["eng"]
    let reason = "archive.record-type metadata"
    #expect(
      PageReaderTests.outcomes(bytes, options: options).map(PageReaderTests.word) == [
        "archive.language deu", reason, "page", reason, "archive.language missing", reason, "archive.language missing",
      ])
    let file = ArchiveFile(bytes, name: "x")
    let index = CDXEntry.index(file, filename: "x")
    #expect(index.map { $0.text("languages") } == ["deu", "fra,eng", nil, nil])
    var selection = RecordSelection()
    selection.languages = ["eng"]
    #expect(index.filter { $0.isAccepted(by: selection) }.map { $0.text("url") } == ["http://a.example/2"])
  }

  private var annotatedRecords: [[UInt8]] {
    Self.annotated(1, "deu") + Self.annotated(2, "fra,eng") + Self.annotated(3, "eng", about: 77)
  }

  @Test("WAT records are passed over by name")
  func countsWAT() {
    let wat = Build.warc("metadata", fields: ["Content-Type: application/json"], block: #"{"Container":{}}"#)
    #expect(PageReaderTests.outcomes(wat).map(PageReaderTests.word) == ["archive.record-type wat"])
    var audit = ArchiveAudit()
    audit.read(ArchiveFile(wat + Build.warc("metadata", block: "a: b"), name: "x"))
    #expect(audit.wat == 1 && audit.records[.metadata] == 2)
  }
}

@Suite struct RevisitTests {
  typealias Build = ArchiveBuilder

  static func revisit(_ fields: [String]) -> [UInt8] {
    Build.warc(
      "revisit", id: 9, uri: "http://a.example/again", fields: Build.responseFields + fields, block: "HTTP/1.1 200 OK\r\n\r\n")
  }

  static let originals = Build.gzip([
    Build.response(id: 1, uri: "http://a.example/", body: "<p>one", fields: ["WARC-Payload-Digest: sha1:AAA"]),
    Build.response(id: 2, uri: "http://b.example/", body: "<p>two", fields: ["WARC-Payload-Digest: sha1:BBB"]),
  ])

  static let table: [(fields: [String], expected: String?)] = [
    (["WARC-Payload-Digest: sha1:BBB"], "http://b.example/"),
    (["WARC-Refers-To-Target-URI: http://a.example/", "WARC-Refers-To-Date: 2024-05-06T07:08:09Z"], "http://a.example/"),
    (
      [
        "WARC-Refers-To-Target-URI: http://a.example/", "WARC-Refers-To-Date: 2020-01-01T00:00:00Z",
        "WARC-Payload-Digest: sha1:BBB",
      ],
      "http://b.example/"
    ),
    (
      [
        "WARC-Refers-To-Target-URI: http://a.example/", "WARC-Refers-To-Date: 2024-05-06T07:08:09Z",
        "WARC-Payload-Digest: sha1:CCC",
      ],
      nil
    ),
    (["WARC-Payload-Digest: sha1:CCC"], nil), ([], nil),
  ]

  @Test("a revisit's original is found by address and time, else by digest", arguments: table)
  func resolves(fields: [String], expected: String?) throws {
    let index = RevisitIndex(CDXEntry.index(ArchiveFile(Self.originals, name: "x"), filename: "x"))
    var reader = ArchiveReader(ArchiveFile(Self.revisit(fields), name: "y"))
    guard case .record(let record) = reader.next() else {
      Issue.record("no record")
      return
    }
    let found = index.original(of: record)
    #expect(found?.text("url") == expected)
    if let range = found?.range { #expect(items(Array(Self.originals[range])).count == 1) }
  }

  @Test("revisits are counted by whether their payload is in the file, before or behind them")
  func counts() {
    let archive =
      Gzip.compress(Self.revisit(["WARC-Payload-Digest: sha1:BBB"])) + Self.originals
      + Gzip.compress(Self.revisit(["WARC-Payload-Digest: sha1:CCC"])) + Gzip.compress(Self.revisit([]))
    var audit = ArchiveAudit()
    audit.read(ArchiveFile(archive, name: "x"))
    #expect(audit.revisits == (1, 2))
  }

  @Test("payloads at the crawl's limit are counted unless the record says that it is truncated")
  func countsCrawlLimit() {
    let body = [UInt8](repeating: 0x61, count: 1 << 20)
    let archive = Build.gzip([
      Build.response(id: 1, body: body), Build.response(id: 2, body: body, fields: ["WARC-Truncated: length"]),
      Build.response(id: 3, body: Array(body.dropLast())),
    ])
    var audit = ArchiveAudit()
    audit.read(ArchiveFile(archive, name: "x"))
    #expect(audit.atCrawlLimit == 1 && audit.truncated == 1)
  }
}

@Suite struct CDXReadingTests {
  @Test("an index file is read back, and its entries can be selected")
  func readsFile() throws {
    try withTemporaryFolder { folder in
      let entries = CDXEntry.index(ArchiveFile(ArchiveBuilder.gzip(SelectionTests.records), name: "x"), filename: "x.warc.gz")
      let path = folder.appendingPathComponent("x.cdxj").path
      let text = " CDX header\n" + entries.map { String(decoding: $0.line, as: UTF8.self) + "\n" }.joined()
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      #expect(try CDXEntry.read(path: path) == entries)
      var selection = RecordSelection()
      selection.statuses = 404...404
      #expect(entries.filter { $0.isAccepted(by: selection) }.map { $0.text("url") } == ["http://a.example/2"])
      selection = .init()
      selection.mediaTypes = ["image/png"]
      #expect(entries.filter { $0.isAccepted(by: selection) }.map { $0.text("url") } == ["http://b.example/3"])
      selection = .init()
      selection.addresses = [AddressPattern("*/1")]
      #expect(entries.filter { $0.isAccepted(by: selection) }.map { $0.text("url") } == ["http://a.example/1"])
      try Data("no index\n".utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: Diagnostic.self) { try CDXEntry.read(path: path) }
    }
  }
}
