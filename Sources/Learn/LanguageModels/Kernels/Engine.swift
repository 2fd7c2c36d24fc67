import CKernels

/// The kernels spread over a thread pool, with the scratch memory they need.
///
/// Every loop is cut into pieces by its shape alone, never by the number of threads, and sums over pieces are taken in
/// piece order: results are the same bits for any pool.
public final class Engine {
  public let pool: ThreadPool
  package let kernels: Kernels
  private var packed = FloatBuffer(count: 0)
  private var scratch: [FloatBuffer]

  /// Rows that one piece of a row-wise loop handles.
  package static let rowsPerPiece = 64
  private static let elementsPerPiece = 1 << 15

  public convenience init(pool: ThreadPool) { self.init(pool: pool, kernels: .best) }

  package init(pool: ThreadPool, kernels: Kernels) {
    self.pool = pool
    self.kernels = kernels
    scratch = (0..<pool.width).map { _ in
      FloatBuffer(count: WINNOW_GEMM_MC * WINNOW_GEMM_KC + kernels.table.pointee.tile_columns)
    }
  }

  package var table: winnow_kernel_table { kernels.table.pointee }

  private var tileColumns: Int { kernels.table.pointee.tile_columns }

  // MARK: Matrix product

  /// `c = alpha * a * b + beta * source + bias`: a is [m, k], b is [k, n], c and source are [m, n] with `stride` floats a row,
  /// bias [n] is added to each row. `source` nil means `c` itself; with `beta` 0 it is not read.
  public func multiply(
    _ a: Matrix, _ b: Matrix, m: Int, n: Int, k: Int, alpha: Float = 1, beta: Float = 0,
    source: UnsafePointer<Float>? = nil, bias: UnsafePointer<Float>? = nil, into c: UnsafeMutablePointer<Float>,
    stride cStride: Int
  ) {
    guard m > 0, n > 0 else { return }
    var first = 0
    repeat {
      let depth = min(Self.deepest, k - first)
      // Slabs of one width: each of them packs a once more.
      let slabs = max(1, (n * depth + Self.packedCount / 2) / Self.packedCount)
      let width = ((n + slabs - 1) / slabs + tileColumns - 1) / tileColumns * tileColumns
      for column in stride(from: 0, to: n, by: width) {
        let isFirst = first == 0
        multiplySlab(
          winnow_gemm(
            m: m, n: min(width, n - column), k: depth, alpha: alpha, beta: isFirst ? beta : 1,
            a: a.from(row: 0, column: first).c,
            packed_b: nil, source: isFirst ? (source ?? UnsafePointer(c)) + column : UnsafePointer(c) + column,
            source_stride: cStride, bias: isFirst ? bias.map { $0 + column } : nil, c: c + column, c_stride: cStride),
          b.from(row: first, column: column))
      }
      first += depth
    } while first < k
  }

  /// Packs b, small enough to stay in the caches between the processors and memory, then multiplies all rows of a with it.
  private func multiplySlab(_ product: winnow_gemm, _ b: Matrix) {
    let table = kernels.table
    let width = tileColumns
    let n = product.n
    let k = product.k
    let panels = (n + width - 1) / width
    let count = panels * width * k + width
    if packed.count < count { packed = FloatBuffer(count: count) }
    let packedB = packed.base
    let blocks = (k + WINNOW_GEMM_KC - 1) / WINNOW_GEMM_KC
    let panelsPerPiece = 128 / width
    let piecesPerBlock = (panels + panelsPerPiece - 1) / panelsPerPiece
    pool.loop(blocks * piecesPerBlock) { piece, _ in
      let begin = piece % piecesPerBlock * panelsPerPiece
      table.pointee.pack_b(
        b.c, k, n, piece / piecesPerBlock * WINNOW_GEMM_KC, begin, min(panels, begin + panelsPerPiece), packedB)
    }
    var product = product
    product.packed_b = UnsafePointer(packedB)
    let pieces = self.pieces(rows: product.m, columns: n)
    withUnsafePointer(to: &product) { product in
      pool.loop(pieces.count) { [scratch, pool] piece, worker in
        let (rows, columns) = pieces[piece]
        let next = piece + pool.width < pieces.count ? pieces[piece + pool.width].rows.lowerBound : -1
        table.pointee.gemm_block(
          product, rows.lowerBound, rows.upperBound, next, columns.lowerBound, columns.upperBound, scratch[worker].base)
      }
    }
  }

