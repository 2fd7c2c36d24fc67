import Storage
import WebArchives

/// Archives made in memory for tests.
struct ArchiveBuilder {
  static func warc(
    _ type: String, id: Int = 1, uri: String = "http://a.example/", version: String = "1.0", fields: [String] = [],
    block: String,
    length: String? = nil
  ) -> [UInt8] {
    warc(type, id: id, uri: uri, version: version, fields: fields, block: Array(block.utf8), length: length)
  }

  /// One record; `length` replaces the right `Content-Length`, and an empty one leaves the field out.
  static func warc(
    _ type: String, id: Int = 1, uri: String = "http://a.example/", version: String = "1.0", fields: [String] = [],
    block: [UInt8],
    length: String? = nil
  ) -> [UInt8] {
    var lines = [
      "WARC/\(version)", "WARC-Type: \(type)", "WARC-Record-ID: <urn:uuid:\(uuid(id))>", "WARC-Date: 2024-05-06T07:08:09Z",
    ]
    if !uri.isEmpty { lines.append("WARC-Target-URI: \(uri)") }
    lines += fields
    if length != "" { lines.append("Content-Length: \(length ?? "\(block.count)")") }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + block + Array("\r\n\r\n".utf8)
  }

  static func uuid(_ id: Int) -> String {
    "00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - "\(id)".count) + "\(id)"
  }

  static let responseFields = ["Content-Type: application/http; msgtype=response"]

  static func response(
    id: Int = 1, uri: String = "http://a.example/", status: String = "200 OK", headers: [String] = ["Content-Type: text/html"],
    body: [UInt8], fields: [String] = []
  ) -> [UInt8] {
    let head = (["HTTP/1.1 \(status)"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    return warc("response", id: id, uri: uri, fields: responseFields + fields, block: Array(head.utf8) + body)
  }

  static func response(
    id: Int = 1, uri: String = "http://a.example/", status: String = "200 OK", headers: [String] = ["Content-Type: text/html"],
    body: String, fields: [String] = []
  ) -> [UInt8] {
    response(id: id, uri: uri, status: status, headers: headers, body: Array(body.utf8), fields: fields)
  }

  static func gzip(_ records: [[UInt8]]) -> [UInt8] { records.flatMap { Gzip.compress($0) } }

  static func arc(_ uri: String, _ block: String) -> [UInt8] {
    Array("\(uri) 192.0.2.1 20080430204825 text/html \(block.utf8.count)\n\(block)\n".utf8)
  }
}

/// An item without its view.
struct Found: Equatable, CustomStringConvertible {
  var what: String
  var id: String
  var block: [UInt8]
  var defects: RecordDefects
  var location: RecordLocation

  var description: String { "\(what) \(id) \(block.count) bytes \(defects.names) \(location)" }
}

/// Everything a reader gives out.
func items(_ archive: [UInt8], share: Range<Int>? = nil, limits: ArchiveReader.Limits = .init()) -> [Found] {
  items(ArchiveFile(archive, name: "test.warc"), share: share, limits: limits)
}

func items(_ file: ArchiveFile, share: Range<Int>? = nil, limits: ArchiveReader.Limits = .init()) -> [Found] {
  var reader =
    if let share { ArchiveReader(file, share: share, limits: limits) } else { ArchiveReader(file, limits: limits) }
  var found: [Found] = []
  while let item = reader.next() {
    switch item {
    case .damage(let damage):
      found.append(Found(what: damage.kind.rawValue, id: "", block: [], defects: [], location: damage.location))
    case .record(let record):
      let block = record.block.withUnsafeBytes { Array($0) }
      let id = record.id.map { String($0.suffix(3)) } ?? record.targetURI ?? ""
      found.append(Found(what: record.type.rawValue, id: id, block: block, defects: record.defects, location: record.location))
    }
  }
  return found
}

extension [Found] {
  /// `type:id` of each item.
  var summary: [String] { map { $0.id.isEmpty ? $0.what : "\($0.what):\($0.id)" } }
  var accounted: Int { reduce(0) { $0 + $1.location.length } }
}
