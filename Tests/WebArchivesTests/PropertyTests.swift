import Foundation
import Storage
import Testing
import WebArchives

/// What the fuzzers check, on their seeds and on what they once found.
@Suite struct PropertyTests {
  @Test("archives are accounted for byte by byte", arguments: RecordProperties.seeds.indices)
  func holdsForRecords(seed: Int) {
    #expect(RecordProperties.seeds[seed].withUnsafeBytes(RecordProperties.violation) == nil)
  }

  /// What the fuzzer found, with what was wrong.
  static let recordFindings: [(what: String, input: String)] = [
    (
      "a share looked for its borders under other limits than its records",
      "DGRXQVJDLzEuMA0KV0FSQy1UeXBlOiByZXNwb25zZQ0KQ29udGVudC1MZW5ndGg6IDc4DQoNXUhUVFAvMS4xIDIwMCBPSw0KDQo8cD5vbmU8L3A+Cg0KDQr+V0FSQy8xLjEKd2FyYy10eXBlOm1ldGFkYXRhClgtRm9sZGVkOiBhCiBiCkNvbnRlbnQtTGVuZ3RoOiAzCgphOiBiCgo="
    ),
    (
      "an empty share took the blank line behind its end",
      "+wAAAHRwOi8vYS5leGFtcGxlLyAxOTIuMC4yLjEgMjAwODA0MzAyMDQ4MjUgdGV4dC9odG1sIDNdCmFiYwr+aHR0NDgyNiB0ZXh0L2h0bWwgMwphYmMK"
    ),
    (
      "a record without a length whose header ends in the second frame",
      "HGRXQVJDLzEuMA0KV0FSQy1UeXBlOiByZXNwb25zZQ0KQ29udGVudC1MZW5ndGg6IDMwDQoNCkhUVFAvMS4xIDIwMCBPSw0KDQo8cD5vbmU8L3A+Cg0KDQr+V0FSQy8xLjEKd2FyYy10/i+1KG1ldGFkYXRhClgtRm9sZGVkOiBhCiBiCkNvbnRlbnQtTGVuZ3RoOCA0CgphOiBiCgo="
    ),
    (
      "a member that starts with a blank line, then a record: a border for shares, but the record before it went on there",
      "C2RodHRwOi8vYXdpa2VpbGUvIDE5MS4wLjIuMSAyMDQwMDgzMDIwNDgyMSB0ZXh0L2h0bWwgNgpodGNh/gpidGA6Ly9hLmV4YfwAAAAvIDHHxs/N0c3R0iAyMDQ4MDQzMjUgIDMKYWJjCg=="
    ),
    (
      "the name of the format divided between two members, of which the window held both or one",
      "CmRXQVJDLzEuMA0KV0FSQy1UeXBlOiByQy8x/v7+/v/+/v7+/v7+/ldSQy83AQAN/v4u7v7+/v5XQVJDLzH+/gpXQVJD/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/gAAAAAAAAAz/v7u/v7+/i7u/v7+/i4KQ29udGVudC1MZW5ndGg6NQoKYTr+Ov4ACQAAAAAAAAAgYgoK"
    ),
    (
      "two stretches without a record in one member, the second reported behind it",
      "CmRXQUsNCldBUkMvMi4xCndhcmMtdHlwZTptZS10eXBlOm1ldGEcHBwcHBxYLUZvcD4NCldBUkMvMi4xCndhcmMtdHlwZTptZS0xCndhcmMtdHlwZTptZS10eXBlOm1ldGEcHBwcHBxYLUZvcD4NCldBUkMvMi4xCndhcmMtdHlwZTptZS10eXBldHlwZTptZXRhHBwcHBwcWC1Gb3A+Cg0KDQr+V0FSdAoNCg0K/ldBUnRqaXBzZW50K0xlbg=="
    ),
    (
      "an ARC record in a plain WARC file, after which lines like its first were taken for records, but not in the second share",
      "F2RXQVJDLzEuMA0KV0FSQy1UeXBlOiByZXNwb25zZQ0KQ29udGVudC1MZW5ndGg6IDMwDQoNCndhcmMtdC4xVFAvMS4xIDIwMCBPapePjLTy9fItOmRodHRwOnovYS5leGFtcGxlMSAvOSAWZGh0dHA6Ly8qeGUuYQ1tcGxkLyAxOTIuMi4yLjEgMjAwODAwNDgyNSB0ZXh0L2h0bWwgMwphP/9jCjIwMDgw/mh0dHA6L3AvYS40MDQ4MjUgdGV4dC9odG1sIDYKYWFtcGxlcHhhV0FSQy1UcGU6IHJlc3BvbnNlCkNvCgoKCgoK/QoKCgoKV0FSQy8wDQpXQVJDLVR5cGUtCldBUkMtVHkKCgoKCgoK/QoKCgoKV0FSQy8wLjANCldBUkMtVHlwZTogcmVzcG8JCWV4YW1wbGUvIC8gMTkyMDA4MDQzMDIwNDgyNSB0ZXh0L2h0bWwgMwphP/9jCm4Jc2UNCg=="
    ),
    (
      "blank members before the border of two shares, and a record behind it that begins with line breaks",
      "CmSOV1gvMGT+/v5wOi+vKnhlLmFhbXBsZC8gMTkyLjIuHS4yKzIuXv////////8VIDIwMDgwNDgyNTUgdGV4dC9odG1sIDMKYQAAAAAAAAAAAAAAAAAAAAAAAAAAHA0K/ldBUkMvMC4xCncrcmMteXRwb2E6IDQKDQ0NDQr+DQ0NDQr+VwD+DQ0NDQ0NDQ3+DQ0NDQ0NDQ0NDQ0N/g0NDQ0NDQ3+DQ0NDQ0NDQ0KYTogL0xldDovL2EqeGUuYWFt+2xkLyAy/xUgMjAwODA0ODI1NSB0ZXh0L2h0bXpsIDMKYQAAAAAAAAAAAAAAAAAAAAAAAAAAHA0K/kMvMC4xdHA6IC9M"
    ),
    (
      "a block that was too long took the member of the next record, which was in the window already",
      "CmSOVy9k/v7+cDA6Lyr///8AYWFtcGxBUkNkLyAxOTEuMiAyMDA4MDQ4MjU1IHR4dC9odG1sIDMKYQAAAAAcDQr+V0FSQy8wLjEKdytyYy15dHBlOlgAAAAAHAAAAAAA//8AIHQyLjEgMjAwODA4NjA0MDk2NTAgdGV4dC9oIXRtbCA4MwphYnR4dC9odG1sIDMKYQAAAAAcDQr+V0FSQy8wLjEKdytyYy15dHBlOlgAAGP9jwHUeC8wODAUMzAyMDQ4MjUgeHQgND7B/gplLyAwOTYubGUvIC4wLjIuMSAyAAAA7f///wAgdGV4dC9odG3xLy90Kg=="
    ),
    (
      "an oversized block that was passed over took the member of the next record, which was in the window already",
      "CmRXQVJDLzIuDQpDb250ZW50LUxlbmd0ZI5XL2T+/itwMDo7Kv9hYW1wbEFSQ2QvIDE5Mi4yIDIwMDgwNDgyNTUgdHh0L2h0bWwgMwphAAAAABwNCv5XQVJDLzAuMQp3K3JjLXl0cGU6IHQyLjEgMjAwODA4NjA0MTkzMDAgdGV4dC8hdG1sIDg0CmFiY/2PAdR4LzA4MBQzMDIwNDgyaHR0cDo0XS8gMDk2LmxlLyAuMC4yLjEgMgAAAO3///8AIChleHQvaHRt8S8vdCoKZI5XL2T+/itwMDo7Kv9hYW1wbEFSQ2QvIDE5Mi4yIDIwMDgwNDgyNTUgdHh0L2h0bWwgMwphAAAAABwNCv5XQVJDLzAuMQp3K3JjLXl0cGU6IHQyLjEgMjAwODA4NjA0MWg6IDIwDQoNCgo8VDkzMDAgdGV4dC8hdG1sIDg0CmFiY/2PAdR4LzA4MBQzMDIwNDgyaHR0cDo0eXBlOgAAVY9vTE9SCldBUkMvNS5dLw=="
    ),
  ]

