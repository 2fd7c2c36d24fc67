import CICU

/// The version of the system's ICU, as "72.1": it decides word boundaries and normalization, so runs record it.
public var unicodeLibraryVersion: String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 20) { buffer in
    buffer.initialize(repeating: 0)
    guard let start = buffer.baseAddress else { return "" }
    cicu_version(start)
    return String(cString: start)
  }
}
