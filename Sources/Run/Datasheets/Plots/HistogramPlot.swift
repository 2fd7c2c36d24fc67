/// A metric's histogram: kept documents below, dropped ones on top of them, thresholds as dashed lines.
///
/// All bins are drawn equally wide, whatever range of values they cover, so that logarithmic and straight bins both read well; a
/// threshold stands at its place within its bin.
struct HistogramPlot {
  var histogram: MetricHistogram

  private let width = 340.0
  private let height = 170.0
  private let left = 44.0
  private let right = 14.0
  private let top = 12.0
  private let bottom = 24.0

  var bins: Int { max(0, min(histogram.edges.count - 1, histogram.kept.count)) }
  private func dropped(_ bin: Int) -> Int { bin < histogram.dropped.count ? histogram.dropped[bin] : 0 }

  var drawing: Drawing? {
    guard bins > 0 else { return nil }
    let kept = histogram.kept.prefix(bins).reduce(0, +)
    let lost = (0..<bins).reduce(0) { $0 + dropped($1) }
    let counts =
      histogram.dropped.isEmpty
      ? "\(Figures.count(kept, "document"))" : "\(Figures.count(kept, "document")) kept and \(Figures.count(lost)) dropped"
    var drawing = Drawing(
      width: width, height: height, title: "Histogram of \(histogram.metric)",
      description: "\(counts), from \(Figures.value(histogram.edges[0])) to \(Figures.value(histogram.edges[bins]))")
    let plotWidth = width - left - right
    let plotHeight = height - top - bottom
    let most = (0..<bins).map { histogram.kept[$0] + dropped($0) }.max() ?? 0
    let vertical = Axis(covering: 0...Double(max(most, 1)), count: 4)
    for tick in vertical.ticks where tick == tick.rounded() {
      let y = top + plotHeight * (1 - vertical.position(of: tick))
      drawing.line(left, y, width - right, y, style: tick == 0 ? "axis" : "grid")
      drawing.text(Figures.count(Int(tick)), x: left - 5, y: y + 3.5, anchor: "end")
    }
    let binWidth = plotWidth / Double(bins)
    for bin in 0..<bins {
      let x = left + Double(bin) * binWidth
      let gap = binWidth > 4 ? 1.0 : 0
      let keptHeight = plotHeight * vertical.position(of: Double(histogram.kept[bin]))
      let allHeight = plotHeight * vertical.position(of: Double(histogram.kept[bin] + dropped(bin)))
      let base = top + plotHeight
      if keptHeight > 0 {
        drawing.rectangle(x: x, y: base - keptHeight, width: binWidth - gap, height: keptHeight, style: "kept")
      }
      if allHeight > keptHeight {
        drawing.rectangle(x: x, y: base - allHeight, width: binWidth - gap, height: allHeight - keptHeight, style: "dropped")
      }
    }
    for (value, _) in marks {
      guard let position = position(of: value) else { continue }
      let x = left + plotWidth * position
      drawing.line(x, top - 6, x, top + plotHeight, style: "threshold")
    }
    for edge in tickEdges {
      let x = left + plotWidth * Double(edge) / Double(bins)
      let anchor = edge == 0 ? "start" : edge == bins ? "end" : "middle"
      drawing.text(Figures.value(histogram.edges[edge]), x: x, y: height - 7, anchor: anchor)
    }
    return drawing
  }

  /// Every finite bound with the words for it.
  var marks: [(value: Double, words: String)] {
    histogram.thresholds.flatMap { threshold in
      [
        threshold.minimum.map { ($0, "\(threshold.rule): at least \(Figures.value($0))") },
        threshold.maximum.map { ($0, "\(threshold.rule): at most \(Figures.value($0))") },
      ].compactMap { $0 }.filter { $0.0.isFinite }
    }
  }

  /// Five borders at most, the first and the last among them.
  private var tickEdges: [Int] {
    let steps = min(4, bins)
    return (0...steps).map { $0 * bins / steps }
  }

  /// Where a value lies on the axis as 0...1; nil outside of it.
  func position(of value: Double) -> Double? {
    guard bins > 0, value >= histogram.edges[0], value <= histogram.edges[bins] else { return nil }
    for bin in 0..<bins where value <= histogram.edges[bin + 1] {
      let lower = histogram.edges[bin]
      let upper = histogram.edges[bin + 1]
      let within = upper > lower ? (value - lower) / (upper - lower) : 0
      return (Double(bin) + within) / Double(bins)
    }
    return 1
  }
}
