import Documents
import MainContent
import Testing

@Suite("Block classifier") struct BlockClassifierTests {
  @Test("column by column gives what block by block gives")
  func columnsAgreeWithRows() {
    let model = BlockClassifier.trained
    #expect(model.trees.count > 10)
    var random = SeededRandom(seed: 11)
    let features = MainContentExtractor.featureNames.count
    for blocks in [1, 2, 7, 64, 301] {
      // Values around the thresholds that the model asks for, so that both answers occur.
      var values = [Float](repeating: 0, count: features * blocks)
      for i in values.indices { values[i] = Float(random.next(below: 24)) / 2 - 1 }
      for tree in model.trees {
        for (feature, threshold) in zip(tree.features, tree.thresholds) where random.nextUnit() < 0.2 {
          values[feature * blocks + Int(random.next(below: UInt64(blocks)))] = threshold
        }
      }
      var scores = [Int32](repeating: 0, count: blocks)
      var leaves = [UInt8](repeating: 0, count: blocks)
      values.withUnsafeBufferPointer { model.logOdds($0, blocks: blocks, into: &scores, leaf: &leaves) }
      let plain = (0..<blocks).map { b in model.logOdds(of: (0..<features).map { values[$0 * blocks + b] }) }
      #expect(scores == plain)
    }
  }

  @Test("the model's text form reads back as the same model")
  func textRoundTrips() {
    #expect(BlockClassifier(text: BlockClassifier.trained.text)?.trees == BlockClassifier.trained.trees)
  }

  @Test(
    "a damaged model is refused", arguments: ["bias x", "no-such-feature:1 = 1 2", "words:1 = 1", "words 1", "words:x = 1 2"])
  func refusesDamage(_ text: String) { #expect(BlockClassifier(text: text) == nil) }

  @Test("blocks come with one number for each feature")
  func blocksCarryFeatures() throws {
    let html = "<main><h1>Title</h1><p>A paragraph of some words.</p></main>"
    let blocks = MainContentExtractor().blocks(html: Array(html.utf8))
    #expect(blocks.map { String(decoding: $0.text, as: UTF8.self) } == ["Title", "A paragraph of some words."])
    #expect(
      blocks.allSatisfy { $0.features.count == MainContentExtractor.featureNames.count && $0.features.allSatisfy(\.isFinite) })
  }
}
