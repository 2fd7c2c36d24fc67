import Foundation
import Storage
import TestSupport
import Testing

@Suite struct WarcCommandFacts {
  static func record(_ type: String, _ block: String, fields: [String] = []) -> [UInt8] {
    let head = [
      "WARC/1.0", "WARC-Type: \(type)", "WARC-Record-ID: <urn:uuid:\(type)-1>", "WARC-Date: 2024-05-06T07:08:09Z",
      "WARC-Target-URI: http://a.example/",
    ]
    return Array(
      (head + fields + ["Content-Length: \(block.utf8.count)", "", "\(block)", "", ""]).joined(separator: "\r\n").utf8)
  }

  static let members = [
    record("request", "GET / HTTP/1.1\r\n\r\n"),
    record(
      "response", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<p>x\r\n0\r\n\r\n",
      fields: ["Content-Type: application/http; msgtype=response"]),
  ].map { Gzip.compress($0) }

  static func withArchive(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.warc.gz")
      try Data(bytes).write(to: file)
      try body(file.path)
    }
  }

  @Test func listsRecords() throws {
    try Self.withArchive(Self.members.flatMap { $0 }) { path in
      let outcome = try Tool.run(["warc", "ls", path])
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      #expect(
        outcome.output == """
          0\t\(Self.members[0].count)\trequest\t-\t-\t2024-05-06T07:08:09Z\thttp://a.example/
          \(Self.members[0].count)\t\(Self.members[1].count)\tresponse\t200\ttext/html\t2024-05-06T07:08:09Z\thttp://a.example/

          """)
      #expect(try Tool.run(["warc", "ls", "--type", "response", "--json", path]).output.hasPrefix("{\"file\":"))
    }
  }

  @Test func printsPayloadsAndRecords() throws {
    try Self.withArchive(Self.members.flatMap { $0 }) { path in
      #expect(try Tool.run(["warc", "cat", path, "--offset", "\(Self.members[0].count)", "--payload"]).output == "<p>x")
      #expect(
        try Tool.run(["warc", "cat", path, "--id", "<urn:uuid:request-1>"]).output
          == String(decoding: Self.record("request", "GET / HTTP/1.1\r\n\r\n"), as: UTF8.self))
      let missing = try Tool.run(["warc", "cat", path, "--url", "http://b.example/"])
      #expect(missing.status == 1 && missing.errors.contains("no such record"))
      #expect(try Tool.run(["warc", "cat", path, "--offset", "999999"]).status == 2)
    }
  }

  @Test func checksAndIndexes() throws {
    try Self.withArchive(Self.members.flatMap { $0 }) { path in
      let sound = try Tool.run(["warc", "check", path])
      #expect(sound.status == 0 && sound.output.contains(": sound, 2 records"))
      let index = try Tool.run(["warc", "index", path])
      #expect(
        index.output.hasPrefix(
          "example,a)/ 20240506070809 {\"url\":\"http://a.example/\",\"mime\":\"text/html\",\"status\":\"200\""))
    }
    try Self.withArchive(Self.members[0] + Array(Self.members[1].dropLast(20))) { path in
      let damaged = try Tool.run(["warc", "check", path])
      #expect(
        damaged.status == 1 && damaged.output.contains("NOT sound")
          && damaged.errors.contains("offset \(Self.members[0].count): "))
    }
  }
}
