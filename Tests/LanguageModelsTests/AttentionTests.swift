import CKernels
import LanguageModels
import Testing

@Suite("attention")
struct AttentionTests {
  struct Case: CustomTestStringConvertible {
    var length, headSize, heads, keyHeads: Int
    var documents = false
    var isBidirectional = false
    var softcap: Float = 0
    var dropout = 0.0
    var testDescription: String {
      "T \(length) size \(headSize) heads \(heads)/\(keyHeads)\(documents ? " documents" : "")\(isBidirectional ? " both ways" : "") cap \(softcap) dropout \(dropout)"
    }

    /// The ends of the same documents.
    var endKeys: [Int32]? {
      guard isBidirectional else { return nil }
      guard let firstKeys else { return [Int32](repeating: Int32(length), count: length) }
      return (0..<length).map { t in Int32((t..<length).last { firstKeys[$0] == firstKeys[t] } ?? t) + 1 }
    }

    /// Documents of uneven lengths, some of one token.
    var firstKeys: [Int32]? {
      guard documents else { return nil }
      var starts: [Int32] = [], start = 0
      for t in 0..<length {
        if t > 0 && (t % 7 == 3 || t % 50 == 0) { start = t }
        starts.append(Int32(start))
      }
      return starts
    }
  }

  static let cases = [
    Case(length: 1, headSize: 2, heads: 1, keyHeads: 1), Case(length: 5, headSize: 6, heads: 4, keyHeads: 2),
    Case(length: 48, headSize: 16, heads: 2, keyHeads: 2), Case(length: 49, headSize: 17, heads: 3, keyHeads: 1),
    Case(length: 97, headSize: 32, heads: 2, keyHeads: 1), Case(length: 200, headSize: 64, heads: 1, keyHeads: 1),
    Case(length: 150, headSize: 20, heads: 2, keyHeads: 1, documents: true),
    Case(length: 97, headSize: 6, heads: 2, keyHeads: 1, softcap: 1.5), Case(length: 1, headSize: 4, heads: 1, keyHeads: 1, isBidirectional: true),
    Case(length: 49, headSize: 17, heads: 2, keyHeads: 1, isBidirectional: true),
    Case(length: 200, headSize: 16, heads: 2, keyHeads: 2, isBidirectional: true, softcap: 20),
    Case(length: 150, headSize: 20, heads: 2, keyHeads: 1, documents: true, isBidirectional: true, softcap: 2),
    Case(length: 1, headSize: 4, heads: 2, keyHeads: 1, dropout: 0.5), Case(length: 200, headSize: 16, heads: 4, keyHeads: 2, dropout: 0.3),
    Case(length: 97, headSize: 6, heads: 2, keyHeads: 1, documents: true, isBidirectional: true, softcap: 2, dropout: 0.1),
  ]

  // Softmax weights carry exp's 2e-7; sums over T and head size add some roundings.
  @Test("forward and backward equal their twins", arguments: Kernels.all, cases)
  func equalsTwins(kernels: Kernels, shape: Case) {
    let width = (shape.heads + 2 * shape.keyHeads) * shape.headSize, outWidth = shape.heads * shape.headSize
    let sequence = 5
    let qkv = FloatBuffer(randomValues(shape.length * width, seed: 1).map { $0 * 3 })
    let dout = FloatBuffer(randomValues(shape.length * outWidth, seed: 2))
    let out = FloatBuffer(count: dout.count), logSum = FloatBuffer(count: shape.length * shape.heads)
    let dqkv = FloatBuffer([Float](repeating: .nan, count: qkv.count))
    func allocated(_ keys: [Int32]) -> UnsafeMutablePointer<Int32> {
      let pointer = UnsafeMutablePointer<Int32>.allocate(capacity: keys.count)
      pointer.initialize(from: keys, count: keys.count)
      return pointer
    }
    let firstKeys = shape.firstKeys.map(allocated), endKeys = shape.documents ? shape.endKeys.map(allocated) : nil
    defer {
      firstKeys?.deallocate()
      endKeys?.deallocate()
    }
    var description = winnow_attention(
      length: shape.length, head_size: shape.headSize, head_count: shape.heads, group_size: shape.heads / shape.keyHeads,
      qkv_stride: width, output_stride: outWidth, scale: 1 / Float(shape.headSize).squareRoot(),
      softcap: shape.softcap, bidirectional: shape.isBidirectional ? 1 : 0, first_key: firstKeys.map { UnsafePointer($0) },
      end_key: endKeys.map { UnsafePointer($0) }, drop: nil, first_draw: UInt64(sequence * shape.heads))
    let regularization = Regularization(attentionDropout: shape.dropout, seed: 3)
    let draw = UnsafeMutablePointer<winnow_drop>.allocate(capacity: 1)
    defer { draw.deallocate() }
    draw.initialize(to: regularization.draw(.probabilities(layer: 2), step: 7, sequence: sequence, layers: 4))
    if shape.dropout > 0 { description.drop = UnsafePointer(draw) }
    let scratch = FloatBuffer([Float](repeating: .nan, count: kernels.table.pointee.attention_scratch(&description)))
    for group in 0..<shape.keyHeads {
      kernels.table.pointee.attention(&description, group, qkv.base, out.base, logSum.base, scratch.base)
      kernels.table.pointee.attention_backward(
        &description, group, qkv.base, out.base, logSum.base, dout.base, dqkv.base, scratch.base)
    }
    var twin = Scalar.Attention(
      length: shape.length, headSize: shape.headSize, headCount: shape.heads, keyHeadCount: shape.keyHeads,
      firstKeys: shape.firstKeys, endKeys: shape.endKeys, softcap: shape.softcap > 0 ? Double(shape.softcap) : nil)
    if shape.dropout > 0 {
      twin.factor = { head, query, key in
        let row = (sequence * shape.heads + head) * shape.length + query
        return regularization.factor(
          .probabilities(layer: 2), step: 7, sequence: sequence, layers: 4, element: row * ((shape.length + 31) / 32 * 32) + key)
      }
    }
    #expect(relativeError(out.values, twin.forward(doubles(qkv.values))) < 3e-6)
    #expect(relativeError(dqkv.values, twin.backward(doubles(qkv.values), dout: doubles(dout.values))) < 1e-5)
  }

  @Test("one cached query equals the last row of the whole", arguments: Kernels.all, [(1, 0), (30, 0), (30, 1.2)] as [(Int, Float)])
  func decodeEqualsForward(kernels: Kernels, shape: (length: Int, softcap: Float)) {
    let length = shape.length
    let size = 12
    let query = FloatBuffer(randomValues(size, seed: 1)), keys = FloatBuffer(randomValues(length * size, seed: 2))
    let values = FloatBuffer(randomValues(length * size, seed: 3))
    let out = FloatBuffer(count: size), scores = FloatBuffer(count: length)
    kernels.table.pointee.attention_decode(
      query.base, keys.base, values.base, length, size, 1 / Float(size).squareRoot(), shape.softcap,
      scores.base, out.base)
    var rows: [Double] = []
    for t in 0..<length {
      rows += doubles(query.values)
      rows += doubles(keys[t * size..<(t + 1) * size])
      rows += doubles(values[t * size..<(t + 1) * size])
    }
    let twin = Scalar.Attention(length: length, headSize: size, headCount: 1, keyHeadCount: 1, softcap: shape.softcap > 0 ? Double(shape.softcap) : nil
    ).forward(rows)
    #expect(relativeError(out.values, Array(twin.suffix(size))) < 1e-6)
  }
}
