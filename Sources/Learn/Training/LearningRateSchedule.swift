import Foundation

/// How the learning rate falls after the warm-up, from the greatest value to a share of it.
public enum LearningRateSchedule: String, Sendable, Hashable, CaseIterable {
  /// Half a cosine (Loshchilov and Hutter 2017).
  case cosine
  /// A straight line.
  case linear
  /// Constant, then a straight line over the last steps: "warm-up, stable, decay" (Hu et al. 2024). The steps before the decay
  /// do not depend on the token budget, except for the warm-up when that is given as a share.
  case warmUpStableDecay = "wsd"

  /// The share of the greatest learning rate at `progress` (0 after the warm-up, 1 at the last step).
  /// - Parameters:
  ///   - final: the share at the last step.
  ///   - decay: the part of the progress over which `warmUpStableDecay` falls.
  func share(at progress: Double, final: Double, decay: Double) -> Double {
    let progress = min(1, max(0, progress))
    let left: Double
    switch self {
    case .cosine: left = 0.5 * (1 + cos(.pi * progress))
    case .linear: left = 1 - progress
    case .warmUpStableDecay: left = decay > 0 ? min(1, (1 - progress) / decay) : 1
    }
    return final + (1 - final) * left
  }
}
