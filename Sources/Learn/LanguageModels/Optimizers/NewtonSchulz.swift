/// The nearest orthogonal matrix, nearly: five steps of a polynomial iteration that takes every singular value into about 0.7 ... 1.2
/// (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks", with its coefficients).
package final class NewtonSchulz {
  package static let coefficients = (a: 3.4445, b: -4.7750, c: 2.0315)
  package static let steps = 5
  private static let leastNorm = 1e-7

  private let engine: Engine
  private var next = FloatBuffer(count: 0)
  private var gram = FloatBuffer(count: 0)
  private var polynomial = FloatBuffer(count: 0)

  package init(_ engine: Engine) { self.engine = engine }

  /// Replaces x [rows, columns] in place.
  package func orthogonalize(_ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    let count = rows * columns
    let side = min(rows, columns)
    let isWide = rows <= columns
    if next.count < count { next = FloatBuffer(count: count) }
    if gram.count < side * side {
      gram = FloatBuffer(count: side * side)
      polynomial = FloatBuffer(count: side * side)
    }
    let norm = max(Self.leastNorm, engine.sumOfSquares(x, count).squareRoot())
    let table = engine.kernels.table
    engine.forElements(0..<count) { range, _ in
      let part = x + range.lowerBound
      table.pointee.scale_and_add(Float(1 / norm), part, 0, part, range.count)
    }
    let (a, b, c) = Self.coefficients
    var from = x
    var to = next.base
    for _ in 0..<Self.steps {
      // The smaller of X * XT and XT * X: the polynomial of one acts from the left, that of the other from the right.
      let matrix = Matrix(from, width: columns)
      let square = Matrix(gram.base, width: side)
      let factor = Matrix(polynomial.base, width: side)
      engine.multiply(
        isWide ? matrix : matrix.transposed, isWide ? matrix.transposed : matrix, m: side, n: side, k: max(rows, columns),
        into: gram.base, stride: side)
      engine.multiply(
        square, square, m: side, n: side, k: side, alpha: Float(c), beta: Float(b), source: gram.base, into: polynomial.base,
        stride: side)
      engine.multiply(
        isWide ? factor : matrix, isWide ? matrix : factor, m: rows, n: columns, k: side, beta: Float(a), source: from,
        into: to,
        stride: columns)
      swap(&from, &to)
    }
    if from != x { x.update(from: from, count: count) }
  }
}
