/// Ends a text before the first of some strings, while it is being drawn: bytes that may be the beginning of one are held back.
public struct StopStrings: Sendable {
  private let stops: [[UInt8]]
  private var held: [UInt8] = []
  /// Whether a string was found; what follows it is dropped.
  public private(set) var isFound = false

  /// Empty strings are ignored.
  public init(_ strings: [String]) { stops = strings.map { Array($0.utf8) }.filter { !$0.isEmpty } }

  /// - Returns: the bytes that are certain to belong to the text, in order.
  /// - Complexity: O(held back and new bytes * length of the strings).
  public mutating func take(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    guard !isFound else { return [] }
    held += bytes
    for start in held.indices {
      if stops.contains(where: { held[start...].starts(with: $0) }) {
        isFound = true
        defer { held = [] }
        return Array(held[..<start])
      }
      // Too short to decide: the strings that begin like this may still come.
      if stops.contains(where: { $0.starts(with: held[start...]) }) {
        defer { held.removeFirst(start) }
        return Array(held[..<start])
      }
    }
    defer { held = [] }
    return held
  }

  /// What was held back when nothing more comes.
  public mutating func rest() -> [UInt8] {
    defer { held = [] }
    return held
  }
}
