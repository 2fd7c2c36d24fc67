import Dispatch
import Documents
import Foundation
import Storage
import Synchronization
import Tokenization

/// What training and encoding do per second on one text file: `tokenizers train|encode FILE [TOKENIZER] [--threads N] [--bytes N]`.
///
/// `train` counts and learns 32,768 tokens. `encode` shows the first pass over the text with new caches (cold), then the second (warm), on
/// one thread and on N, in documents of about 4 KiB.
@main
struct Tokenizers {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let threads = option("--threads", &arguments) ?? 2
    let bytes = option("--bytes", &arguments) ?? Int.max
    guard arguments.count >= 2 else {
      print("usage: tokenizers train|encode FILE [TOKENIZER] [--threads N] [--bytes N]")
      exit(2)
    }
    let file = try MappedFile(path: arguments[1])
    defer { withExtendedLifetime(file) {} }
    let text = UnsafeRawBufferPointer(rebasing: file.bytes.prefix(bytes))
    if arguments[0] == "train" {
      _ = try train(text, threads: threads)
    } else {
      let tokenizer =
        arguments.count > 2 ? try Tokenizer(path: arguments[2]) : try Tokenizer(try train(text, threads: threads))
      for count in Set([1, threads]).sorted() { try encode(text, tokenizer, threads: count) }
    }
  }

  private static func option(_ name: String, _ arguments: inout [String]) -> Int? {
    guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count, let value = Int(arguments[index + 1]) else {
      return nil
    }
    arguments.removeSubrange(index...index + 1)
    return value
  }

  private static func train(_ text: UnsafeRawBufferPointer, threads: Int) throws -> BytePairModel {
    let counter = try WordCounter(pattern: .cl100k, workers: threads)
    nonisolated(unsafe) let parts = parts(of: text, size: 1 << 16)
    let counting = seconds {
      DispatchQueue.concurrentPerform(iterations: threads) { worker in
        for part in parts[parts.count * worker / threads..<parts.count * (worker + 1) / threads] {
          counter.add(Array(part), worker: worker)
        }
      }
    }
    var model: BytePairModel?
    var words = 0
    let learning = try seconds {
      let counts = try counter.total()
      words = counts.wordCount
      model = try BPETrainer(.init(vocabularySize: 32_768)).train(on: counts)
    }
    report("count", text.count, counting, "\(threads) threads")
    report("train", text.count, counting + learning, "\(threads) threads, \(words) distinct words, \(peakMemory) MB peak")
    guard let model else { exit(1) }
    return model
  }

  private static func encode(_ text: UnsafeRawBufferPointer, _ tokenizer: Tokenizer, threads: Int) throws {
    nonisolated(unsafe) let parts = parts(of: text, size: 4096)
    nonisolated(unsafe) let encoders = (0..<threads).map { _ in TokenEncoder(tokenizer) }
    let totals = Mutex((tokens: 0, processorTime: 0.0))
    for pass in ["cold", "warm"] {
      totals.withLock { $0 = (0, 0) }
      let next = Atomic(0)
      let time = seconds {
        DispatchQueue.concurrentPerform(iterations: threads) { worker in
          let start = threadTime
          var tokens = 0
          var output: [UInt32] = []
          // Shares of 256 KiB, so that no thread ends long before the others.
          while true {
            let first = next.wrappingAdd(64, ordering: .relaxed).oldValue
            guard first < parts.count else { break }
            for part in parts[first..<min(parts.count, first + 64)] {
              output.removeAll(keepingCapacity: true)
              encoders[worker].encode(part, into: &output)
              tokens += output.count
            }
          }
          totals.withLock { $0 = ($0.tokens + tokens, $0.processorTime + threadTime - start) }
        }
      }
      let (tokens, processorTime) = totals.withLock { $0 }
      let rate = String(format: "%.1f", Double(text.count) / processorTime / 1e6)
      report(
        "encode \(pass)", text.count, time,
        "\(threads) thread\(threads == 1 ? "" : "s"), \(tokens) tokens, \(rate) MB for each second of processor time")
    }
    print("ids of 500 documents: \(digest(of: parts.prefix(500), TokenEncoder(tokenizer)))")
  }

  /// A number that two encoders have in common when their ids are the same.
  private static func digest(of parts: ArraySlice<UnsafeRawBufferPointer>, _ encoder: TokenEncoder) -> UInt64 {
    var ids: [UInt32] = []
    for part in parts { encoder.encode(part, into: &ids) }
    return ids.reduce(0) { $0 &* 31 &+ UInt64($1) }
  }

  /// Processor time of this thread in seconds.
  private static var threadTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Parts of about `size` bytes that end at a line end.
  private static func parts(of text: UnsafeRawBufferPointer, size: Int) -> [UnsafeRawBufferPointer] {
    var result: [UnsafeRawBufferPointer] = []
    var start = 0
    while start < text.count {
      var end = min(text.count, start + size)
      while end < text.count, text[end - 1] != 0x0A { end += 1 }
      result.append(UnsafeRawBufferPointer(rebasing: text[start..<end]))
      start = end
    }
    return result
  }

  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  private static func report(_ what: String, _ bytes: Int, _ seconds: Double, _ detail: String) {
    print(
      "\(what): \(String(format: "%.1f", Double(bytes) / seconds / 1e6)) MB/s, \(String(format: "%.2f", seconds)) s, \(detail)")
  }

  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
  }
}
