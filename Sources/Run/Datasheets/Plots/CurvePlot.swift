/// Loss over steps: training thin, validation bold with its points, the unigram baseline dashed.
struct CurvePlot {
  var training: TrainingAccount

  private let width = 380.0
  private let height = 230.0
  private let left = 42.0
  private let right = 12.0
  private let top = 12.0
  private let bottom = 40.0

  var drawing: Drawing? {
    let train = training.curve.compactMap { point in finite(point.trainLoss).map { (Double(point.step), $0) } }
    let validation = training.curve.compactMap { point in finite(point.validationLoss).map { (Double(point.step), $0) } }
    let losses = (train + validation).map(\.1) + (finite(training.unigramLoss).map { [$0] } ?? [])
    let steps = (train + validation).map(\.0)
    guard let lowest = losses.min(), let highest = losses.max(), let lastStep = steps.max() else { return nil }
    let vertical = Axis(covering: lowest...highest, count: 6)
    let horizontal = Axis(covering: 0...max(lastStep, 1), count: 6)
    var drawing = Drawing(
      width: width, height: height, title: "Loss over training steps", description: words(train, validation))
    let plotWidth = width - left - right
    let plotHeight = height - top - bottom
    func x(_ step: Double) -> Double { left + plotWidth * horizontal.position(of: step) }
    func y(_ loss: Double) -> Double { top + plotHeight * (1 - vertical.position(of: loss)) }
    for tick in vertical.ticks {
      drawing.line(left, y(tick), width - right, y(tick), style: tick == vertical.lower ? "axis" : "grid")
      drawing.text(Figures.value(tick), x: left - 6, y: y(tick) + 4, anchor: "end")
    }
    for tick in horizontal.ticks {
      drawing.text(
        Figures.value(tick), x: x(tick), y: height - bottom + 16, anchor: tick == horizontal.upper ? "end" : "middle")
    }
    drawing.text("step", x: left + plotWidth / 2, y: height - 6)
    if let unigram = finite(training.unigramLoss) {
      drawing.line(left, y(unigram), width - right, y(unigram), style: "baseline")
      drawing.text("unigram baseline", x: width - right - 2, y: y(unigram) + 14, anchor: "end", style: "tick")
    }
    if train.count > 1 { drawing.path(train.map { (x($0.0), y($0.1)) }, style: "train") }
    if validation.count > 1 { drawing.path(validation.map { (x($0.0), y($0.1)) }, style: "validation") }
    for point in validation { drawing.circle(x: x(point.0), y: y(point.1), radius: 3, style: "point") }
    return drawing
  }

  private func words(_ train: [(Double, Double)], _ validation: [(Double, Double)]) -> String {
    var parts: [String] = []
    for (name, points) in [("Training", train), ("Validation", validation)] {
      guard let first = points.first, let last = points.last else { continue }
      parts.append(
        "\(name) loss from \(Figures.value(first.1)) at step \(Figures.value(first.0)) to \(Figures.value(last.1)) at step \(Figures.value(last.0))"
      )
    }
    if let unigram = finite(training.unigramLoss) { parts.append("a unigram model has \(Figures.value(unigram))") }
    return parts.joined(separator: "; ")
  }

  private func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
}
