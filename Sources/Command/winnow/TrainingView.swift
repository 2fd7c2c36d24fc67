import Foundation
import Training

/// The live line of a training run: on a terminal in place, else a line now and then.
final class TrainingView {
  private let isQuiet: Bool
  private let operationsPerToken: Double
  /// Operations per second that the processor reaches at most.
  private let peakRate: Double
  private let isTerminal = StandardError.isTerminal
  private let started = ContinuousClock.now
  private var firstTokens: Int?
  private var lastShown: ContinuousClock.Instant?
  private var losses: [Double] = []

  init(isQuiet: Bool, operationsPerToken: Double, peakRate: Double) {
    self.isQuiet = isQuiet
    self.peakRate = peakRate
    self.operationsPerToken = operationsPerToken
  }

  func show(_ progress: TrainingProgress) {
    guard !isQuiet else { return }
    losses.append(progress.loss)
    if firstTokens == nil { firstTokens = progress.tokens - progress.tokens / progress.step }
    let now = ContinuousClock.now
    if let lastShown, now - lastShown < (isTerminal ? .milliseconds(150) : .seconds(10)), progress.step < progress.steps {
      return
    }
    lastShown = now
    if isTerminal { StandardError.write("\r\u{1B}[2K" + line(progress, now)) } else { StandardError.line(line(progress, now)) }
  }

  func finish() { if isTerminal, !isQuiet { StandardError.write("\r\u{1B}[2K") } }

  private func line(_ progress: TrainingProgress, _ now: ContinuousClock.Instant) -> String {
    let seconds = max(0.001, (now - started) / .seconds(1))
    let rate = Double(progress.tokens - (firstTokens ?? 0)) / seconds
    let left = Double(progress.tokens) / Double(progress.step) * Double(progress.steps - progress.step) / max(1, rate)
    var text = "step \(progress.step)/\(progress.steps)  loss \(Readable.fixed(recentLoss, 3))"
    if let validation = progress.validationLoss { text += "  validation \(Readable.fixed(validation, 3))" }
    text += "  \(Readable.count(Int(rate))) tokens/s"
    // Model FLOPs utilization (Chowdhery et al. 2022, appendix B), of the peak measured when training began.
    if peakRate > 0 { text += "  MFU \(Readable.fixed(100 * rate * operationsPerToken / peakRate, 0)) %" }
    if progress.step < progress.steps { text += "  ETA \(Readable.duration(left))" }
    let room = StandardError.width - 2 - text.count
    return isTerminal && room > 8 ? text + "  " + Sparkline.text(losses, width: min(room - 2, 40)) : text
  }

  /// Mean of the last steps.
  private var recentLoss: Double {
    let last = losses.suffix(10)
    return last.reduce(0, +) / Double(max(1, last.count))
  }
}

/// A curve in one line of text.
enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// Values averaged into at most `width` columns, from the least to the greatest.
  static func text(_ values: [Double], width: Int) -> String {
    guard !values.isEmpty, width > 0 else { return "" }
    let columns = min(width, values.count)
    let means = (0..<columns).map { column in
      let part = values[column * values.count / columns..<(column + 1) * values.count / columns]
      return part.reduce(0, +) / Double(part.count)
    }
    let low = means.min() ?? 0
    let high = means.max() ?? 0
    return String(means.map { bars[high > low ? min(7, Int(($0 - low) / (high - low) * 8)) : 0] })
  }
}
