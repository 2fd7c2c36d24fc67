// How fast pages become Markdown on one core:
//
//   swift run -c release extraction-speed crawl FILE.warc.gz...   from archive bytes to Markdown
//   swift run -c release extraction-speed pages FOLDER...         pages of `ground_truth.jsonl` folders, held in memory
//   swift run -c release extraction-speed hostile [WORD]          generated pages of the kinds that stop other extractors
//
// `crawl` and `pages` print one line of JSON, for the script that runs peers in turns with them.

import Documents
import Foundation
import Glibc
import MainContent
import Storage
import WebArchives

@main enum ExtractionSpeed {
  static func main() throws {
    var arguments = CommandLine.arguments.dropFirst()
    switch arguments.popFirst() {
    case "crawl": try crawl(Array(arguments))
    case "pages": try pages(Array(arguments))
    case "hostile": HostilePages.measure(named: arguments.first)
    default:
      print("usage: extraction-speed crawl FILE... | pages FOLDER... | hostile")
      exit(2)
    }
  }

  /// Archive bytes to Markdown: inflating, HTTP decoding, charset and extraction are all timed.
  private static func crawl(_ paths: [String]) throws {
    let extractor = MainContentExtractor()
    var work = Work()
    let clock = Stopwatch()
    for path in paths {
      var reader = PageReader(try ArchiveFile(path: path))
      while let outcome = reader.next() {
        guard case .page(let page) = outcome else { continue }
        work.add(page: page.html.count, text: extractor.extract(html: page.html, url: page.url).text.count)
      }
    }
    work.report(clock)
  }

  /// Bytes held in memory to Markdown, charset decoding included.
  private static func pages(_ folders: [String]) throws {
    let extractor = MainContentExtractor()
    let decoder = TextDecoder()
    let pages = try folders.flatMap { try PageFolder($0).pages() }
    for page in pages.prefix(5) { _ = extractor.extract(html: page.bytes) }
    var work = Work()
    let clock = Stopwatch()
    for page in pages {
      let html = page.bytes.withUnsafeBytes { decoder.decode($0).utf8 }
      work.add(page: page.bytes.count, text: extractor.extract(html: html).text.count)
    }
    work.report(clock)
  }
}

/// What was done, so that equal speed means equal work.
private struct Work {
  var pages = 0
  var bytes = 0
  var textBytes = 0
  var pagesWithText = 0

  mutating func add(page: Int, text: Int) {
    pages += 1
    bytes += page
    textBytes += text
    if text > 0 { pagesWithText += 1 }
  }

  func report(_ clock: Stopwatch) {
    let time = clock.read()
    print(
      "{\"pages\": \(pages), \"bytes\": \(bytes), \"text_bytes\": \(textBytes), \"pages_with_text\": \(pagesWithText), "
        + "\"seconds\": \(time.wall), \"cpu_seconds\": \(time.cpu)}")
  }
}

/// Wall-clock and this process's CPU time, in seconds since it was made.
struct Stopwatch {
  private let wall = Self.seconds(CLOCK_MONOTONIC)
  private let cpu = Self.seconds(CLOCK_PROCESS_CPUTIME_ID)

  func read() -> (wall: Double, cpu: Double) {
    (Self.seconds(CLOCK_MONOTONIC) - wall, Self.seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu)
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
