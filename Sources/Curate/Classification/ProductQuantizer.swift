import Documents

/// Product quantization (Jégou et al. 2011): vectors are cut into parts, each replaced by the nearest of 256 centroids.
struct ProductQuantizer: Sendable {
  static let centroidCount = 256
  private static let iterations = 25
  private static let mostTrainingRows = 65_536

  let dimension: Int
  let subdimension: Int
  /// The last part may be shorter.
  let lastSubdimension: Int
  let subquantizers: Int
  /// Part by part; within a part, centroid by centroid.
  var centroids: [Float]

  init(dimension: Int, subdimension: Int, centroids: [Float]? = nil) {
    self.dimension = dimension
    self.subdimension = subdimension
    let rest = dimension % subdimension
    subquantizers = dimension / subdimension + (rest == 0 ? 0 : 1)
    lastSubdimension = rest == 0 ? subdimension : rest
    self.centroids = centroids ?? [Float](repeating: 0, count: dimension * Self.centroidCount)
  }

  private func width(_ part: Int) -> Int { part == subquantizers - 1 ? lastSubdimension : subdimension }

  /// Where a centroid's values are.
  func centroid(_ part: Int, _ code: Int) -> Range<Int> {
    let start = part * Self.centroidCount * subdimension + code * width(part)
    return start..<start + width(part)
  }

  /// Finds centroids for `[rows, dimension]` values by k-means and returns every row's codes `[rows, subquantizers]`.
  mutating func train(_ values: [Float], rows: Int, random: inout SeededRandom) -> [UInt8] {
    var order = Array(0..<rows)
    order.shuffle(using: &random)
    let sample = Array(order.prefix(Self.mostTrainingRows))
    var codes = [UInt8](repeating: 0, count: rows * subquantizers)
    for part in 0..<subquantizers {
      trainPart(part, values, sample)
      for row in 0..<rows { codes[row * subquantizers + part] = nearest(part, values, row) }
    }
    return codes
  }

  private mutating func trainPart(_ part: Int, _ values: [Float], _ sample: [Int]) {
    let width = width(part)
    for code in 0..<Self.centroidCount {
      let row = sample.isEmpty ? 0 : sample[code % sample.count]
      for (offset, index) in centroid(part, code).enumerated() {
        centroids[index] = sample.isEmpty ? 0 : values[row * dimension + part * subdimension + offset]
      }
    }
    for _ in 0..<Self.iterations {
      var sums = [Double](repeating: 0, count: Self.centroidCount * width)
      var counts = [Int](repeating: 0, count: Self.centroidCount)
      for row in sample {
        let code = Int(nearest(part, values, row))
        counts[code] += 1
        for offset in 0..<width {
          sums[code * width + offset] += Double(values[row * dimension + part * subdimension + offset])
        }
      }
      for code in 0..<Self.centroidCount where counts[code] > 0 {
        for (offset, index) in centroid(part, code).enumerated() {
          centroids[index] = Float(sums[code * width + offset] / Double(counts[code]))
        }
      }
      splitEmpty(part, &counts)
    }
  }

  /// An empty centroid takes half of the fullest one.
  private mutating func splitEmpty(_ part: Int, _ counts: inout [Int]) {
    for code in 0..<Self.centroidCount where counts[code] == 0 {
      var fullest = 0
      for other in 0..<Self.centroidCount where counts[other] > counts[fullest] { fullest = other }
      guard counts[fullest] > 1 else { return }
      let (target, source) = (centroid(part, code), centroid(part, fullest))
      for offset in 0..<target.count {
        let value = centroids[source.lowerBound + offset]
        let step: Float = offset % 2 == 0 ? 1e-4 : -1e-4
        centroids[target.lowerBound + offset] = value + step
        centroids[source.lowerBound + offset] = value - step
      }
      counts[code] = counts[fullest] / 2
      counts[fullest] -= counts[code]
    }
  }

  private func nearest(_ part: Int, _ values: [Float], _ row: Int) -> UInt8 {
    let width = width(part)
    let base = row * dimension + part * subdimension
    let start = part * Self.centroidCount * subdimension
    var best = 0
    var bestDistance = Float.infinity
    values.withUnsafeBufferPointer { values in
      centroids.withUnsafeBufferPointer { centroids in
        if width == 2 {
          let (x, y) = (values[base], values[base &+ 1])
          for code in 0..<Self.centroidCount {
            let (dx, dy) = (centroids[start &+ 2 &* code] - x, centroids[start &+ 2 &* code &+ 1] - y)
            let distance = dx * dx + dy * dy
            if distance < bestDistance { (best, bestDistance) = (code, distance) }
          }
          return
        }
        for code in 0..<Self.centroidCount {
          var distance: Float = 0
          for offset in 0..<width {
            let difference = centroids[start &+ code &* width &+ offset] - values[base &+ offset]
            distance += difference * difference
          }
          if distance < bestDistance { (best, bestDistance) = (code, distance) }
        }
      }
    }
    return UInt8(best)
  }
}
