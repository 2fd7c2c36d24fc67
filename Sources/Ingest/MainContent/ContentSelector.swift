/// Decides which blocks of a page are its main content.
struct ContentSelector {
  struct Selection {
    var step: ExtractedContent.Step
    var pageType: ExtractedContent.PageType?
  }

  let options: MainContentExtractor.Options
  let classifier: BlockClassifier
  /// For each block of the tree last seen: whether it was chosen.
  private(set) var chosen: [Bool] = []
  /// For each element: whether it and all inside is boilerplate.
  private var isPruned: [Bool] = []
  private(set) var features = BlockFeatures()
  private var scores: [Int32] = []
  private var leaves: [UInt8] = []
  private var probabilities: [Float] = []
  private var order: [Int32] = []
  /// The expected word F1 of the best choice.
  private var bestScore = 0.0

  /// Below this many characters the result is doubtful and the next step of the ladder is tried.
  private static let fewestCharacters: Int32 = 200
  /// The share of the best expected score that a block's probability must reach. One half is best in expectation; a little more
  /// cost nothing on whole pages and left out more teasers and notices (cross-validated, docs/guide/extraction.md).
  private static let thresholdShare = 0.55
  /// The same for a heading or a term right before chosen text.
  private static let labelShare = 0.2

  init(options: MainContentExtractor.Options, classifier: BlockClassifier) {
    self.options = options
    self.classifier = classifier
  }

  mutating func select(from tree: PageTree, metadata: PageMetadata, head: HeadPieces, url: String) -> Selection {
    let type = PageKind.guess(tree, metadata: metadata, url: url)
    prune(tree, keepsComments: type == .forum)
    if tree.blocks.count > options.limits.blocks {
      chooseUnpruned(tree)
      return Selection(step: .allText, pageType: type)
    }
    features.measure(tree, traits: traits(of: tree, metadata: metadata, type: type, url: url), isPruned: isPruned)
    score(tree)
    chooseByExpectedScore(tree)
    keepLabels(tree)
    adjustComments(tree)
    dropLooseHeadings(tree)
    let kept = chosenCharacters(tree)
    if kept < Self.fewestCharacters {
      let body = metadata.articleBody
      if body.count > Int(max(Self.fewestCharacters, kept * 2)) { return Selection(step: .structuredData, pageType: type) }
      if kept < Self.fewestCharacters / 4, tree.nodes[0].measures.characters > kept {
        chooseAll(tree)
        return Selection(step: .allText, pageType: type)
      }
    }
    return Selection(step: .blocks, pageType: type)
  }

  private func chosenCharacters(_ tree: PageTree) -> Int32 {
    var sum: Int32 = 0
    for i in tree.blocks.indices where chosen[i] { sum += tree.blocks[i].measures.characters }
    return sum
  }

  // MARK: Scoring

  private mutating func score(_ tree: PageTree) {
    let count = tree.blocks.count
    if scores.count < count {
      scores = [Int32](repeating: 0, count: count * 2)
      leaves = [UInt8](repeating: 0, count: count * 2)
    }
    features.values.withUnsafeBufferPointer { values in
      classifier.logOdds(values, blocks: count, into: &scores, leaf: &leaves)
    }
    probabilities.removeAll(keepingCapacity: true)
    for b in 0..<count { probabilities.append(BlockClassifier.probability(scores[b])) }
  }

  /// Chooses the blocks for which the expected word F1 is best, given their probabilities.
  ///
  /// With blocks in falling order of probability, the best set is a prefix, and its last probability is half the best score
  /// (Lewis 1995; Ye et al. 2012). So a page of doubtful blocks gets a lower threshold than a page of clear ones.
  private mutating func chooseByExpectedScore(_ tree: PageTree) {
    order.removeAll(keepingCapacity: true)
    for b in tree.blocks.indices { order.append(Int32(b)) }
    // Scores are integers and ties go by place, so the order is the same everywhere.
    order.sort { (scores[Int($0)], $1) > (scores[Int($1)], $0) }
    var wanted = 0.0
    for b in tree.blocks.indices { wanted += Double(probabilities[b]) * Double(max(1, tree.blocks[b].measures.words)) }
    var hit = 0.0
    var taken = 0.0
    var best = 0.0
    for b in order {
      let length = Double(max(1, tree.blocks[Int(b)].measures.words))
      hit += Double(probabilities[Int(b)]) * length
      taken += length
      best = max(best, 2 * hit / (taken + wanted))
    }
    chosen.removeAll(keepingCapacity: true)
    for b in tree.blocks.indices { chosen.append(Double(probabilities[b]) >= best * Self.thresholdShare) }
    bestScore = best
  }

