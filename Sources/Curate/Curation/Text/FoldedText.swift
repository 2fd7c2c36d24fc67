/// The lower-case form of a document's text (`CaseFolding`), made only where a phrase may be found in it. Reuses its buffers, one per
/// worker.
///
/// Say so when the text changes: `forget` for another text or new words, `linesWereRemoved` when only that happened.
package struct FoldedText {
  private var bytes: [UInt8] = []
  /// Whether `bytes` is the text at hand.
  private var isCurrent = false
  private var sieve = PhraseSieve()
  /// Whether `sieve` and `hidesLetters` speak of the text at hand, or of one that it is what is left of.
  private var isSieved = false
  private var holdsHiddenLetters = false

  package init() {}

  /// Another text is at hand, or one with words that were not in it.
  package mutating func forget() { (isCurrent, isSieved) = (false, false) }

  /// Whole lines, or white space at their ends, were taken out of the text.
  package mutating func linesWereRemoved() { isCurrent = false }

  /// Whether the phrase (lower-case) may be in the text; surely not when false.
  package mutating func mayHold(_ phrase: [UInt8], in text: UnsafeBufferPointer<UInt8>) -> Bool {
    sift(text)
    return sieve.mayHold(phrase)
  }

  /// Whether patterns that ignore letter case may match where folding shows nothing: see `CaseFolding.hidesLetters`.
  package mutating func hidesLetters(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    sift(text)
    return holdsHiddenLetters
  }

  /// Calls `body` with the lower-case form, byte for byte in the place of the text's.
  package mutating func withBytes<Result>(
    of text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if !isCurrent {
      CaseFolding.fold(text, into: &bytes)
      isCurrent = true
    }
    return bytes.withUnsafeBufferPointer(body)
  }

  private mutating func sift(_ text: UnsafeBufferPointer<UInt8>) {
    if isSieved { return }
    isSieved = true
    withBytes(of: text) { _ in }
    bytes.withUnsafeBufferPointer { sieve.load($0) }
    holdsHiddenLetters = CaseFolding.hidesLetters(text)
  }
}
