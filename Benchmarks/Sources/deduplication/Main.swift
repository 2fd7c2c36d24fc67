import Documents
import Foundation
import Storage

/// Speed, exactness and scale of deduplication. See Benchmarks/README.md.
@main
struct DeduplicationBenchmark {
  static func main() throws {
    var arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
    switch arguments.next() {
    case "signatures": try Signatures.run(&arguments)
    case "repeats": try Repeats.run(&arguments)
    case "all-pairs": try AllPairs.run(&arguments)
    case "scale": try Scale.run(&arguments)
    case "perturb": try Perturbation.run(&arguments)
    default:
      print(
        """
        deduplication signatures FILE [--documents N] [--minima 128]     text to signature, one thread
        deduplication repeats FILE [--bytes N] [--threads 1]             text to repeated stretches
        deduplication all-pairs FILE [--documents 20000] [--seeds 20]    against brute force
        deduplication scale --documents N --folder DIR [--memory 1GB]    synthetic signatures, sorted and clustered
        deduplication perturb FILE --bytes N --output FILE               a larger corpus from a smaller one
        """)
    }
  }
}

struct Arguments {
  private var rest: [String]

  init(_ arguments: [String]) { rest = arguments }

  mutating func next() -> String { rest.isEmpty ? "" : rest.removeFirst() }

  func text(_ name: String) -> String? {
    guard let index = rest.firstIndex(of: name), index + 1 < rest.count else { return nil }
    return rest[index + 1]
  }

  func integer(_ name: String, _ standard: Int) -> Int { text(name).flatMap { Int(Double($0) ?? .nan) } ?? standard }
}

/// The documents of a file of JSON lines.
func documents(_ path: String, limit: Int = .max) throws -> [Document] {
  var reader = try LineReader(path: path)
  var result: [Document] = []
  while result.count < limit {
    let offset = reader.lineOffset
    let item = try reader.next { line throws(Diagnostic) in
      try DocumentLines.parse(line, origin: Origin(file: path, offset: offset))
    }
    guard let item else { break }
    if case .document(let document) = item { result.append(document) }
  }
  return result
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .seconds(1)
}

/// Seconds of processor time of this process, and its peak of resident memory in bytes.
func usage() -> (processor: Double, peak: Int) {
  var usage = rusage()
  getrusage(RUSAGE_SELF.rawValue, &usage)
  let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
  let system = Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
  return (user + system, usage.ru_maxrss * 1024)
}

func fixed(_ value: Double, _ digits: Int = 1) -> String { String(format: "%.\(digits)f", value) }
