import CICU

/// Owns one of ICU's break iterators; frees it when the last reference goes. Not for two threads at once.
final class BreakIterator {
  enum Kind: Int32 {
    case words = 0
    case sentences = 1
  }

  private let raw: UnsafeMutableRawPointer?
  private(set) var boundaries: [Int32] = []

  init(_ kind: Kind) { raw = cicu_segmenter_open(kind.rawValue) }

  deinit { if let raw { cicu_segmenter_close(raw) } }

  /// Fills `boundaries` for a text; returns how many there are. Without ICU's data the whole text is one piece.
  func segment(_ units: [UInt16]) -> Int {
    if boundaries.count < units.count {
      boundaries = [Int32](repeating: 0, count: units.count * 2)
    }
    guard !units.isEmpty else { return 0 }
    if let raw {
      let count = units.withUnsafeBufferPointer { text in
        boundaries.withUnsafeMutableBufferPointer { ends in
          cicu_segment(raw, text.baseAddress, Int32(text.count), ends.baseAddress, Int32(text.count))
        }
      }
      if count > 0 { return Int(count) }
    }
    boundaries[0] = Int32(units.count)
    return 1
  }
}
