import Documents
import Foundation
import Storage
import TestSupport
import Testing

@Suite("The fixture crawl")
struct FixtureCrawlTests {
  @Test("its files have the checksums of SHA256SUMS and stay within six megabytes")
  func matchesItsChecksums() throws {
    let folder = repositoryFile("fixtures/crawl")
    let lines = try String(contentsOf: folder.appendingPathComponent("SHA256SUMS"), encoding: .utf8).split(separator: "\n")
    let present = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".warc.gz") }
    #expect(lines.count == present.count)
    var total = 0
    for line in lines {
      let (digest, name) = (String(line.prefix(64)), String(line.dropFirst(66)))
      let bytes = try MappedFile.contents(of: folder.appendingPathComponent(name).path)
      total += bytes.count
      #expect(bytes.withUnsafeBytes { SHA256.hash($0) }.hexadecimal == digest, "\(name)")
    }
    #expect(total > 0 && total <= 6_000_000)
  }
}
