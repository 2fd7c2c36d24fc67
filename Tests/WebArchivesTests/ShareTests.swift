import Documents
import Storage
import Testing
import WebArchives

@Suite struct ShareTests {
  /// Records of very different sizes; one holds a whole archive as its payload, compressed or not.
  static func records(_ count: Int, seed: UInt64) -> [[UInt8]] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { i in
      let size = Int(random.next(below: i % 7 == 0 ? 30_000 : 300))
      let text = (0..<size).map { _ in UInt8(ascii: "a") + UInt8(random.next(below: 26)) }
      return i % 3 == 0
        ? ArchiveBuilder.warc("request", id: i + 1, block: "GET /\(i)") : ArchiveBuilder.response(id: i + 1, body: text)
    }
  }

  static func archives() -> [(name: String, bytes: [UInt8])] {
    let records = records(60, seed: 7)
    let inner = ArchiveBuilder.gzip(Array(records.prefix(20)))
    let nested = ArchiveBuilder.response(id: 900, headers: ["Content-Type: application/gzip"], body: inner)
    let nestedPlain = ArchiveBuilder.response(
      id: 901, headers: ["Content-Type: application/warc"], body: records.prefix(20).flatMap { $0 })
    var damaged = records.map { Gzip.compress($0) }
    for i in [7, 8, 30] { for j in damaged[i].count / 2..<damaged[i].count { damaged[i][j] = 0xEE } }
    return [
      ("plain", records.flatMap { $0 }),
      ("plain with an archive inside", (records.prefix(10) + [nestedPlain] + records.dropFirst(10)).flatMap { $0 }),
      ("gzip", ArchiveBuilder.gzip(records)),
      (
        "gzip with an archive inside, stored",
        (records.prefix(10) + [nested] + records.dropFirst(10)).flatMap { Gzip.compress($0, level: 0) }
      ),
      ("one member", Gzip.compress(records.flatMap { $0 })),
      ("damaged", damaged.flatMap { $0 }),
      (
        "plain with garbage",
        records.prefix(30).flatMap { $0 } + Array(repeating: 0x41, count: 500) + records.dropFirst(30).flatMap { $0 }
      ),
      ("ARC", (0..<40).flatMap { ArchiveBuilder.arc("http://a.example/\($0)", String(repeating: "word ", count: $0 * 7)) }),
    ]
  }

  @Test("shares at any split points give each item exactly once", arguments: archives().map(\.name))
  func partitionsRecords(name: String) throws {
    let archive = try #require(Self.archives().first { $0.name == name }).bytes
    let file = ArchiveFile(archive, name: name)
    let whole = items(file)
    #expect(whole.accounted == archive.count)
    var random = SeededRandom(seed: 3)
    for round in 0..<12 {
      let count = 1 + Int(random.next(below: 8))
      var borders = [0, archive.count] + (0..<count).map { _ in Int(random.next(below: UInt64(archive.count))) }
      borders.sort()
      let parts = zip(borders, borders.dropFirst()).flatMap { items(file, share: $0..<$1) }
      #expect(parts == whole, "borders \(borders), round \(round)")
    }
  }

  @Test("a share starts at the first record at or after its start")
  func startsAtNextRecord() {
    let members = Self.records(5, seed: 1).map { Gzip.compress($0) }
    let file = ArchiveFile(members.flatMap { $0 }, name: "x")
    let second = members[0].count
    #expect(file.recordStart(atOrAfter: 0) == 0)
    #expect(file.recordStart(atOrAfter: 1) == second)
    #expect(file.recordStart(atOrAfter: second) == second)
    #expect(file.recordStart(atOrAfter: second + 1) == second + members[1].count)
    #expect(file.recordStart(atOrAfter: file.size - 1) == file.size)
  }

  @Test("equal shares cover the file", arguments: [1, 2, 3, 7, 100])
  func cutsEvenly(count: Int) {
    let file = ArchiveFile(ArchiveBuilder.gzip(Self.records(30, seed: 2)), name: "x")
    let shares = file.shares(count)
    #expect(shares.first?.lowerBound == 0)
    #expect(shares.last?.upperBound == file.size)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    #expect(shares.count <= count)
    #expect(shares.flatMap { items(file, share: $0) } == items(file))
  }
}
