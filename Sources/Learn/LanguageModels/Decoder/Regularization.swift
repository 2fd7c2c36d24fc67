import CKernels
import Documents
import Foundation

/// Random omissions in training (never in evaluation), each a function of seed, step and place: the same for any number of threads
/// and any cut of the batch.
public struct Regularization: Sendable, Hashable {
  /// The share of values that is set to 0, of the embedded tokens and of what each block adds to the residual stream (Vaswani et al.
  /// 2017, section 5.4); the others are divided by what is left.
  public var dropout: Double
  /// The same of attention's probabilities, after their softmax.
  public var attentionDropout: Double
  /// How often the last layer's blocks are left out for a sequence; the layers before it less often, in proportion to their depth
  /// (Huang et al. 2016, equation 4). A block that stays is divided by how often it does, so that evaluation needs no change.
  public var stochasticDepth: Double
  public var seed: UInt64

  public init(dropout: Double = 0, attentionDropout: Double = 0, stochasticDepth: Double = 0, seed: UInt64 = 0) {
    self.dropout = dropout
    self.attentionDropout = attentionDropout
    self.stochasticDepth = stochasticDepth
    self.seed = seed
  }

  package var isActive: Bool { dropout > 0 || attentionDropout > 0 || stochasticDepth > 0 }

  /// Where values are dropped.
  package enum Site: Hashable, Sendable {
    case embedding
    case attention(layer: Int)
    case feedForward(layer: Int)
    case probabilities(layer: Int)

    package var number: UInt32 {
      switch self {
      case .embedding: 0
      case .attention(let layer): UInt32(2 * layer + 1)
      case .feedForward(let layer): UInt32(2 * layer + 2)
      case .probabilities(let layer): UInt32(layer) | 0x4000_0000
      }
    }

    /// The layer whose block it closes.
    package var layer: Int? {
      switch self {
      case .embedding, .probabilities: nil
      case .attention(let layer), .feedForward(let layer): layer
      }
    }
  }

  private var key: (UInt32, UInt32) {
    let mixed = SeededRandom.mix(seed)
    return (UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
  }

  /// The share that is dropped at a site.
  private func probability(at site: Site) -> Double {
    if case .probabilities = site { attentionDropout } else { dropout }
  }

  /// What the kernel draws for one sequence at one site.
  package func draw(_ site: Site, step: Int, sequence: Int, layers: Int) -> winnow_drop {
    let probability = probability(at: site)
    return winnow_drop(
      key: key, step: UInt32(truncatingIfNeeded: step), site: site.number, threshold: Self.threshold(probability),
      scale: Float(depthFactor(site, step: step, sequence: sequence, layers: layers) / (1 - probability)))
  }

  static func threshold(_ probability: Double) -> UInt32 { UInt32(min(probability * 0x1p32, 0xFFFF_FFFF)) }

  /// 0 where a block is left out for a sequence, else one over the probability that it stays.
  package func depthFactor(_ site: Site, step: Int, sequence: Int, layers: Int) -> Double {
    guard stochasticDepth > 0, let layer = site.layer else { return 1 }
    let probability = stochasticDepth * Double(layer + 1) / Double(layers)
    // The highest bit of the site sets these draws apart from those of dropout.
    let word = Philox.words(
      counter: (UInt32(truncatingIfNeeded: sequence), 0, UInt32(truncatingIfNeeded: step), site.number | 0x8000_0000), key: key
    ).0
    return word < Self.threshold(probability) ? 0 : 1 / (1 - probability)
  }

  /// The factor on one element of a site, the specification of the kernel. `element` counts over the rows of the whole batch, at
  /// the probabilities as `winnow_attention` says.
  package func factor(_ site: Site, step: Int, sequence: Int, layers: Int, element: Int) -> Double {
    let block = element / 32 * 8 + element % 8
    let (low, high) = (UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32))
    let words = Philox.words(counter: (low, high, UInt32(truncatingIfNeeded: step), site.number), key: key)
    let word = [words.0, words.1, words.2, words.3][element % 32 / 8]
    let probability = probability(at: site)
    if word < Self.threshold(probability) { return 0 }
    return depthFactor(site, step: step, sequence: sequence, layers: layers) / (1 - probability)
  }
}

/// Philox 4x32 with ten rounds (Salmon et al. 2011): four random words as a function of a counter and a key.
package enum Philox {
  package typealias Words = (UInt32, UInt32, UInt32, UInt32)

  package static func words(counter: Words, key: (UInt32, UInt32)) -> Words {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let p0 = (0xD251_1F53 as UInt32).multipliedFullWidth(by: c.0)
      let p1 = (0xCD9E_8D57 as UInt32).multipliedFullWidth(by: c.2)
      c = (p1.high ^ c.1 ^ k.0, p1.low, p0.high ^ c.3 ^ k.1, p0.low)
      k.0 &+= 0x9E37_79B9
      k.1 &+= 0xBB67_AE85
    }
    return c
  }
}
