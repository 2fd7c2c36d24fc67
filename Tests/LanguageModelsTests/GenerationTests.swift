import Documents
import Foundation
import LanguageModels
import Testing

@Suite("generation")
struct GenerationTests {
  @Test("logits with the cache equal those of the whole sequence", arguments: DecoderPassTests.shapes.filter(\.isCausal))
  func cacheEqualsWholePass(shape: DecoderConfiguration) throws {
    let decoder = try testDecoder(shape)
    let tokens = randomTokens(20, below: 37, seed: 1)
    let pool = ThreadPool(width: 2)
    let whole = DecoderPass(decoder, batch: 1, length: 20, pool: pool, trains: false).logits(inputs: tokens)
    let state = DecoderState(decoder, pool: pool)
    for round in 0..<2 {
      for (position, token) in tokens.enumerated() {
        let logits = state.advance(token)
        let expected = doubles(Array(whole[position * 37..<(position + 1) * 37]))
        #expect(relativeError(logits, expected) < 1e-5, "round \(round) position \(position)")
      }
      state.reset()
    }
  }

  /// Lengths below and above the least that is taken in at once.
  @Test(
    "a prompt taken in at once leaves what its tokens one by one leave: the same logits after it and after every token that follows",
    arguments: DecoderPassTests.shapes.filter(\.isCausal), [1, 7, 8, 15])
  func promptAtOnce(shape: DecoderConfiguration, length: Int) throws {
    let decoder = try testDecoder(shape), tokens = randomTokens(20, below: 37, seed: 2), pool = ThreadPool(width: 2)
    let plain = DecoderState(decoder, pool: pool), fast = DecoderState(decoder, pool: pool)
    for round in 0..<2 {
      var expected: [Float] = []
      for token in tokens.prefix(length) { expected = plain.advance(token) }
      var logits = fast.advance(Array(tokens.prefix(length)))
      #expect(fast.position == length)
      for (index, token) in tokens.dropFirst(length).enumerated() {
        #expect(relativeError(logits, doubles(expected)) < 1e-5, "round \(round), \(index) tokens after the prompt")
        expected = plain.advance(token)
        logits = fast.advance(token)
      }
      plain.reset()
      fast.reset()
    }
  }

  @Test("matrices read as bfloat16 give the logits of rounded matrices", arguments: [tinyShape, tinyGPT2])
  func readsBFloat16(shape: DecoderConfiguration) throws {
    let decoder = try testDecoder(shape), rounded = try testDecoder(shape), pool = ThreadPool(width: 2), layout = decoder.layout
    // Rows of the embedding and positions that become the input, norms and biases stay as they are.
    for tensor in layout.tensors where tensor.decays && tensor.offset != layout.embedding && tensor.offset != layout.positions {
      for index in tensor.range {
        rounded.parameters[index] = Float(bitPattern: UInt32(HalfPrecision.bfloat(from: rounded.parameters[index])) << 16)
      }
    }
    let fast = DecoderState(decoder, pool: pool, readsBFloat16: true), plain = DecoderState(rounded, pool: pool)
    let exact = DecoderState(decoder, pool: pool)
    for token in randomTokens(10, below: 37, seed: 1) {
      let a = fast.advance(token), b = plain.advance(token), c = exact.advance(token)
      // The output projection is the embedding, rounded in one and not in the other.
      #expect(relativeError(a, doubles(b)) < 0.01 && a != c)
    }
  }

  @Test("an encoder does not continue text")
  func refusesEncoders() throws {
    var shape = tinyShape
    shape.family = .encoder
    let error = #expect(throws: Diagnostic.self) { try Generator(testDecoder(shape), sampling: .greedy, pool: ThreadPool(width: 1)) }
    #expect(error?.code == "unsupported-model")
  }

  @Test("greedy tokens are the most likely ones, and one seed gives one text")
  func greedyAndSeeded() throws {
    let decoder = try testDecoder()
    let pool = ThreadPool(width: 1)
    let greedy = try Generator(decoder, sampling: .greedy, pool: pool).generate(after: [3, 4], count: 10)
    var text: [UInt32] = [3, 4]
    for token in greedy {
      let logits = ScalarDecoder(decoder).logits(text).suffix(37)
      let best = try #require(logits.indices.max { logits[$0] < logits[$1] })
      #expect(token == UInt32(best - logits.startIndex))
      text.append(token)
    }
    let sampling = Sampling(temperature: 1.5, seed: 5)
    let first = try Generator(decoder, sampling: sampling, pool: pool).generate(after: [3], count: 30)
    let again = try Generator(decoder, sampling: sampling, pool: ThreadPool(width: 2)).generate(after: [3], count: 30)
    var other = sampling
    other.seed = 6
    #expect(first == again)
    let different = try Generator(decoder, sampling: other, pool: pool).generate(after: [3], count: 30)
    #expect(different != first)
  }

