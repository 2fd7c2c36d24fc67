import Documents
import Foundation
import LanguageModels

/// The learning-rate range test (Smith 2017, section 3.3): training steps whose learning rate grows from step to step by the same
/// factor, until the loss diverges. Nothing of it is kept.
public struct LearningRateFinder: Sendable, Hashable {
  /// The rates of the first and of the last step.
  public var range: ClosedRange<Double>
  public var steps: Int
  /// The test ends when the smoothed loss exceeds the least one by this factor.
  public var divergence = 1.5

  public init(range: ClosedRange<Double> = 1e-6...1, steps: Int = 100) {
    self.range = range
    self.steps = steps
  }

  public struct Point: Sendable, Hashable {
    public var learningRate: Double
    /// Of the step at this rate, before its update, in nats.
    public var loss: Double
    /// The mean of the losses so far, weighted 0.9 to the power of their age in steps.
    public var smoothedLoss: Double

    public var description: JSONObject {
      ["learning-rate": .number(learningRate), "loss": .number(loss), "smoothed-loss": .number(smoothedLoss)]
    }
  }

  public struct Outcome: Sendable, Hashable {
    public var points: [Point]

    /// The rate at which the smoothed loss fell fastest from one step to the next: the one to take. Nil when it never fell.
    public var steepest: Double? {
      zip(points, points.dropFirst()).min { $0.1.smoothedLoss - $0.0.smoothedLoss < $1.1.smoothedLoss - $1.0.smoothedLoss }
        .flatMap { $1.smoothedLoss < $0.smoothedLoss ? $1.learningRate : nil }
    }

    /// The rate of the least smoothed loss: from there on training diverges, so it is too high.
    public var edge: Double? { points.min { $0.smoothedLoss < $1.smoothedLoss }?.learningRate }
  }

  /// - Throws: a `Diagnostic` when a value cannot be, and what reading the data throws. A loss that diverges is no error.
  public func run(
    _ configuration: TrainingConfiguration, on data: some TokenSequences, pool: ThreadPool,
    progress: (Point) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(Diagnostic) -> Outcome {
    guard steps >= 2, range.lowerBound > 0, range.lowerBound < range.upperBound else {
      throw Diagnostic(
        "training-configuration", "a range test of \(steps) steps over \(range)",
        fix: "use at least 2 steps over a positive range")
    }
    guard data.sequenceCount(length: configuration.length) > 0 else {
      throw Diagnostic(
        "too-few-tokens", "the training data has no sequence of \(configuration.length + 1) tokens",
        fix: "use more data or shorter sequences")
    }
    let trainer = try Trainer(configuration, pool: pool)
    var points: [Point] = []
    var sum = 0.0
    var weight = 0.0
    var least = Double.infinity
    for step in 0..<steps where !isCancelled() {
      let share = Double(step) / Double(steps - 1)
      let rate = range.lowerBound * pow(range.upperBound / range.lowerBound, share)
      let result: Trainer.StepResult
      do {
        result = try trainer.advance(on: data, learningRate: rate)
      } catch {
        if error.code == "diverged" { break }
        throw error
      }
      sum = sum * 0.9 + result.loss
      weight = weight * 0.9 + 1
      let point = Point(learningRate: rate, loss: result.loss, smoothedLoss: sum / weight)
      points.append(point)
      progress(point)
      least = min(least, point.smoothedLoss)
      if point.smoothedLoss > least * divergence { break }
    }
    return Outcome(points: points)
  }
}
