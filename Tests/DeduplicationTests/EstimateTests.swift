import Deduplication
import Documents
import Foundation
import Storage
import TestSupport
import Testing

@Suite struct EstimateFacts {
  /// Long documents first, short ones behind, so that the first of a file say little about it.
  private func write(_ folder: URL, copies: Int) throws -> (files: [String], documents: Int) {
    var words = WordSource(seed: 3, vocabulary: 20_000)
    let long = (0..<60).map { _ in words.words(2000).joined(separator: " ") }
    let short = (0..<1500).map { _ in words.words(60).joined(separator: " ") }
    var files: [String] = []
    for file in 0..<copies {
      var lines: [UInt8] = []
      for (index, text) in (long + short).enumerated() {
        DocumentLines.write(document("f\(file)-\(index)", text, url: "https://example.org/\(index)"), to: &lines)
      }
      files.append(folder.appendingPathComponent("in-\(file).jsonl").path)
      try AtomicFile.write(lines, to: files[file])
    }
    return (files, copies * (long.count + short.count))
  }

  @Test("documents, text and disk are reckoned from places all over the files") func reckonsFromAllPlaces() throws {
    try withTemporaryFolder { folder in
      let (files, count) = try write(folder, copies: 4)
      let work = FileDeduplication(inputs: files, output: folder.appendingPathComponent("out").path, jobs: 2, memory: 200 << 20)
      let method = try MinHashDeduplication()
      let estimate = try work.estimate(method, sampleBytes: 1 << 20)
      let report = try work.run(method)
      #expect(report.summary.documents == count)
      #expect(isNear(estimate.documents, count) && isNear(estimate.textBytes, report.summary.totalBytes))
      #expect(isNear(estimate.diskBytes, report.diskBytes))
      #expect(estimate.seconds > 0 && estimate.memoryBytes > 0)
    }
  }

  @Test("a sample that is the whole has its share of repeats, one of a part more than it met") func repeatsBeyondTheSample() throws {
    try withTemporaryFolder { folder in
      let (files, _) = try write(folder, copies: 4)
      let work = FileDeduplication(inputs: files, output: folder.appendingPathComponent("out").path, jobs: 2, memory: 200 << 20)
      let whole = try work.estimate(SubstringDeduplication(), sampleBytes: 1 << 30).repeatedShare
      #expect(abs(whole.sample - 0.75) < 0.02 && abs(whole.whole - whole.sample) < 0.02)
      let part = try work.estimate(SubstringDeduplication(), sampleBytes: 1 << 20).repeatedShare
      #expect(part.whole > part.sample && abs(part.whole - 0.75) < 0.2)
    }
  }

  @Test("an estimate leaves nothing behind, and none is made of nothing") func leavesNothing() throws {
    try withTemporaryFolder { folder in
      let input = folder.appendingPathComponent("empty.jsonl").path
      try AtomicFile.write([], to: input)
      let output = folder.appendingPathComponent("out").path
      let estimate = try FileDeduplication(inputs: [input], output: output, jobs: 2).estimate(ExactDeduplication())
      #expect(estimate.documents == 0)
      let left = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
      #expect(left.isEmpty)
    }
  }

  private func isNear(_ a: Int, _ b: Int) -> Bool { Double(abs(a - b)) < 0.3 * Double(b) }
}
