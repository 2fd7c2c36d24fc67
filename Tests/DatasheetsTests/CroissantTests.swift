import Datasheets
import Documents
import Testing

@Suite("Croissant metadata")
struct CroissantTests {
  @Test("it has what Croissant 1.0 requires of a data set")
  func hasRequiredProperties() throws {
    let root = try #require(Example.datasheet.croissant.object)
    for key in ["@context", "@type", "dct:conformsTo", "name", "description", "license", "url", "creator", "datePublished"] {
      #expect(root[key] != nil, "\(key)")
    }
    #expect(root["dct:conformsTo"]?.string == "http://mlcommons.org/croissant/1.0")
    #expect(root["name"]?.string == "A-small-corpus-of-free-documentation")
  }

  @Test("a file object has an address, a type and a SHA-256; files without one are left out")
  func listsFilesWithChecksums() throws {
    let files = try #require(Example.datasheet.croissant.object?["distribution"]?.array).compactMap(\.object)
      .filter { $0["@type"]?.string == "cr:FileObject" }
    #expect(files.map { $0["@id"]?.string } == ["shards/train-00000.zst", "stages/final/part-00000.jsonl.zst"])
    for file in files {
      #expect(file["sha256"]?.string?.utf8.count == 64)
      #expect(file["contentUrl"] != nil)
      #expect(file["encodingFormat"]?.string == "application/zstd")
    }
  }

  @Test("every source of a field is something that the distribution lists")
  func fieldsPointAtFiles() throws {
    let root = try #require(Example.datasheet.croissant.object)
    let ids = try #require(root["distribution"]?.array).compactMap { $0.object?["@id"]?.string }
    let fields = try #require(root["recordSet"]?.array?.first?.object?["field"]?.array)
    #expect(fields.count == 3)
    for field in fields {
      let source = try #require(field.object?["source"]?.object?["fileSet"]?.object?["@id"]?.string)
      #expect(ids.contains(source))
    }
  }

  @Test("what nobody stated is left out, not made up")
  func inventsNothing() throws {
    let sheet = Datasheet(title: "«»", pipeline: PipelineIdentity(name: "p", configurationHash: "0", version: "1"))
    let root = try #require(sheet.croissant.object)
    for key in ["license", "url", "creator", "datePublished", "distribution", "recordSet"] {
      #expect(root[key] == nil, "\(key)")
    }
    #expect(root["name"]?.string == "corpus")
  }
}
