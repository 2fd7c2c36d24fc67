import Documents
import Foundation
import Storage

/// The lines of `metrics.jsonl`: what the configuration and the data decide, and no timings.
struct MetricsLog {
  private(set) var bytes: [UInt8]
  private var losses: [Double] = []
  private var validationLosses: [Double] = []

  /// From the lines of an earlier run; lines that are not ours are kept and not counted.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    for line in bytes.split(separator: 0x0A) {
      guard let object = try? JSONScanner.parse(Array(line)).object else { continue }
      if let loss = object["loss"]?.number { losses.append(loss) }
      if let loss = object["validation-loss"]?.number { validationLosses.append(loss) }
    }
  }

  var isEmpty: Bool { bytes.isEmpty }
  var firstLoss: Double? { losses.first }
  var firstValidationLoss: Double? { validationLosses.first }
  var lastValidationLoss: Double? { validationLosses.last }
  var meanOfLastLosses: Double? {
    guard !losses.isEmpty else { return nil }
    let last = losses.suffix(max(1, losses.count / 20))
    return last.reduce(0, +) / Double(last.count)
  }

  var bestValidationLoss: Double? { validationLosses.min() }
  /// Validations since the best one; 0 when the last is the best.
  var validationsWithoutBest: Int {
    guard let best = validationLosses.min(), let index = validationLosses.firstIndex(of: best) else { return 0 }
    return validationLosses.count - 1 - index
  }

  /// Mean plus `deviations` standard deviations of the last losses; nil while there are fewer than 64.
  func greatestUsualLoss(deviations: Double) -> Double? {
    let last = losses.suffix(64)
    guard last.count == 64 else { return nil }
    let mean = last.reduce(0, +) / 64
    let variance = last.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 63
    return mean + deviations * variance.squareRoot()
  }

  mutating func append(_ result: Trainer.StepResult, tokens: Int) {
    losses.append(result.loss)
    write([
      "step": .integer(Int64(result.step)), "tokens": .integer(Int64(tokens)), "loss": .number(result.loss),
      "learning-rate": .number(result.learningRate), "gradient-norm": .number(result.gradientNorm),
    ])
  }

  mutating func append(validationLoss: Double, step: Int) {
    validationLosses.append(validationLoss)
    write(["step": .integer(Int64(step)), "validation-loss": .number(validationLoss)])
  }

  /// Training went back from `step` to where this log ends, over so many batches.
  mutating func append(rollbackFrom step: Int, passedOverBatches: Int, because reason: String) {
    write([
      "rollback-from-step": .integer(Int64(step)), "passed-over-batches": .integer(Int64(passedOverBatches)),
      "reason": .string(reason),
    ])
  }

  private mutating func write(_ line: JSONObject) {
    line.write(to: &bytes)
    bytes.append(0x0A)
  }
}

/// Times steps and appends them to `timings.jsonl`.
struct StepClock {
  private let path: String?
  private var last = ContinuousClock.now

  /// - Parameter path: nil: times are not written.
  init(log path: String?) { self.path = path }

  /// - Returns: tokens per second since the last call.
  mutating func finish(step: Int, tokens: Int) throws(Diagnostic) -> Double {
    let now = ContinuousClock.now
    let seconds = max(1e-9, (now - last) / .seconds(1))
    last = now
    guard let path else { return Double(tokens) / seconds }
    let line: JSONObject = ["step": .integer(Int64(step)), "seconds": .number(seconds)]
    var bytes: [UInt8] = []
    line.write(to: &bytes)
    bytes.append(0x0A)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Diagnostic(systemCall: "open", path: path) }
    defer { close(descriptor) }
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Diagnostic(systemCall: "write", path: path) }
    return Double(tokens) / seconds
  }
}
