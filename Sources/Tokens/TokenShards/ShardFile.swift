import Documents
import Storage

/// One shard file, opened for reading: tokens by position, documents, and a check of every byte. Safe to share between threads.
public final class ShardFile: Sendable {
  /// A document of a shard and where its tokens stand, the end-of-document token included.
  public struct DocumentEntry: Sendable, Equatable {
    public var id: String
    public var language: String
    public var source: String
    public var tokens: Range<Int>
  }

  private let file: MappedFile
  private let table: SeekTable
  private let frameOffsets: [Int]
  let index: ShardIndex

  public var path: String { file.path }
  public var tokenCount: Int { Int(index.tokenCount) }
  public var documentCount: Int { index.documentEnds.count }
  public var width: TokenWidth { index.width }
  public var vocabularySize: Int { Int(index.vocabularySize) }
  public var endOfDocument: UInt32 { index.endOfDocument }
  /// Tokens in every frame but the last.
  public var frameTokens: Int { Int(index.frameTokens) }
  public var frameCount: Int { table.frames.count }

  /// Opens the file and checks its structure; token frames are checked when they are read.
  /// - Throws: `damaged-file` when seek table, index and frames do not agree.
  public init(path: String) throws(Diagnostic) {
    file = try MappedFile(path: path)
    let (table, tableOffset) = try SeekTable.read(file.bytes, path: path)
    var offsets = [0]
    for frame in table.frames { offsets.append(offsets[offsets.count - 1] + Int(frame.compressedSize)) }
    let indexStart = offsets[table.frames.count]
    index = try ShardIndex.read(UnsafeRawBufferPointer(rebasing: file.bytes[indexStart..<tableOffset]), path: path)
    self.table = table
    frameOffsets = offsets
    let frameSize = UInt64(index.frameTokens) * UInt64(index.width.rawValue)
    let size = index.tokenCount * UInt64(index.width.rawValue)
    let isRegular = table.frames.enumerated().allSatisfy { number, frame in
      UInt64(frame.decompressedSize) == min(frameSize, size - min(size, UInt64(number) * frameSize))
    }
    guard isRegular, UInt64(table.frames.count) == (size + frameSize - 1) / frameSize else {
      throw Diagnostic("damaged-file", "the seek table does not fit \(index.tokenCount) tokens", at: .init(file: path))
    }
  }

  /// The document with a number from 0 to `documentCount - 1`.
  public func document(_ number: Int) -> DocumentEntry {
    let start = number == 0 ? 0 : Int(index.documentEnds[number - 1])
    func label(_ labels: [String]) -> String { labels.isEmpty ? "" : labels[number] }
    return DocumentEntry(
      id: label(index.ids), language: label(index.languages), source: label(index.sources),
      tokens: start..<Int(index.documentEnds[number]))
  }

  /// Numbers of the documents that have tokens in `range`. Binary search.
  public func documents(in range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return 0..<0 }
    func firstEnding(after position: Int) -> Int {
      var (low, high) = (0, index.documentEnds.count)
      while low < high {
        let middle = (low + high) / 2
        if index.documentEnds[middle] > position { high = middle } else { low = middle + 1 }
      }
      return low
    }
    return firstEnding(after: range.lowerBound)..<min(documentCount, firstEnding(after: range.upperBound - 1) + 1)
  }

  /// The bytes of a frame: little-endian ids.
  /// - Throws: `damaged-file` naming the frame, its place in the file and the documents it holds.
  func frameContent(_ number: Int, _ decompressor: borrowing ZstandardFrameDecompressor) throws(Diagnostic) -> [UInt8] {
    let frame = table.frames[number]
    let start = frameOffsets[number]
    let compressed = UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + Int(frame.compressedSize)])
    var failure: Diagnostic?
    let content = [UInt8](unsafeUninitializedCapacity: Int(frame.decompressedSize)) { buffer, count in
      let output = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: Int(frame.decompressedSize))
      do throws(Diagnostic) {
        try decompressor.decompress(compressed, into: output)
        count = output.count
      } catch {
        failure = error
      }
    }
    if failure == nil, UInt32(truncatingIfNeeded: XXH64.hash(content)) != frame.checksum {
      failure = Diagnostic("damaged-file", "the checksum differs")
    }
    if let failure { throw damage(number, failure) }
    return content
  }

  private func damage(_ number: Int, _ cause: Diagnostic) -> Diagnostic {
    let first = number * frameTokens
    let concerned = documents(in: first..<min(tokenCount, first + frameTokens))
    let names = concerned.prefix(3).map { "'\(document($0).id)'" }.joined(separator: ", ")
    return Diagnostic(
      "damaged-file",
      "frame \(number) at byte \(frameOffsets[number]) is damaged (\(cause.message)); it concerns \(concerned.count) documents: \(names)"
        + (concerned.count > 3 ? ", …" : ""),
      at: .init(file: path), fix: "restore the file, or write the shards again; the other frames can still be read")
  }

  /// Decompresses and checks every frame.
  /// - Returns: one diagnostic for each damaged frame and each id outside the vocabulary's range; empty when all is well.
  public func verify() -> [Diagnostic] {
    let decompressor = ZstandardFrameDecompressor()
    var problems: [Diagnostic] = []
    var tokens: [UInt32] = []
    for number in 0..<frameCount {
      do throws(Diagnostic) {
        let content = try frameContent(number, decompressor)
        tokens.removeAll(keepingCapacity: true)
        content.withUnsafeBytes { width.read($0, into: &tokens) }
        if let place = tokens.firstIndex(where: { $0 >= index.vocabularySize }) {
          problems.append(
            Diagnostic(
              "unknown-token",
              "token \(number * frameTokens + place) is \(tokens[place]); the vocabulary has \(vocabularySize)",
              at: .init(file: path)))
        }
      } catch {
        problems.append(error)
      }
    }
    return problems
  }
}

/// Reads tokens of one shard by position, keeping a few decompressed frames. One per thread.
public final class ShardFileReader {
  public let shard: ShardFile
  private let decompressor = ZstandardFrameDecompressor()
  /// Newest last.
  private var frames: [(number: Int, content: [UInt8])] = []
  private let frameLimit: Int

  /// `frameLimit`: how many decompressed frames to keep, at least 1.
  public init(_ shard: ShardFile, frameLimit: Int = 4) {
    self.shard = shard
    self.frameLimit = max(1, frameLimit)
  }

  /// Appends the tokens at `range` to `tokens`. The range must lie within the shard.
  public func read(_ range: Range<Int>, into tokens: inout [UInt32]) throws(Diagnostic) {
    precondition(range.lowerBound >= 0 && range.upperBound <= shard.tokenCount, "token range outside the shard")
    var position = range.lowerBound
    while position < range.upperBound {
      let number = position / shard.frameTokens
      let start = position - number * shard.frameTokens
      let end = min(shard.frameTokens, range.upperBound - number * shard.frameTokens)
      let content = try frame(number)
      content.withUnsafeBytes { raw in
        let width = shard.width.rawValue
        shard.width.read(UnsafeRawBufferPointer(rebasing: raw[start * width..<end * width]), into: &tokens)
      }
      position += end - start
    }
  }

  private func frame(_ number: Int) throws(Diagnostic) -> [UInt8] {
    if let index = frames.lastIndex(where: { $0.number == number }) {
      if index != frames.count - 1 { frames.append(frames.remove(at: index)) }
      return frames[frames.count - 1].content
    }
    let content = try shard.frameContent(number, decompressor)
    if frames.count == frameLimit { frames.removeFirst() }
    frames.append((number, content))
    return content
  }
}
