import CKernels

/// The SIMD kernels of one instruction set.
package struct Kernels: @unchecked Sendable {
  /// Points at constant memory: safe to share.
  package let table: UnsafePointer<winnow_kernel_table>
  package let level: Level

  package enum Level: Int32, CaseIterable, Sendable {
    case portable = 0
    case avx2 = 1
    case avx512 = 2
    case neon = 3
  }

  /// Nil when this processor or this build does not have the level.
  package init?(_ level: Level) {
    guard let table = winnow_kernels(level.rawValue) else { return nil }
    self.table = table
    self.level = level
  }

  /// The best that this processor runs.
  package static let best: Kernels = {
    for level in Level.allCases.reversed() {
      if let kernels = Kernels(level) { return kernels }
    }
    preconditionFailure("the portable kernels are part of every build")
  }()
}

/// A matrix by strides: element (i, j) at `data[i * row + j * column]`.
public struct Matrix {
  public var data: UnsafePointer<Float>
  public var row: Int
  public var column: Int

  /// Row-major with `width` floats a row.
  public init(_ data: UnsafePointer<Float>, width: Int) {
    self.data = data
    row = width
    column = 1
  }

  public var transposed: Matrix {
    var other = self
    swap(&other.row, &other.column)
    return other
  }

  /// What begins at an element.
  func from(row: Int, column: Int) -> Matrix {
    var other = self
    other.data += row * self.row + column * self.column
    return other
  }

  var c: winnow_matrix { winnow_matrix(data: data, row: row, column: column) }
}
