import Foundation

extension Scalar {
  /// Attention of one sequence (Vaswani et al. 2017, equation 1) with grouped keys and values.
  package struct Attention {
    package var length, headSize, headCount, keyHeadCount: Int
    /// For each query the first key it may see; nil: all from 0.
    package var firstKeys: [Int32]?
    /// Where attention is bidirectional, for each query the key after the last one it may see; nil: attention is causal.
    package var endKeys: [Int32]?
    package var softcap: Double?
    /// The factor on the probability of a head, a query and a key, for training with dropout; nil: 1.
    package var factor: ((_ head: Int, _ query: Int, _ key: Int) -> Double)?

    package init(
      length: Int, headSize: Int, headCount: Int, keyHeadCount: Int, firstKeys: [Int32]? = nil, endKeys: [Int32]? = nil,
      softcap: Double? = nil
    ) {
      self.endKeys = endKeys
      self.softcap = softcap
      self.length = length
      self.headSize = headSize
      self.headCount = headCount
      self.keyHeadCount = keyHeadCount
      self.firstKeys = firstKeys
    }

    var width: Int { (headCount + 2 * keyHeadCount) * headSize }
    private var scale: Double { 1 / Double(headSize).squareRoot() }

    private func query(_ t: Int, _ head: Int) -> Int { t * width + head * headSize }
    private func key(_ t: Int, _ head: Int) -> Int {
      t * width + (headCount + head / (headCount / keyHeadCount)) * headSize
    }
    private func value(_ t: Int, _ head: Int) -> Int { key(t, head) + keyHeadCount * headSize }
    private func keys(of query: Int) -> ClosedRange<Int> {
      Int(firstKeys?[query] ?? 0)...(endKeys.map { Int($0[query]) - 1 } ?? query)
    }

    /// A product of query and key, scaled; before the cap.
    private func score(_ qkv: [Double], _ t: Int, _ k: Int, _ head: Int) -> Double {
      (0..<headSize).reduce(0) { $0 + qkv[query(t, head) + $1] * qkv[key(k, head) + $1] } * scale
    }

    /// Softmax over the keys that a query may see.
    private func probabilities(_ qkv: [Double], _ t: Int, _ head: Int) -> [Double] {
      let scores = keys(of: t).map { k in
        let score = score(qkv, t, k, head)
        return softcap.map { Scalar.softcap(score, cap: $0) } ?? score
      }
      let top = scores.max() ?? 0
      let raised = scores.map { exp($0 - top) }
      let total = raised.reduce(0, +)
      return raised.map { $0 / total }
    }

    /// qkv: [length, queries | keys | values]; the result is [length, headCount, headSize].
    package func forward(_ qkv: [Double]) -> [Double] {
      var out = [Double](repeating: 0, count: length * headCount * headSize)
      for t in 0..<length {
        for head in 0..<headCount {
          for (p, k) in zip(probabilities(qkv, t, head), keys(of: t)) {
            let kept = p * (factor?(head, t, k) ?? 1)
            for i in 0..<headSize { out[(t * headCount + head) * headSize + i] += kept * qkv[value(k, head) + i] }
          }
        }
      }
      return out
    }

    package func backward(_ qkv: [Double], dout: [Double]) -> [Double] {
      var gradient = [Double](repeating: 0, count: qkv.count)
      for t in 0..<length {
        for head in 0..<headCount {
          let at = (t * headCount + head) * headSize
          let p = probabilities(qkv, t, head)
          let factors = keys(of: t).map { factor?(head, t, $0) ?? 1 }
          let dp = zip(keys(of: t), factors).map { k, factor in
            (0..<headSize).reduce(0) { $0 + dout[at + $1] * qkv[value(k, head) + $1] } * factor
          }
          let total = zip(p, dp).reduce(0) { $0 + $1.0 * $1.1 }
          for (index, k) in keys(of: t).enumerated() {
            let dscore = p[index] * (dp[index] - total)
            let ds = scale * (softcap.map { Scalar.softcapBackward(score(qkv, t, k, head), cap: $0, dout: dscore) } ?? dscore)
            for i in 0..<headSize {
              gradient[query(t, head) + i] += ds * qkv[key(k, head) + i]
              gradient[key(k, head) + i] += ds * qkv[query(t, head) + i]
              gradient[value(k, head) + i] += p[index] * factors[index] * dout[at + i]
            }
          }
        }
      }
      return gradient
    }
  }
}
