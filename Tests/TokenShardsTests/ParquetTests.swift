import Documents
import Foundation
import TestSupport
import Testing
import TokenShards

@Suite("Parquet files of token ids")
struct ParquetTests {
  private static let forms = [
    "defaults", "uint16-zstd-v2", "uint32-none", "int64-delta-gzip", "groups-and-pages", "old-names-v1",
  ]

  private func path(_ form: String) -> String { repositoryFile("fixtures/parquet/\(form).parquet").path }

  private func documents(_ path: String, endOfDocument: UInt32 = 0) throws -> (found: [EncodedDocument], nulls: Int) {
    var found: [EncodedDocument] = []
    let nulls = try TokenImportFormat.parquet.forEachDocument(path, endOfDocument: endOfDocument) { found.append($0) }
    return (found, nulls)
  }

  /// The rows of `fixtures/parquet/make.py` but the null one.
  private static let rows: [(id: String?, tokens: [UInt32])] = [
    ("a", [5, 6, 700]), ("b", []), ("", [1]), (nil, Array(repeating: 40000, count: 300)), ("f é", Array(1..<200)),
    ("a", [2, 2, 2, 2, 9]), ("h", [65535]),
  ]

  @Test("what pyarrow writes is read, whatever the form; a null row is counted", arguments: forms)
  func readsForm(form: String) throws {
    let (found, nulls) = try documents(path(form))
    #expect(nulls == 1)
    #expect(found.map(\.tokens) == Self.rows.map(\.tokens))
    #expect(found.enumerated().map { $1.id } == Self.rows.enumerated().map { $1.id ?? "\(path(form))#\($0)" })
  }

  @Test("an end-of-document token at a row's end is not doubled")
  func endsOnce() throws {
    #expect(try documents(path("defaults"), endOfDocument: 9).found[5].tokens == [2, 2, 2, 2])
  }

  /// Bytes of a form with changes, read.
  private func changed(_ form: String, _ change: (inout [UInt8]) -> Void) throws -> (found: [EncodedDocument], nulls: Int) {
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(form))))
    change(&bytes)
    return try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("changed.parquet").path
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return try documents(path)
    }
  }

  private func replace(_ old: String, _ new: String, in bytes: inout [UInt8]) {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    for start in bytes.indices.dropLast(old.count) where bytes[start..<start + old.count].elementsEqual(old) {
      bytes.replaceSubrange(start..<start + old.count, with: new)
    }
  }

  @Test("a file without a list of integers under a known name says which columns it has")
  func namesColumns() {
    #expect {
      try changed("defaults") { replace("input_ids", "input_idz", in: &$0) }
    } throws: { error in
      (error as? Diagnostic)?.code == "unsupported" && "\(error)".contains("text, id, input_idz, attention_mask")
    }
  }

  @Test("a negative number among the ids is refused with its row")
  func refusesNegativeNumbers() {
    // The last value of the last page, 65535, stands in four bytes of the plain pages.
    #expect {
      try changed("groups-and-pages") { bytes in
        for start in bytes.indices.dropLast(4) where bytes[start..<start + 4].elementsEqual([0xFF, 0xFF, 0, 0]) {
          bytes.replaceSubrange(start..<start + 4, with: [0x9C, 0xFF, 0xFF, 0xFF])
        }
      }
    } throws: { error in
      (error as? Diagnostic)?.code == "unknown-token" && "\(error)".contains("row 7") && "\(error)".contains("'-100'")
    }
  }

  @Test("files that are encrypted, cut or no Parquet are refused", arguments: ["PARE", "PAR2"])
  func refusesOthers(magic: String) {
    #expect(throws: Diagnostic.self) { try changed("defaults") { $0.replaceSubrange(($0.count - 4)..., with: Array(magic.utf8)) } }
    #expect(throws: Diagnostic.self) { try changed("defaults") { $0.removeLast(20) } }
    #expect(throws: Diagnostic.self) { try changed("defaults") { $0 = Array("PAR1PAR1".utf8) } }
  }

  @Test("a changed byte never crashes the reader, and damage to the structure is seen", arguments: forms)
  func hostile(form: String) throws {
    let intact = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(form))))
    var refused = 0
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("changed.parquet").path
      // A third of the footer, whose length stands before the last four bytes, and some of the rest.
      let footer = (0..<4).reduce(0) { $0 | Int(intact[intact.count - 8 + $1]) << (8 * $1) }
      for position in intact.indices where position % 11 == 0 || (position > intact.count - footer - 8 && position % 3 == 0) {
        var bytes = intact
        bytes[position] = [0xFF, 0x80, 0, 0x7F][position % 4]
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do { _ = try documents(path) } catch { refused += 1 }
      }
    }
    #expect(refused > 20)
  }
}
