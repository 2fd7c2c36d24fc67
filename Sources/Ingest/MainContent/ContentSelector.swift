/// Decides which blocks of a page are its main content.
struct ContentSelector {
  struct Selection {
    var step: ExtractedContent.Step
    var pageType: ExtractedContent.PageType?
  }

  let options: MainContentExtractor.Options
  /// For each block of the tree last seen: whether it was chosen.
  private(set) var chosen: [Bool] = []
  /// For each element: whether it and all inside is boilerplate.
  private var isPruned: [Bool] = []

  /// Below this many characters the result is doubtful and the next step of the ladder is tried.
  private static let fewestCharacters: Int32 = 200

  init(options: MainContentExtractor.Options) { self.options = options }

  mutating func select(from tree: PageTree, metadata: PageMetadata, head: HeadPieces, url: String) -> Selection {
    let type = PageKind.guess(tree, metadata: metadata, url: url)
    let keepsComments = options.comments == .keep || options.comments == .automatic && type == .forum
    prune(tree, keepsComments: keepsComments, within: nil)
    let root = mainElement(of: tree)
    chooseBlocks(tree, root: root)
    var kept = chosenCharacters(tree)
    if kept < Self.fewestCharacters {
      if metadata.articleBody.count > Int(max(Self.fewestCharacters, kept * 2)) { return Selection(step: .structuredData, pageType: type) }
      let before = chosen
      chooseBlocks(tree, root: 0)
      let wider = chosenCharacters(tree)
      if wider < kept * 2 { chosen = before } else { kept = wider }
    }
    if kept < Self.fewestCharacters / 2, tree.nodes[0].measures.characters > kept * 3 {
      chooseAll(tree)
      return Selection(step: .allText, pageType: type)
    }
    return Selection(step: .blocks, pageType: type)
  }

  private func chosenCharacters(_ tree: PageTree) -> Int32 {
    var sum: Int32 = 0
    for i in tree.blocks.indices where chosen[i] { sum += tree.blocks[i].measures.characters }
    return sum
  }

  // MARK: Pruning

  private mutating func prune(_ tree: PageTree, keepsComments: Bool, within root: Int?) {
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
    let negative: NameFamilies = [.navigation, .footer, .legal, .sidebar, .related, .social, .advertising, .consent, .overlay, .tags]
    if share > 0.4 { return false }
    if !families.isDisjoint(with: [.social, .advertising, .consent]), families.isDisjoint(with: positive) { return share < 0.2 }
    if !families.isDisjoint(with: negative), families.isDisjoint(with: positive), density > 0.25 || measures.words < 20 { return true }
    if !keepsComments, families.contains(.comment), families.isDisjoint(with: positive), share < 0.4 { return true }
    if families.contains(.form), measures.characters < 400, families.isDisjoint(with: positive) { return true }
    return false
  }

  // MARK: The element that holds the content

  private func mainElement(of tree: PageTree) -> Int {
    let total = max(1, liveCharacters(tree, 0))
    for wanted in 0..<2 {
      var found: Int?
      var count = 0
      for i in tree.nodes.indices where !isPruned[i] {
        let node = tree.nodes[i]
        let isWanted = wanted == 0 ? node.tag == .main || node.flags.contains(.mainRole) : node.tag == .article || node.flags.contains(.articleRole)
        if isWanted, found == nil || i >= Int(tree.nodes[found ?? 0].end) {
          count += 1
          found = i
        }
      }
      if count == 1, let found, Float(liveCharacters(tree, found)) > 0.25 * Float(total) { return found }
    }
    return bestScored(tree) ?? 0
  }

  private func liveCharacters(_ tree: PageTree, _ root: Int) -> Int32 {
    var sum: Int32 = 0
    let node = tree.nodes[root]
    for b in Int(node.firstBlock)..<Int(node.endBlock) where !isPruned[Int(tree.blocks[b].node)] {
      sum += tree.blocks[b].measures.characters - tree.blocks[b].measures.linkCharacters
    }
    return sum
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

  private mutating func chooseBlocks(_ tree: PageTree, root: Int) {
    chosen = [Bool](repeating: false, count: tree.blocks.count)
    let node = tree.nodes[root]
    for index in Int(node.firstBlock)..<Int(node.endBlock) {
      let block = tree.blocks[index]
      guard !isPruned[Int(block.node)] else { continue }
      let parent = tree.nodes[Int(block.node)]
      let density = block.measures.linkDensity
      if parent.tag.isHeading || parent.tag == .pre { chosen[index] = true; continue }
      if density > 0.8, block.measures.words < 15, isInLinkList(tree, block.node) { continue }
      if density > 0.5, block.measures.words < 4, parent.tag != .p { continue }
      chosen[index] = true
    }
    dropLooseHeadings(tree)
  }

  private func isInLinkList(_ tree: PageTree, _ node: Int32) -> Bool {
    var i = node
    var steps = 0
    while i > 0, steps < 4 {
      let element = tree.nodes[Int(i)]
      if element.measures.links >= 3 { return element.measures.linkDensity > 0.6 }
      i = element.parent
      steps += 1
    }
    return true
  }

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
  static func guess(_ tree: PageTree, metadata: PageMetadata, url: String) -> ExtractedContent.PageType? {
    if metadata.hasStructuredType("discussionforumposting") || metadata.hasStructuredType("qapage") { return .forum }
    var messages = 0
    for node in tree.nodes where node.flags.contains(.messageType) || node.families.contains(.message) && node.twins > 1 { messages += 1 }
    let lower = url.lowercased()
    for part in ["/forum", "forum.", "forums.", "/threads/", "/thread/", "/topic", "viewtopic", "showthread", "/questions/", "/t/", "/discussion", "community."]
    where lower.contains(part) && messages > 1 { return .forum }
    if metadata.hasStructuredType("product") || metadata.meta("og:type")?.hasPrefix("product") == true { return .product }
    for part in ["docs.", "/docs/", "/doc/", "/documentation", "/manual", "/reference/", "/api/", "readthedocs", "/wiki/", "/guide"] where lower.contains(part) {
      return .documentation
    }
    if metadata.hasStructuredType("article") || metadata.hasStructuredType("blogposting") || metadata.meta("og:type") == "article" { return .article }
    return nil
  }
}