  @Test("generation stops at a stop token, at the wish of the visitor and when the context is full")
  func stops() throws {
    let decoder = try testDecoder()
    let pool = ThreadPool(width: 1)
    let generator = try Generator(decoder, sampling: .greedy, pool: pool)
    let free = try generator.generate(after: [3], count: 10)
    #expect(free.count == 10)
    let stopped = try generator.generate(after: [3], count: 10, stop: [free[2]])
    #expect(stopped == Array(free.prefix { $0 != free[2] }) + [free[2]])
    var seen = 0
    let visited = try generator.generate(after: [3], count: 10) { _ in
      seen += 1
      return seen < 4
    }
    #expect(visited == Array(free[..<4]))
    let full = try generator.generate(after: [3], count: 1000)
    #expect(full.count == 64)
    let long = try generator.generate(after: randomTokens(500, below: 37, seed: 1), count: 5)
    #expect(long.count == 5)
  }

  @Test("an empty prompt, an unknown token and impossible sampling are refused")
  func refuses() throws {
    let decoder = try testDecoder()
    let generator = try Generator(decoder, sampling: .greedy, pool: ThreadPool(width: 1))
    #expect(throws: Diagnostic.self) { try generator.generate(after: [], count: 1) }
    #expect(throws: Diagnostic.self) { try generator.generate(after: [37], count: 1) }
    for sampling in [Sampling(temperature: -1), Sampling(topK: 0), Sampling(topP: 0), Sampling(topP: 1.5), Sampling(temperature: .nan)] {
      #expect(throws: Diagnostic.self) { try sampling.validate() }
    }
  }

  @Test("draws follow the probabilities, top-k and top-p cut the tail")
  func distribution() {
    let logits: [Float] = [2, 1, 0, -1, -1]
    let weights = logits.map { Double($0) }.map { exp2($0 * 1.4426950408889634) }
    let total = weights.reduce(0, +)
    func shares(_ sampling: Sampling) -> [Double] {
      var random = SeededRandom(seed: 1, stream: "draws"), counts = [Double](repeating: 0, count: 5)
      for _ in 0..<20_000 { counts[Int(sampling.draw(logits, using: &random))] += 1 / 20_000 }
      return counts
    }
    for (share, weight) in zip(shares(Sampling()), weights) { #expect(abs(share - weight / total) < 0.015) }
    let top2 = shares(Sampling(topK: 2))
    #expect(top2[2...].allSatisfy { $0 == 0 })
    #expect(abs(top2[0] - weights[0] / (weights[0] + weights[1])) < 0.015)
    // 0.614 + 0.226 = 0.84 reaches 0.7 with two tokens and 0.9 only with three.
    #expect(shares(Sampling(topP: 0.7))[2...].allSatisfy { $0 == 0 })
    #expect(shares(Sampling(topP: 0.9))[3...].allSatisfy { $0 == 0 })
    #expect(shares(Sampling(topP: 0.9))[2] > 0)
    #expect(shares(Sampling(temperature: 0))[0] > 0.999)
  }

  private func exp2(_ x: Double) -> Double { x < 0 ? 1 / exp2(-x) : x >= 1 ? 2 * exp2(x - 1) : series(x * 0.6931471805599453) }
  private func series(_ x: Double) -> Double { (1...20).reversed().reduce(1) { 1 + x / Double($1) * $0 } }

  @Test("min-p keeps tokens of at least its share of the most likely one's probability")
  func minP() throws {
    let logits: [Float] = [0, Float(log(0.5)), Float(log(0.24)), Float(log(0.01))]
    func drawn(_ sampling: Sampling) -> Set<UInt32> {
      var random = SeededRandom(seed: 1, stream: "test")
      return Set((0..<3000).map { _ in sampling.draw(logits, using: &random) })
    }
    #expect(drawn(Sampling()) == [0, 1, 2, 3])
    #expect(drawn(Sampling(minP: 0.25)) == [0, 1])
    #expect(drawn(Sampling(minP: 0.2)) == [0, 1, 2])
    #expect(drawn(Sampling(minP: 1)) == [0])
    #expect(throws: Diagnostic.self) { try Sampling(minP: 0).validate() }
    #expect(throws: Diagnostic.self) { try Sampling(minP: 1.1).validate() }
  }

  @Test(
    "a text ends before the first stop string, however it is cut into pieces",
    arguments: [
      ("one\n\ntwo", ["\n\n"], "one", true), ("aab", ["ab"], "a", true), ("aaab", ["aab"], "a", true),
      ("no stop", ["x"], "no stop", false), ("almost sto", ["stop"], "almost sto", false), ("xyz", [""], "xyz", false),
      ("abcd", ["bcd", "b"], "a", true), ("Größe", ["ß"], "Grö", true),
    ])
  func stopStrings(text: String, stops: [String], expected: String, found: Bool) {
    for size in 1...text.utf8.count {
      var filter = StopStrings(stops), out: [UInt8] = []
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) { out += filter.take(bytes[start..<min(bytes.count, start + size)]) }
      out += filter.rest()
      #expect(String(decoding: out, as: UTF8.self) == expected && filter.isFound == found, "pieces of \(size)")
    }
  }
}
