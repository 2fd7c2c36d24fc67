import Documents

/// What counts as one repeated piece of text.
///
/// The window at a scalar's border is the shortest run of whole scalars from there that has both `minimumBytes` and
/// `minimumCharacters` (scalars). Its extent is a function of its content, so equal windows have equal extents. A text is
/// repeated where one of its windows occurs elsewhere, inside one document.
struct WindowShape: Sendable, Hashable {
  let minimumBytes: Int
  let minimumCharacters: Int

  /// Bytes of the k-grams by which windows are sampled.
  var anchorBytes: Int { max(1, min(64, minimumBytes / 4)) }
}

/// Walks over the windows of a text in order of their starts.
///
/// Starts and ends both only move forward, so a whole walk is O(bytes).
struct WindowCursor {
  private let shape: WindowShape
  private(set) var start: Int
  private(set) var end: Int
  private var scalars = 0

  /// Stands before the window that starts at `start`, a border of scalars; call `extend` to find its end.
  init(_ shape: WindowShape, start: Int) {
    self.shape = shape
    self.start = start
    end = start
  }

  /// Moves the end to where the window is complete.
  /// - Returns: false when the text ends first; then no later start has a window either.
  @inline(__always)
  mutating func extend(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    while end - start < shape.minimumBytes || scalars < shape.minimumCharacters {
      guard end < text.count else { return false }
      end = min(text.count, end &+ scalarLength(text[end]))
      scalars &+= 1
    }
    return true
  }

  /// Moves the start over one scalar.
  @inline(__always)
  mutating func advance(in text: UnsafeBufferPointer<UInt8>) {
    start = min(text.count, start &+ scalarLength(text[start]))
    scalars &-= 1
  }
}

/// Length of the scalar that starts with this byte of valid UTF-8.
@inline(__always) func scalarLength(_ first: UInt8) -> Int {
  first < 0xC0 ? 1 : (first < 0xE0 ? 2 : (first < 0xF0 ? 3 : 4))
}

/// A run of windows that agree in their smallest k-gram (winnowing: Schleimer, Wilkerson, Aiken 2003).
///
/// Every window has exactly one smallest k-gram among those in its first `minimumBytes`, the leftmost of equals. It is a function
/// of the window's content: equal windows have it at the same distance from their start. So repeated text is found by looking
/// only at anchors with equal k-grams, and anchors are few: about 2 / (minimumBytes − k + 2) per byte.
struct TextAnchor: BitwiseCopyable {
  /// Hash of the k-gram.
  var hash: UInt64
  /// Hash of the block: the bytes from the first window's start to the last one's end, and where in it the k-gram stands.
  var blockHash: UInt64
  /// Where the block starts in the partition's text.
  var start: UInt64
  /// From the block's start to the k-gram.
  var before: UInt32
  /// From the first window's start to the last one's.
  var span: UInt32
  /// Bytes of the block.
  var length: UInt32
  var unused: UInt32 = 0
}

/// Finds the anchors of texts. One object per worker: its buffers are reused.
struct AnchorScanner {
  private let shape: WindowShape
  private var hashes: [UInt64] = []

  init(_ shape: WindowShape) { self.shape = shape }

  /// Calls `body` with each anchor in order of the text; `start` is relative to the text.
  ///
  /// - Complexity: O(bytes), expected.
  mutating func scan(_ text: UnsafeBufferPointer<UInt8>, _ body: (TextAnchor) -> Void) {
    guard text.count >= shape.minimumBytes else { return }
    hashGrams(text)
    let lastGram = shape.minimumBytes - shape.anchorBytes
    hashes.withUnsafeBufferPointer { hashes in
      var cursor = WindowCursor(shape, start: 0)
      var smallest = -1
      var scanned = 0
      var open: (anchor: Int, first: Int, last: Int, end: Int)?
      while cursor.start < text.count, cursor.extend(in: text) {
        let start = cursor.start
        let last = start + lastGram
        if smallest < start {
          smallest = start
          scanned = start + 1
        }
        while scanned <= last {
          if hashes[scanned] < hashes[smallest] { smallest = scanned }
          scanned &+= 1
        }
        if let run = open, run.anchor == smallest {
          open = (smallest, run.first, start, cursor.end)
        } else {
          if let run = open { body(anchor(run, text, hashes)) }
          open = (smallest, start, start, cursor.end)
        }
        cursor.advance(in: text)
      }
      if let run = open { body(anchor(run, text, hashes)) }
    }
  }

  private func anchor(
    _ run: (anchor: Int, first: Int, last: Int, end: Int), _ text: UnsafeBufferPointer<UInt8>,
    _ hashes: UnsafeBufferPointer<UInt64>
  ) -> TextAnchor {
    let before = run.anchor - run.first
    let block = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[run.first..<run.end]))
    return TextAnchor(
      hash: hashes[run.anchor], blockHash: XXH64.hash(block, seed: UInt64(before)), start: UInt64(run.first),
      before: UInt32(before), span: UInt32(run.last - run.first), length: UInt32(run.end - run.first))
  }

  /// The hash of every k-gram: a rolling polynomial, mixed so that its order says nothing about the bytes.
  private mutating func hashGrams(_ text: UnsafeBufferPointer<UInt8>) {
    let k = shape.anchorBytes
    let count = text.count - k + 1
    if hashes.count < count { hashes = Array(repeating: 0, count: count + count / 2) }
    let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
    var power: UInt64 = 1
    var hash: UInt64 = 0
    for byte in text[..<k] {
      hash = hash &* multiplier &+ UInt64(byte) &+ 1
      power = power &* multiplier
    }
    hashes.withUnsafeMutableBufferPointer { hashes in
      hashes[0] = SeededRandom.mix(hash)
      var i = 1
      while i < count {
        hash = hash &* multiplier &+ UInt64(text[i &+ k &- 1]) &+ 1 &- (UInt64(text[i &- 1]) &+ 1) &* power
        hashes[i] = SeededRandom.mix(hash)
        i &+= 1
      }
    }
  }
}