  /// A heading or a term right before chosen text belongs to it, unless the classifier is nearly sure that it does not.
  private mutating func keepLabels(_ tree: PageTree) {
    for b in tree.blocks.indices.dropLast().reversed() where !chosen[b] && chosen[b + 1] {
      let node = Int(tree.blocks[b].node)
      let tag = tree.nodes[node].tag
      guard tag.isHeading || tag == .dt, !isPruned[node] else { continue }
      chosen[b] = Double(probabilities[b]) >= bestScore * Self.labelShare
    }
  }

  /// Comments as the options say; automatic leaves them to the classifier.
  private mutating func adjustComments(_ tree: PageTree) {
    guard options.comments != .automatic else { return }
    for b in tree.blocks.indices {
      var node = tree.blocks[b].node
      while node > 0, !tree.nodes[Int(node)].families.contains(.comment) { node = tree.nodes[Int(node)].parent }
      guard node > 0 else { continue }
      let measures = tree.blocks[b].measures
      chosen[b] = options.comments == .keep && (chosen[b] || measures.words > 3 && measures.linkDensity < 0.5)
    }
  }

  // MARK: Pruning

  private mutating func prune(_ tree: PageTree, keepsComments: Bool) {
    isPruned = [Bool](repeating: false, count: tree.nodes.count)
    let total = tree.nodes[0].measures.characters
    var i = 1
    while i < tree.nodes.count {
      let node = tree.nodes[i]
      if isBoilerplate(node, keepsComments: keepsComments, total: total) {
        for k in i..<Int(node.end) { isPruned[k] = true }
        i = Int(node.end)
      } else {
        i += 1
      }
    }
  }

  private func isBoilerplate(_ node: PageTree.Node, keepsComments: Bool, total: Int32) -> Bool {
    let measures = node.measures
    let share = Float(measures.characters) / Float(max(1, total))
    let density = measures.linkDensity
    if node.flags.contains(.hidden) { return share < 0.6 }
    if node.tag == .nav || node.tag == .dialog || node.tag == .menu { return share < 0.6 || density > 0.5 }
    if node.flags.contains(.boilerplateRole) { return share < 0.3 }
    if node.flags.contains(.mainRole) || node.tag == .main { return false }
    if node.tag == .footer { return share < 0.3 && (node.depth <= 4 || density > 0.2) }
    if node.tag == .header { return node.depth <= 3 && share < 0.3 }
    if node.tag == .aside { return share < 0.4 }
    let families = node.families
    let positive: NameFamilies = [.article, .body, .content, .main]
    let negative: NameFamilies = [
      .navigation, .footer, .legal, .sidebar, .related, .social, .advertising, .consent, .overlay, .tags,
    ]
    if share > 0.4 { return false }
    if !families.isDisjoint(with: [.social, .advertising, .consent]), families.isDisjoint(with: positive) {
      return share < 0.2
    }
    if !families.isDisjoint(with: negative), families.isDisjoint(with: positive), density > 0.25 || measures.words < 20 {
      return true
    }
    if !keepsComments, families.contains(.comment), families.isDisjoint(with: positive), share < 0.4 { return true }
    if families.contains(.form), measures.characters < 400, families.isDisjoint(with: positive) { return true }
    return false
  }

  // MARK: The page as a whole

  private func traits(
    of tree: PageTree, metadata: PageMetadata, type: ExtractedContent.PageType?, url: String
  ) -> BlockFeatures.PageTraits {
    var traits = BlockFeatures.PageTraits()
    traits.best = bestScored(tree) ?? 0
    var mains = 0
    for (i, node) in tree.nodes.enumerated() {
      if node.tag == .main || node.flags.contains(.mainRole) {
        if traits.onlyMain < 0 || i >= Int(tree.nodes[traits.onlyMain].end) {
          mains += 1
          if mains == 1 { traits.onlyMain = i }
        }
      }
      if node.tag == .article || node.flags.contains(.articleRole) {
        traits.articles += 1
        if traits.largestArticle < 0 || node.measures.characters > tree.nodes[traits.largestArticle].measures.characters {
          traits.largestArticle = i
        }
      }
      if node.tag.isHeading {
        traits.headings += 1
        if node.tag == .h1, traits.firstH1Block < 0, node.endBlock > node.firstBlock {
          traits.firstH1Block = Int(node.firstBlock)
        }
      }
      if node.families.contains(.item) { traits.items += 1 }
    }
    if mains > 1 { traits.onlyMain = -1 }
    traits.isArticle =
      type == .article || metadata.hasStructuredType("article") || metadata.hasStructuredType("blogposting")
      || metadata.meta("og:type") == "article"
    traits.isProduct = type == .product
    traits.isForum = type == .forum
    traits.isList = metadata.hasStructuredType("collectionpage") || metadata.hasStructuredType("itemlist")
    traits.urlDepth = url.utf8.split(separator: UInt8(ascii: "/")).count
    return traits
  }

