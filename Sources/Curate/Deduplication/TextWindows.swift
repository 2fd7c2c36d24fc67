import Documents
import Foundation

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
struct TextAnchor: Keyed {
  /// Hash of the k-gram, mixed once more: the smallest of a window's hashes are small, and ranges of keys are to be alike.
  var hash: UInt64
  /// Where the block starts in the document: the bytes from the first window's start to the last one's end.
  var start: UInt32
  /// The document in its partition.
  var ordinal: UInt32 = 0
  /// From the block's start to the k-gram.
  var before: UInt32
  /// From the first window's start to the last one's.
  var span: UInt32
  /// Bytes of the block.
  var length: UInt32
  /// The document's partition; 0 in files, which hold one partition each.
  var partition: UInt32 = 0

  var document: DocumentReference { DocumentReference(partition: Int(partition), ordinal: Int(ordinal)) }

  var key: UInt64 { hash }
  var value: UInt64 { UInt64(ordinal) << 32 | UInt64(start) }
}

/// Finds the anchors of texts. One object per worker: its buffers are reused.
struct AnchorScanner {
  private let shape: WindowShape
  private var hashes: [UInt64] = []

  init(_ shape: WindowShape) { self.shape = shape }

  /// Calls `body` with each anchor in order of the text.
  ///
  /// - Complexity: O(bytes), expected.
  mutating func scan(_ text: UnsafeBufferPointer<UInt8>, _ body: (TextAnchor) -> Void) {
    guard text.count >= shape.minimumBytes else { return }
    hashGrams(text)
    let lastGram = shape.minimumBytes - shape.anchorBytes
    hashes.withUnsafeBufferPointer { hashes in
      var cursor = WindowCursor(shape, start: 0)
      // The smallest k-gram of the window, its hash, and the first k-gram not looked at yet.
      var smallest = -1
      var least = UInt64.max
      var scanned = 0
      var first = 0
      var last = 0
      var end = 0
      var anchor = -1
      while cursor.start < text.count, cursor.extend(in: text) {
        let start = cursor.start
        if smallest < start {
          smallest = start
          least = hashes[start]
          scanned = start &+ 1
        }
        let limit = start &+ lastGram
        while scanned <= limit {
          if hashes[scanned] < least {
            least = hashes[scanned]
            smallest = scanned
          }
          scanned &+= 1
        }
        if anchor != smallest {
          if anchor >= 0 { body(Self.anchor(hashes[anchor], anchor, first, last, end)) }
          anchor = smallest
          first = start
        }
        last = start
        end = cursor.end
        cursor.advance(in: text)
      }
      if anchor >= 0 { body(Self.anchor(hashes[anchor], anchor, first, last, end)) }
    }
  }

  private static func anchor(_ hash: UInt64, _ anchor: Int, _ first: Int, _ last: Int, _ end: Int) -> TextAnchor {
    TextAnchor(
      hash: SeededRandom.mix(hash), start: UInt32(first), before: UInt32(anchor - first), span: UInt32(last - first),
      length: UInt32(end - first))
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

/// A window over a block of text that moves forward, with a hash of what it holds: a polynomial of the bytes modulo 2⁶⁴. Equal windows
/// have equal hashes; the converse is for the caller to check.
///
/// A whole walk is O(bytes).
struct RollingWindow {
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
  /// multiplier · inverse = 1 modulo 2⁶⁴.
  private static let inverse: UInt64 = 0xF1DE_83E1_9937_733D

  let text: UnsafeBufferPointer<UInt8>
  private(set) var start = 0
  private(set) var end = 0
  private var scalars = 0
  private var polynomial: UInt64 = 0
  /// multiplier to the power of the window's length.
  private var power: UInt64 = 1

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  var hash: UInt64 { SeededRandom.mix(polynomial) }

  /// Makes the window start at `start`, its present place or the next scalar, and completes it.
  /// - Returns: false when no window starts there.
  @inline(__always)
  mutating func move(to start: Int, _ shape: WindowShape) -> Bool {
    if start > self.start { dropFirst() }
    guard start == self.start else { return false }
    while end &- start < shape.minimumBytes || scalars < shape.minimumCharacters {
      guard end < text.count else { return false }
      let stop = min(text.count, end &+ scalarLength(text[end]))
      while end < stop {
        polynomial = polynomial &* Self.multiplier &+ UInt64(text[end]) &+ 1
        power = power &* Self.multiplier
        end &+= 1
      }
      scalars &+= 1
    }
    return true
  }

  @inline(__always)
  private mutating func dropFirst() {
    let stop = min(end, start &+ scalarLength(text[start]))
    while start < stop {
      power = power &* Self.inverse
      polynomial = polynomial &- (UInt64(text[start]) &+ 1) &* power
      start &+= 1
    }
    scalars &-= 1
  }

  func holdsSameBytes(as other: RollingWindow) -> Bool {
    isSame(UnsafeBufferPointer(rebasing: text[start..<end]), UnsafeBufferPointer(rebasing: other.text[other.start..<other.end]))
  }
}

/// Whether two pieces of memory hold the same bytes.
@inline(__always)
func isSame(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
  guard a.count == b.count, let first = a.baseAddress, let second = b.baseAddress else { return a.count == b.count }
  return memcmp(first, second, a.count) == 0
}
