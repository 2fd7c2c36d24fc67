import Foundation

/// Rows as 13-bit fixed-point numbers in 16-bit lanes: adding rows is integer addition, and 32 columns are one cache line.
///
/// The fast form of an input matrix for prediction: a row is off by at most half of `step` in each column, and the mean of many
/// rows by much less. Sums do not depend on the order of the rows. Where a value is infinite, or all are too small for a step, units are 1.
struct FixedPointMatrix: Sendable {
  /// Eight rows of greatest values still fit into 16 bits.
  private static let greatest: Float = 4095
  private static let blockColumns = 32

  let columns: Int
  /// The value of one unit.
  let step: Float
  /// Blocks of 32 columns in a row; the last is filled up with zeros.
  private let blocks: Int
  private let values: AlignedRows

  init(_ matrix: FastTextMatrix) {
    columns = matrix.columns
    blocks = (matrix.columns + Self.blockColumns - 1) / Self.blockColumns
    var row = [Float](repeating: 0, count: columns)
    var place: [Int32] = [0]
    var largest: Float = 0
    for index in 0..<matrix.rows {
      place[0] = Int32(index)
      Self.copy(matrix, place, to: &row)
      for value in row { largest = max(largest, abs(value)) }
    }
    let step = (largest / Self.greatest).isNormal ? largest / Self.greatest : 1
    let values = AlignedRows(byteCount: matrix.rows * blocks * Self.blockColumns * 2)
    for index in 0..<matrix.rows {
      place[0] = Int32(index)
      Self.copy(matrix, place, to: &row)
      let start = index * blocks * Self.blockColumns
      for column in 0..<columns where row[column].isFinite {
        let units = max(-Self.greatest, min(Self.greatest, row[column] / step))
        values.bytes.storeBytes(of: Int16(units), toByteOffset: (start + column) * 2, as: Int16.self)
      }
    }
    self.step = step
    self.values = values
  }

  private static func copy(_ matrix: FastTextMatrix, _ place: [Int32], to row: inout [Float]) {
    for column in row.indices { row[column] = 0 }
    matrix.add(rows: place, to: &row)
  }

  /// Adds the sum of the listed rows to `sum`, which has `columns` elements.
  func add(rows list: [Int32], to sum: inout [Float]) {
    list.withUnsafeBufferPointer { list in
      for block in 0..<blocks { add(list, block, to: &sum) }
    }
  }

  /// Adds the sum of the listed rows to `sum`, in units of `step`. One block only.
  ///
  /// Rows are added many at a time: the additions wait for memory, and only a short loop lets the processor ask for many rows at once.
  func addUnits(_ list: UnsafeBufferPointer<Int32>, to sum: inout FixedPointSum) {
    sum.add(self.sum(list, 0))
  }

  /// Whether a row is one block, so that `FixedPointSum` holds it.
  var isOneBlock: Bool { blocks == 1 }

  private func add(_ list: UnsafeBufferPointer<Int32>, _ block: Int, to sum: inout [Float]) {
    self.sum(list, block).add(to: &sum, from: block * Self.blockColumns, step: step)
  }

  @inline(__always)
  private func sum(_ list: UnsafeBufferPointer<Int32>, _ block: Int) -> FixedPointSum {
    typealias Few = SIMD8<Int16>
    typealias Many = SIMD8<Int32>
    var (many0, many1, many2, many3) = (Many.zero, Many.zero, Many.zero, Many.zero)
    withExtendedLifetime(values) {
      let values = UnsafeRawBufferPointer(values.bytes)
      var index = 0
      while index < list.count {
        var (few0, few1, few2, few3) = (Few.zero, Few.zero, Few.zero, Few.zero)
        let end = min(index &+ 8, list.count)
        while index < end {
          let start = (Int(list[index]) &* blocks &+ block) &* 64
          few0 &+= values.loadUnaligned(fromByteOffset: start, as: Few.self)
          few1 &+= values.loadUnaligned(fromByteOffset: start &+ 16, as: Few.self)
          few2 &+= values.loadUnaligned(fromByteOffset: start &+ 32, as: Few.self)
          few3 &+= values.loadUnaligned(fromByteOffset: start &+ 48, as: Few.self)
          index &+= 1
        }
        many0 &+= Many(truncatingIfNeeded: few0)
        many1 &+= Many(truncatingIfNeeded: few1)
        many2 &+= Many(truncatingIfNeeded: few2)
        many3 &+= Many(truncatingIfNeeded: few3)
      }
    }
    return FixedPointSum(parts: (many0, many1, many2, many3))
  }
}

/// The sum of rows in 32 columns, in units of the matrix' step.
struct FixedPointSum {
  private(set) var parts = (SIMD8<Int32>.zero, SIMD8<Int32>.zero, SIMD8<Int32>.zero, SIMD8<Int32>.zero)

  @inline(__always)
  mutating func add(_ other: FixedPointSum) {
    parts.0 &+= other.parts.0
    parts.1 &+= other.parts.1
    parts.2 &+= other.parts.2
    parts.3 &+= other.parts.3
  }

  func add(to sum: inout [Float], from first: Int, step: Float) {
    for (part, many) in [parts.0, parts.1, parts.2, parts.3].enumerated() {
      for lane in 0..<8 where first + part * 8 + lane < sum.count { sum[first + part * 8 + lane] += Float(many[lane]) * step }
    }
  }
}

/// Zeroed memory that starts with a page of the large kind, where there are any: rows are read in random order, and a row of 64
/// bytes is one cache line. Written before it is shared, read then.
private final class AlignedRows: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(byteCount: Int) {
    bytes = .allocate(byteCount: byteCount, alignment: 1 << 21)
    #if os(Linux)
      if let start = bytes.baseAddress { madvise(start, byteCount, MADV_HUGEPAGE) }
    #endif
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { bytes.deallocate() }
}
