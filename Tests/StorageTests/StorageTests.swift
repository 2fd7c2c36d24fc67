import Documents
import Foundation
import Storage
import TestSupport
import Testing

@Suite struct JSONFacts {
  @Test("a value survives writing and reading", arguments: [
    JSONValue.null, true, 0, -1, 9_007_199_254_740_993, 0.1, -1.5e-300, "", "a\"\\\n\t\u{1}é😀", [], [1, [2, nil]],
    ["b": 1, "a": ["x": "y"]],
  ])
  func roundTrip(value: JSONValue) throws {
    #expect(try JSONScanner.parse(value.serialized) == value)
    #expect(try JSONScanner.parse(value.prettyPrinted) == value)
  }

  @Test("what is not JSON is refused with its place", arguments: [
    "", "{", "[1,]", "{\"a\" 1}", "01", "1.", "nul", "\"abc", "\"\\x\"", "\"\u{1}\"", "1 2", "-", "1e", "{\"a\":1,}", "[1}",
  ])
  func refused(text: String) {
    #expect { try JSONScanner.parse(Array(text.utf8)) } throws: { error in
      (error as? Diagnostic)?.code == "invalid-json" && "\(error)".contains("byte")
    }
  }

  @Test("special bytes are found at every place among plain ones")
  func specialBytesAtEveryPlace() throws {
    var random = SeededRandom(seed: 3)
    let specials: [UInt8] = [0x22, 0x5C, 0x0A, 0x00, 0x1F, 0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F]
    for length in 0..<40 {
      for place in 0..<max(1, length) {
        var text = (0..<length).map { _ in UInt8(0x20 + random.next(below: 0x5F)) }
        if length > 0 { text[place] = specials[Int(random.next(below: UInt64(specials.count)))] }
        let written = JSONValue.string(String(decoding: text, as: UTF8.self)).serialized
        let plain = text.flatMap { byte -> [UInt8] in
          switch byte {
          case 0x22, 0x5C: [0x5C, byte]
          case 0x0A: Array("\\n".utf8)
          case ..<0x20: Array(("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8)
          default: [byte]
          }
        }
        #expect(written == [0x22] + plain + [0x22])
        #expect(try JSONScanner.parse(written).string.map { Array($0.utf8) } == text)
      }
    }
  }

  @Test func nestingIsBounded() {
    #expect(throws: Diagnostic.self) { try JSONScanner.parse([UInt8](repeating: UInt8(ascii: "["), count: 100_000)) }
  }

  @Test func unpairedSurrogatesBecomeReplacementCharacters() throws {
    #expect(try JSONScanner.parse(Array(#""\ud83d\ude00 \ud83d \ude00x""#.utf8)) == "😀 \u{FFFD} \u{FFFD}x")
  }
}

@Suite struct ZstandardFacts {
  @Test func contentSurvivesAndDamageIsSeen() throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
    let frame = Zstandard.compress(bytes)
    #expect(try Zstandard.decompress(frame) == bytes)
    #expect(try Zstandard.decompress(frame + frame) == bytes + bytes)
    #expect(throws: Diagnostic.self) { try Zstandard.decompress(Array(frame.dropLast())) }
    var damaged = frame
    damaged[damaged.count / 2] ^= 1
    #expect(throws: Diagnostic.self) { try Zstandard.decompress(damaged) }
    #expect(throws: Diagnostic.self) { try Zstandard.decompress(frame, maximumSize: 1000) }
  }

  @Test func streamedFrameDoesNotDependOnTheCut() throws {
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13 & 15) }
    var frames: [[UInt8]] = []
    for step in [1000, 131_072, 700_000] {
      var writer = ZstandardWriter()
      var frame: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: step) {
        writer.write(Array(bytes[start..<min(start + step, bytes.count)]), to: &frame)
      }
      writer.finish(to: &frame)
      frames.append(frame)
    }
    #expect(frames[0] == frames[1] && frames[1] == frames[2])
    #expect(try Zstandard.decompress(frames[0]) == bytes)
  }
}

