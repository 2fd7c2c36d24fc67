import CKernels

/// Values kept as bfloat16: half the memory of fp32, the exponents of fp32, 8 bits of precision. Computations are in fp32.
package final class BFloatBuffer {
  package let count: Int
  private let words: FloatBuffer

  package init(count: Int) {
    self.count = count
    words = FloatBuffer(count: (count + 1) / 2)
  }

  /// Valid as long as this object lives.
  package var base: UnsafeMutablePointer<UInt16> { UnsafeMutableRawPointer(words.base).assumingMemoryBound(to: UInt16.self) }

  /// Rounds values to nearest, ties to even.
  package func store(_ values: UnsafePointer<Float>, by engine: Engine) {
    let table = engine.kernels.table
    let base = base
    engine.forElements(0..<count) { range, _ in
      table.pointee.to_bfloat(values + range.lowerBound, range.count, base + range.lowerBound)
    }
  }

  package func load(into values: UnsafeMutablePointer<Float>, by engine: Engine) {
    let table = engine.kernels.table
    let base = base
    engine.forElements(0..<count) { range, _ in
      table.pointee.from_bfloat(base + range.lowerBound, range.count, values + range.lowerBound)
    }
  }
}
