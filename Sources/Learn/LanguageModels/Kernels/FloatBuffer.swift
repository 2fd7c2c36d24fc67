import Foundation

/// A fixed run of fp32 values in its own pages: zero at birth, not resident before it is touched, freed with the object.
public final class FloatBuffer {
  public let count: Int
  /// Valid as long as this object lives.
  public let base: UnsafeMutablePointer<Float>
  private let byteCount: Int

  public init(count: Int) {
    self.count = count
    byteCount = max(1, count) * MemoryLayout<Float>.stride
    let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let pages, pages != MAP_FAILED else { fatalError("out of memory: \(byteCount) bytes") }
    madvise(pages, byteCount, MADV_HUGEPAGE)
    base = pages.bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit { munmap(base, byteCount) }

  public convenience init(_ values: some Collection<Float>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  public subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count)
      return base[index]
    }
    set {
      precondition(index >= 0 && index < count)
      base[index] = newValue
    }
  }

  /// The values of a range, copied.
  public subscript(range: Range<Int>) -> [Float] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  public var values: [Float] { self[0..<count] }

  package func zero() { base.update(repeating: 0, count: count) }

  package func copy(from other: FloatBuffer) {
    precondition(other.count == count)
    base.update(from: other.base, count: count)
  }

  /// The memory as bytes in the machine's order (little-endian on every supported machine).
  package var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base, count: count * MemoryLayout<Float>.stride)
  }
}