@Suite struct LineFacts {
  @Test("lines are the same whatever the compression", arguments: ["plain", "zst", "gz"])
  func lines(codec: String) throws {
    let expected = (0..<50_000).map { "line \($0) " + String(repeating: "é", count: $0 % 40) } + ["", "last without newline"]
    let text = Array(expected.joined(separator: "\n").utf8)
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("lines").path
      switch codec {
      case "zst": try AtomicFile.write(Zstandard.compress(text), to: path)
      case "gz":
        try AtomicFile.write(text, to: path + ".plain")
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/bin/sh")
        gzip.arguments = ["-c", "gzip -c '\(path).plain' > '\(path)' && printf '\\ntail' | gzip -c >> '\(path)'"]
        try gzip.run()
        gzip.waitUntilExit()
      default: try AtomicFile.write(text, to: path)
      }
      var reader = try LineReader(path: path)
      var lines: [String] = []
      while let line = try reader.next({ String(decoding: $0, as: UTF8.self) }) { lines.append(line) }
      #expect(lines == (codec == "gz" ? expected + ["tail"] : expected))
    }
  }

  @Test("from any offset of a plain file, the first line is the one that starts there or behind") func startsAtAnyOffset() throws {
    let text = "ab\n\ncdé\nf"
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("lines").path
      try AtomicFile.write(Array(text.utf8), to: path)
      for offset in 0...(text.utf8.count + 2) {
        var reader = try LineReader(path: path)
        try reader.skip(to: UInt64(offset))
        let line = try reader.next { String(decoding: $0, as: UTF8.self) }
        let expected: (UInt64, String)? = [(0, "ab"), (3, ""), (4, "cdé"), (9, "f")].first { $0.0 >= offset }
        #expect(line == expected?.1)
        if let expected { #expect(reader.lineOffset == expected.0) }
      }
    }
  }

  @Test func truncatedStreamIsAnErrorWithItsFile() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("cut.zst").path
      try AtomicFile.write(Array(Zstandard.compress(Array(repeating: 65, count: 100_000)).dropLast(3)), to: path)
      var reader = try LineReader(path: path)
      #expect { while try reader.next({ $0.count }) != nil {} } throws: { ($0 as? Diagnostic)?.place?.file == path }
    }
  }
}

@Suite struct DocumentLineFacts {
  @Test func documentSurvives() throws {
    let document = Document(
      id: "a", url: "http://x.example/", text: Array("Zeile \"eins\"\n\t€😀".utf8), metadata: ["language": "de", "n": 1.5],
      origin: Origin(file: "f.warc.gz", offset: 77))
    var line: [UInt8] = []
    DocumentLines.write(document, to: &line)
    let item = try line.withUnsafeBytes { try DocumentLines.parse($0, origin: Origin(file: "part", offset: 0)) }
    guard case .document(let read) = item else { Issue.record("not a document"); return }
    #expect(read == document)
  }

  @Test func strangeKeysGoToMetadataAndMissingIdIsThePlace() throws {
    let item = try Array(#"{"text":"t","source":"s"}"#.utf8).withUnsafeBytes {
      try DocumentLines.parse($0, origin: Origin(file: "in.jsonl", offset: 9))
    }
    guard case .document(let read) = item else { Issue.record("not a document"); return }
    #expect(read.id == "in.jsonl#9" && read.metadata["source"] == "s")
  }
}

@Suite struct AtomicFileFacts {
  @Test func nothingAppearsWithoutCommit() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a").path
      do {
        var file = try AtomicFile(path: path)
        try file.write([1, 2, 3])
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      let written = try AtomicFile.write([1, 2, 3], to: path)
      let read = try fileChecksum(path)
      #expect(written == read)
    }
  }
}

@Suite struct SnappyFacts {
  private func decompress(_ block: [UInt8], size: Int) throws -> [UInt8] {
    try block.withUnsafeBytes { try Snappy.decompress($0, size: size) }
  }

  /// Blocks put together by hand, after the format's description: a literal, and copies of each form, one that overlaps itself.
  @Test("literals and copies of every form are read", arguments: [
    ([3, 2 << 2, 0x61, 0x62, 0x63], "abc"), ([0], ""),
    ([9, 1 << 2, 0x61, 0x62, 3 << 2 | 1, 2], "ababababa"),
    ([8, 3 << 2, 0x61, 0x62, 0x63, 0x64, 3 << 2 | 2, 4, 0], "abcdabcd"),
    ([5, 2 << 2, 0x61, 0x62, 0x63, 1 << 2 | 3, 3, 0, 0, 0], "abcab"),
    ([70, 60 << 2, 68] + Array(repeating: 0x7A, count: 69) + [0, 0x21], String(repeating: "z", count: 69) + "!"),
  ] as [([UInt8], String)])
  func reads(block: [UInt8], text: String) throws {
    #expect(try String(decoding: decompress(block, size: text.utf8.count), as: UTF8.self) == text)
    #expect(throws: Diagnostic.self) { try decompress(block, size: text.utf8.count + 1) }
    #expect(throws: Diagnostic.self) { try decompress(Array(block.dropLast()), size: text.utf8.count) }
  }

  @Test("a copy from before the start, or past the end, is refused")
  func refuses() {
    for block in [[4, 0, 0x61, 1 << 2 | 2, 2, 0], [3, 0, 0x61, 1 << 2 | 2, 0, 0], [2, 0, 0x61, 5 << 2 | 1, 1], [1, 8, 0x61]] as [[UInt8]] {
      #expect(throws: Diagnostic.self) { try decompress(block, size: Int(block[0])) }
    }
  }
}