  @Test("past findings stay repaired", arguments: recordFindings)
  func staysRepaired(what: String, input: String) throws {
    let input = try #require(Data(base64Encoded: input))
    #expect(Array(input).withUnsafeBytes(RecordProperties.violation) == nil)
  }

  /// Small archives in every form, two records each.
  static let archives: [(name: String, bytes: [UInt8])] = {
    let records = [
      ArchiveBuilder.response(id: 1, body: "<p>one</p>"),
      ArchiveBuilder.warc("metadata", id: 2, fields: ["X-Folded: a", " b"], block: "a: b\r\n"),
    ]
    let arc = ["http://a.example/", "http://b.example/"].map { ArchiveBuilder.arc($0, "abc") }
    let nested = ArchiveBuilder.response(id: 3, body: ArchiveBuilder.gzip(records))
    return [
      ("plain", records.flatMap { $0 }), ("gzip", ArchiveBuilder.gzip(records)),
      ("one member", Gzip.compress(records.flatMap { $0 })),
      ("zstd", records.flatMap { Zstandard.compress($0) }), ("ARC", arc.flatMap { $0 }), ("ARC gzip", ArchiveBuilder.gzip(arc)),
      ("nested", (records + [nested]).flatMap { Gzip.compress($0, level: 0) }),
      (
        "zstd with a dictionary",
        Zstandard.skippableFrame(0xD, holding: ZstandardArchiveTests.dictionary) + ZstandardArchiveTests.frames
      ),
    ]
  }()

  @Test(
    "input bytes are accounted bytes, wherever an archive is cut off and whichever byte is damaged",
    arguments: archives.map(\.name))
  func accountsForDamage(name: String) throws {
    let bytes = try #require(Self.archives.first { $0.name == name }).bytes
    func check(_ damaged: [UInt8], _ border: Int, _ what: String) {
      let violation =
        RecordProperties.violation(ArchiveFile(damaged, name: name), .init(), border: border)
        ?? RecordProperties.pipeViolation(damaged)
      #expect(violation == nil, "\(what)")
    }
    for i in bytes.indices {
      check(Array(bytes[..<i]), i / 2, "cut off at \(i)")
      var flipped = bytes
      flipped[i] ^= 0x35
      check(flipped, i, "byte \(i) changed")
      check(Array(bytes[..<i]) + [0, 0x1F] + bytes[i...], i, "two bytes more at \(i)")
      check(Array(bytes[..<i] + bytes[min(i + 5, bytes.count)...]), i, "five bytes fewer at \(i)")
    }
  }

  @Test("HTTP bodies come back, within their limits")
  func holdsForMessages() {
    let properties = HTTPProperties()
    for seed in HTTPProperties.seeds { #expect(seed.withUnsafeBytes(properties.violation) == nil, "\(seed)") }
  }

  @Test("web text becomes UTF-8 without control characters")
  func holdsForText() {
    let properties = CharsetProperties()
    for seed in CharsetProperties.seeds { #expect(seed.withUnsafeBytes(properties.violation) == nil, "\(seed)") }
  }
}