  /// The lowest element that holds most of the page's running text.
  private func bestScored(_ tree: PageTree) -> Int? {
    var score = [Int32](repeating: 0, count: tree.nodes.count)
    for block in tree.blocks where !isPruned[Int(block.node)] {
      let measures = block.measures
      let plain = measures.characters - measures.linkCharacters
      if measures.words > 6, measures.linkCharacters * 2 < measures.characters { score[Int(block.node)] += plain }
    }
    for i in stride(from: tree.nodes.count - 1, to: 0, by: -1) { score[Int(tree.nodes[i].parent)] += score[i] }
    let whole = score[0]
    guard whole > 0 else { return nil }
    var best = 0
    for i in tree.nodes.indices where score[i] * 10 >= whole * 8 && tree.nodes[i].depth > tree.nodes[best].depth {
      if tree.nodes[i].measures.paragraphs > 1 || score[i] > 400 { best = i }
    }
    return best
  }

  // MARK: Blocks

  /// A heading at the end, or before a heading of the same or a higher rank, heads nothing.
  private mutating func dropLooseHeadings(_ tree: PageTree) {
    var following = 0
    for index in tree.blocks.indices.reversed() where chosen[index] {
      let level = tree.nodes[Int(tree.blocks[index].node)].tag.headingLevel
      if level == 0 {
        following = 7
      } else if following <= level, level > 1 {
        chosen[index] = false
      } else {
        following = level
      }
    }
  }

  private mutating func chooseUnpruned(_ tree: PageTree) {
    chosen.removeAll(keepingCapacity: true)
    for block in tree.blocks { chosen.append(!isPruned[Int(block.node)]) }
    if !chosen.contains(true) { chooseAll(tree) }
  }

  private mutating func chooseAll(_ tree: PageTree) {
    chosen = [Bool](repeating: false, count: tree.blocks.count)
    for (index, block) in tree.blocks.enumerated() {
      let node = tree.nodes[Int(block.node)]
      chosen[index] = node.tag != .nav && node.tag != .footer
    }
  }
}

/// A guess at a page's kind, from what it states and how it is built.
enum PageKind {
  private static let forumAddresses: [StaticString] = [
    "/forum", "forum.", "forums.", "/threads/", "/thread/", "/topic", "viewtopic", "showthread", "/questions/", "/t/",
    "/discussion", "community.",
  ]
  private static let documentationAddresses: [StaticString] = [
    "docs.", "/docs/", "/doc/", "/documentation", "/manual", "/reference/", "/api/", "readthedocs", "/wiki/", "/guide",
  ]

  private static func contains(_ url: String, _ parts: [StaticString]) -> Bool {
    var url = url
    return url.withUTF8 { bytes in parts.contains { bytes.contains($0) } }
  }

  static func guess(_ tree: PageTree, metadata: PageMetadata, url: String) -> ExtractedContent.PageType? {
    if metadata.hasStructuredType("discussionforumposting") || metadata.hasStructuredType("qapage") { return .forum }
    var messages = 0
    for node in tree.nodes where node.flags.contains(.messageType) || node.families.contains(.message) && node.twins > 1 {
      messages += 1
    }
    if messages > 1, contains(url, Self.forumAddresses) { return .forum }
    if metadata.hasStructuredType("product") || metadata.meta("og:type")?.hasPrefix("product") == true { return .product }
    if contains(url, Self.documentationAddresses) { return .documentation }
    if metadata.hasStructuredType("article") || metadata.hasStructuredType("blogposting")
      || metadata.meta("og:type") == "article"
    {
      return .article
    }
    return nil
  }
}