  /// The deepest slab of a product, whole blocks.
  private static let deepest = 8 * WINNOW_GEMM_KC
  /// Floats of packed b, about: at most half as many more.
  private static let packedCount = 1 << 21

  /// How a slab is cut: rows from large pieces, which use each panel of b most often, to small ones, so that threads end together. Every
  /// piece packs its rows of a; only where rows are few they are cut by columns too. What is computed does not depend on it.
  private func pieces(rows: Int, columns: Int) -> [(rows: Range<Int>, columns: Range<Int>)] {
    let tile = kernels.table.pointee.tile_rows
    let least = 4 * tile
    let shares = 4 * pool.width
    guard rows < least * shares else {
      var pieces: [(Range<Int>, Range<Int>)] = []
      var row = 0
      while row < rows {
        let size = min(max((rows - row) / shares / tile * tile, least), WINNOW_GEMM_MC)
        pieces.append((row..<min(rows, row + size), 0..<columns))
        row += size
      }
      return pieces
    }
    let height = min(rows, 4 * least)
    let rowPieces = (rows + height - 1) / height
    let wanted = max(1, shares / rowPieces)
    let width = max(256, (columns / wanted + tileColumns - 1) / tileColumns * tileColumns)
    return stride(from: 0, to: columns, by: width).flatMap { column in
      stride(from: 0, to: rows, by: height).map { ($0..<min(rows, $0 + height), column..<min(columns, column + width)) }
    }
  }

  // MARK: Loops

  /// Calls `body` with consecutive ranges of rows that together cover `0 ..< rows`.
  package func forRows(_ rows: Int, _ body: (_ rows: Range<Int>, _ piece: Int) -> Void) {
    let size = Self.rowsPerPiece
    pool.loop((rows + size - 1) / size) { piece, _ in body(piece * size..<min(rows, (piece + 1) * size), piece) }
  }

  /// The same over elements of flat buffers.
  package func forElements(_ range: Range<Int>, _ body: (Range<Int>, _ piece: Int) -> Void) {
    let size = Self.elementsPerPiece
    pool.loop((range.count + size - 1) / size) { piece, _ in
      let begin = range.lowerBound + piece * size
      body(begin..<min(range.upperBound, begin + size), piece)
    }
  }

  /// Scratch of at least `count` floats for each worker, good until the next call.
  package func workerScratch(_ count: Int) -> [FloatBuffer] {
    if scratch[0].count < count { scratch = scratch.map { _ in FloatBuffer(count: count) } }
    return scratch
  }

  /// The sum of squares in Double, over pieces in order.
  package func sumOfSquares(_ buffer: FloatBuffer) -> Double { sumOfSquares(buffer.base, buffer.count) }

  package func sumOfSquares(_ base: UnsafePointer<Float>, _ count: Int) -> Double {
    let pieces = (count + Self.elementsPerPiece - 1) / Self.elementsPerPiece
    var sums = [Double](repeating: 0, count: pieces)
    let table = kernels.table
    sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      forElements(0..<count) { range, piece in
        sums[piece] = table.pointee.sum_of_squares(base + range.lowerBound, range.count)
      }
    }
    return sums.reduce(0, +)
  }

  // MARK: Measuring

  /// Floating-point operations per second that all threads reach on multiply-adds in registers: what no model can exceed.
  /// Takes 200 ms: the best of many short tries, since other work on the machine, or a thread that has yet to find a core of its own, can
  /// only lower it.
  public func peakRate() -> Double {
    let table = kernels.table
    let pieces = 32 * pool.width
    let rounds = 20_000
    let begin = ContinuousClock.now
    var best = 0.0
    repeat {
      let start = ContinuousClock.now
      pool.loop(pieces) { _, _ in _ = table.pointee.multiply_adds(rounds) }
      best = max(best, Double(pieces * rounds * 192) / ((ContinuousClock.now - start) / .seconds(1)))
    } while ContinuousClock.now - begin < .milliseconds(200)
    return best
  }
}
