/// What the block classifier sees of each block: numbers that say what it is, where it stands and what stands around it.
///
/// All of it follows from the page's structure and a small vocabulary; the order of the columns is fixed by ``names``, which the
/// trained model is checked against.
struct BlockFeatures {
  /// Column after column: the number of column `c` for block `b` is `values[c * blocks + b]`.
  private(set) var values: [Float] = []
  private(set) var blocks = 0
  static let count = names.count

  private var column = 0
  private var row = 0
  private var nodes: [NodeContext] = []
  private var lines: [LineTraits] = []
  private var goodBefore: [Int32] = []
  private var goodAfter: [Int32] = []

  /// What holds for an element because of the elements around it.
  struct NodeContext {
    var structure: Structure
    var familiesAnywhere: NameFamilies
    var familiesNear: NameFamilies
    /// Length of the run of sibling elements of the same tag and class that this one is in.
    var run: Int32 = 1
    /// The nearest element (itself included) in a run of at least three; 0 when there is none.
    var repeated: Int32 = 0
    /// Items of lists around it.
    var listDepth: Int32 = 0
  }

  struct Structure: OptionSet {
    let rawValue: UInt32
    static let nav = Structure(rawValue: 1 << 0)
    static let header = Structure(rawValue: 1 << 1)
    static let footer = Structure(rawValue: 1 << 2)
    static let aside = Structure(rawValue: 1 << 3)
    static let form = Structure(rawValue: 1 << 4)
    static let table = Structure(rawValue: 1 << 5)
    static let list = Structure(rawValue: 1 << 6)
    static let article = Structure(rawValue: 1 << 7)
    static let main = Structure(rawValue: 1 << 8)
    static let hidden = Structure(rawValue: 1 << 9)
    static let boilerplateRole = Structure(rawValue: 1 << 10)
    static let articleRole = Structure(rawValue: 1 << 11)
    static let message = Structure(rawValue: 1 << 12)
    static let product = Structure(rawValue: 1 << 13)
    static let details = Structure(rawValue: 1 << 14)
    static let quote = Structure(rawValue: 1 << 15)
    static let definitions = Structure(rawValue: 1 << 16)
    static let heading = Structure(rawValue: 1 << 17)
    static let relation = Structure(rawValue: 1 << 18)
    static let figure = Structure(rawValue: 1 << 19)
    static let section = Structure(rawValue: 1 << 20)
    static let count = 21
    static let names = [
      "nav", "header", "footer", "aside", "form", "table", "list", "article", "main", "hidden", "boilerplate-role", "article-role",
      "message", "product", "details", "quote", "definitions", "heading", "relation", "figure", "section",
    ]
  }

  /// Names of the columns, in order.
  static let names: [String] = {
    var names = [
      "characters", "words", "link-density", "links", "punctuation", "word-length", "ends-sentence", "starts-upper", "digits",
      "uppercase", "copyright", "separators", "boilerplate-words", "heading-level", "tag", "position", "index", "from-end", "depth",
      "list-depth", "run", "repeated-run", "repeated-characters", "repeated-link-density", "repeated-paragraphs",
      "good-before", "good-after", "in-best", "in-only-main", "in-largest-article", "best-share", "depth-below-best",
      "after-h1", "h1-distance", "heading-words", "heading-distance", "section-level", "pruned", "date-like",
    ]
    for level in ["own", "parent", "grandparent", "great"] {
      names += ["\(level)-characters", "\(level)-link-density", "\(level)-paragraphs", "\(level)-mean-block"]
    }
    for place in ["previous", "next", "previous-2", "next-2"] {
      names += ["\(place)-words", "\(place)-link-density", "\(place)-heading", "\(place)-same-tag"]
    }
    names += Structure.names
    for family in 0..<NameFamilies.count { names += ["near-\(family)", "any-\(family)"] }
    names += [
      "page-characters", "page-blocks", "page-link-density", "page-paragraphs", "page-headings", "page-articles", "page-items",
      "page-is-article", "page-is-product", "page-is-forum", "page-is-list", "url-depth",
    ]
    return names
  }()

  /// Traits of a page as a whole.
  struct PageTraits {
    var best = 0
    var onlyMain = -1
    var largestArticle = -1
    var articles = 0
    var headings = 0
    var items = 0
    var firstH1Block = -1
    var isArticle = false
    var isProduct = false
    var isForum = false
    var isList = false
    var urlDepth = 0
  }

  private struct LineTraits {
    var endsSentence = false
    var startsUpper = false
    var digits: Float = 0
    var uppercase: Float = 0
    var isCopyright = false
    var separators: Float = 0
    var boilerplateWords: Float = 0
    var isDateLike = false
  }

  mutating func measure(_ tree: PageTree, traits: PageTraits, isPruned: [Bool]) {
    readNodes(tree)
    readLines(tree)
    readDistances(tree)
    blocks = tree.blocks.count
    let needed = blocks * Self.count
    if values.count < needed { values = [Float](repeating: 0, count: needed + needed / 2) }
    var headingBlock = -1
    for index in tree.blocks.indices {
      column = 0
      row = index
      let node = tree.nodes[Int(tree.blocks[index].node)]
      appendOwn(tree, index)
      appendPlace(tree, index, traits, headingBlock: headingBlock, isPruned: isPruned)
      appendLevels(tree, index)
      appendNeighbours(tree, index)
      appendNames(tree, index)
      appendPage(tree, traits)
      assert(column == Self.count)
      if node.tag.isHeading { headingBlock = index }
    }
  }

  // MARK: Preparing

  private mutating func readNodes(_ tree: PageTree) {
    nodes.removeAll(keepingCapacity: true)
    nodes.reserveCapacity(tree.nodes.count)
    for (i, node) in tree.nodes.enumerated() {
      let own = Self.structure(of: node)
      guard node.parent >= 0 else {
        nodes.append(NodeContext(structure: own, familiesAnywhere: [], familiesNear: []))
        continue
      }
      let parent = nodes[Int(node.parent)]
      var near = node.families.union(tree.nodes[Int(node.parent)].families)
      let grandparent = tree.nodes[Int(node.parent)].parent
      if grandparent >= 0 { near.formUnion(tree.nodes[Int(grandparent)].families) }
      var context = NodeContext(
        structure: own.union(parent.structure), familiesAnywhere: parent.familiesAnywhere.union(node.families), familiesNear: near)
      context.listDepth = parent.listDepth + (node.tag == .li ? 1 : 0)
      context.repeated = Int32(i)
      nodes.append(context)
    }
    // Runs, from the last sibling back to the first.
    for i in stride(from: nodes.count - 1, to: 0, by: -1) {
      let next = Int(tree.nodes[i].end)
      let isContinued = next < nodes.count && tree.nodes[next].parent == tree.nodes[i].parent && tree.nodes[next].twins > 0
      nodes[i].run = isContinued ? nodes[next].run : Int32(tree.nodes[i].twins) + 1
    }
    for i in nodes.indices.dropFirst() where nodes[i].run < 3 { nodes[i].repeated = nodes[Int(tree.nodes[i].parent)].repeated }
  }

  private static func structure(of node: PageTree.Node) -> Structure {
    var structure: Structure = []
    switch node.tag {
    case .nav, .menu, .dir: structure.insert(.nav)
    case .header: structure.insert(.header)
    case .footer: structure.insert(.footer)
    case .aside: structure.insert(.aside)
    case .form, .fieldset: structure.insert(.form)
    case .table: structure.insert(.table)
    case .ul, .ol: structure.insert(.list)
    case .article: structure.insert(.article)
    case .main: structure.insert(.main)
    case .details: structure.insert(.details)
    case .blockquote: structure.insert(.quote)
    case .dl: structure.insert(.definitions)
    case .figure, .figcaption: structure.insert(.figure)
    case .section: structure.insert(.section)
    case .h1, .h2, .h3, .h4, .h5, .h6: structure.insert(.heading)
    default: break
    }
    let flags = node.flags
    if flags.contains(.hidden) { structure.insert(.hidden) }
    if flags.contains(.boilerplateRole) { structure.insert(.boilerplateRole) }
    if flags.contains(.mainRole) { structure.insert(.main) }
    if flags.contains(.articleRole) { structure.insert(.articleRole) }
    if flags.contains(.messageType) { structure.insert(.message) }
    if flags.contains(.productType) { structure.insert(.product) }
    if flags.contains(.navigationRelation) { structure.insert(.relation) }
    return structure
  }

  private mutating func readLines(_ tree: PageTree) {
    lines.removeAll(keepingCapacity: true)
    lines.reserveCapacity(tree.blocks.count)
    for block in tree.blocks { lines.append(Self.traits(of: tree.bytes(of: block), words: block.measures.words)) }
  }

  private static func traits(of text: UnsafeBufferPointer<UInt8>, words: Int32) -> LineTraits {
    var traits = LineTraits()
    guard let last = text.last, let first = text.first else { return traits }
    traits.endsSentence = last == 0x2E || last == 0x21 || last == 0x3F || last == 0x3A || last == 0x22 || last == 0x82 || last == 0x9D
    traits.startsUpper = first &- 0x41 < 26
    var digits = 0
    var upper = 0
    var separators = 0
    let limit = min(text.count, 600)
    for i in 0..<limit {
      let byte = text[i]
      if byte &- 0x30 < 10 { digits &+= 1 }
      if byte &- 0x41 < 26 { upper &+= 1 }
      if byte == 0x7C || byte == 0xC2 && i + 1 < limit && (text[i + 1] == 0xB7 || text[i + 1] == 0xBB || text[i + 1] == 0xAB) { separators &+= 1 }
      if byte == 0xC2, i + 1 < limit, text[i + 1] == 0xA9 { traits.isCopyright = true }
    }
    traits.digits = Float(digits) / Float(limit)
    traits.uppercase = Float(upper) / Float(limit)
    traits.separators = Float(min(separators, 8))
    if words <= 24 { traits.boilerplateWords = BoilerplateWords.shared.share(of: text) }
    if words <= 12, digits >= 3, digits <= 14 { traits.isDateLike = BoilerplateWords.shared.hasMonth(text) || looksLikeDate(text) }
    return traits
  }

  private static func looksLikeDate(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count >= 8 else { return false }
    for i in 0..<(text.count - 7) where isASCIIDigit(text[i]) {
      let separator: (UInt8) -> Bool = { $0 == 0x2F || $0 == 0x2E || $0 == 0x2D }
      if separator(text[i + 2]), separator(text[i + 5]), isASCIIDigit(text[i + 1]), isASCIIDigit(text[i + 6]) { return true }
      if separator(text[i + 4]), isASCIIDigit(text[i + 5]), isASCIIDigit(text[i + 6]), separator(text[i + 7]) { return true }
    }
    return false
  }

  /// Characters to the nearest block of running text, before and after.
  private mutating func readDistances(_ tree: PageTree) {
    let count = tree.blocks.count
    goodBefore = [Int32](repeating: 100_000, count: count)
    goodAfter = [Int32](repeating: 100_000, count: count)
    var distance: Int32 = 100_000
    for i in 0..<count {
      goodBefore[i] = distance
      let measures = tree.blocks[i].measures
      distance = measures.words > 15 && measures.linkDensity < 0.3 ? 0 : min(100_000, distance + measures.characters)
    }
    distance = 100_000
    for i in stride(from: count - 1, through: 0, by: -1) {
      goodAfter[i] = distance
      let measures = tree.blocks[i].measures
      distance = measures.words > 15 && measures.linkDensity < 0.3 ? 0 : min(100_000, distance + measures.characters)
    }
  }

  // MARK: Columns

  @inline(__always) private mutating func add(_ value: Float) {
    values[column &* blocks &+ row] = value
    column &+= 1
  }
  @inline(__always) private mutating func add(_ value: Bool) { add(value ? 1 : 0 as Float) }
  @inline(__always) private mutating func addScale(_ value: Int32) { add(Self.scale(value)) }

  /// A logarithm to base two of 1 + value, in eighths: exact in integers, the same on every machine.
  @inline(__always) static func scale(_ value: Int32) -> Float {
    let v = UInt32(max(0, value)) &+ 1
    let exponent = 31 - v.leadingZeroBitCount
    let fraction = exponent >= 3 ? (v >> UInt32(exponent - 3)) & 7 : (v << UInt32(3 - exponent)) & 7
    return Float(exponent) + Float(fraction) / 8
  }

  private mutating func appendOwn(_ tree: PageTree, _ index: Int) {
    let block = tree.blocks[index]
    let measures = block.measures
    let node = tree.nodes[Int(block.node)]
    let line = lines[index]
    let words = Float(max(1, measures.words))
    addScale(measures.characters)
    addScale(measures.words)
    add(measures.linkDensity)
    add(Float(min(measures.links, 20)))
    add(Float(measures.punctuation) / words)
    add(Float(measures.characters) / words)
    add(line.endsSentence)
    add(line.startsUpper)
    add(line.digits)
    add(line.uppercase)
    add(line.isCopyright)
    add(line.separators)
    add(line.boilerplateWords)
    add(Float(node.tag.headingLevel))
    add(Self.tagClass(node.tag))
  }

  /// A rank of elements from bare containers to text.
  private static func tagClass(_ tag: Tag) -> Float {
    switch tag {
    case .body: 0
    case .div, .center: 1
    case .section, .article, .main, .header, .footer, .nav, .aside, .form, .fieldset: 2
    case .td, .th, .tr, .table, .caption: 3
    case .li: 4
    case .dt: 5
    case .dd: 6
    case .figcaption, .figure: 7
    case .summary, .details, .legend: 8
    case .h1, .h2, .h3, .h4, .h5, .h6: 9
    case .p: 10
    case .blockquote: 11
    case .pre: 12
    default: 1
    }
  }

  private mutating func appendPlace(
    _ tree: PageTree, _ index: Int, _ traits: PageTraits, headingBlock: Int, isPruned: [Bool]
  ) {
    let block = tree.blocks[index]
    let total = Float(max(1, tree.text.count))
    let node = tree.nodes[Int(block.node)]
    let context = nodes[Int(block.node)]
    let repeated = tree.nodes[Int(context.repeated)].measures
    add(Float(block.start) / total)
    addScale(Int32(index))
    addScale(Int32(tree.blocks.count - index))
    add(Float(min(node.depth, 60)))
    add(Float(context.listDepth))
    addScale(context.run)
    let isRepeated = context.repeated > 0
    addScale(isRepeated ? nodes[Int(context.repeated)].run : 0)
    addScale(isRepeated ? repeated.characters : 0)
    add(isRepeated ? repeated.linkDensity : 0)
    addScale(isRepeated ? repeated.paragraphs : 0)
    addScale(goodBefore[index])
    addScale(goodAfter[index])
    add(isInside(tree, block, traits.best))
    add(traits.onlyMain >= 0 ? (isInside(tree, block, traits.onlyMain) ? 1 : -1) : 0 as Float)
    add(traits.largestArticle >= 0 ? (isInside(tree, block, traits.largestArticle) ? 1 : -1) : 0 as Float)
    let best = tree.nodes[traits.best]
    add(Float(best.measures.characters) / Float(max(1, tree.nodes[0].measures.characters)))
    add(isInside(tree, block, traits.best) ? Float(min(40, Int(node.depth) - Int(best.depth))) : -1)
    add(traits.firstH1Block >= 0 ? (index >= traits.firstH1Block ? 1 : -1) : 0 as Float)
    addScale(traits.firstH1Block >= 0 ? Int32(abs(index - traits.firstH1Block)) : 0)
    add(headingBlock >= 0 ? lines[headingBlock].boilerplateWords : 0)
    addScale(headingBlock >= 0 ? Int32(index - headingBlock) : 100)
    add(headingBlock >= 0 ? Float(tree.nodes[Int(tree.blocks[headingBlock].node)].tag.headingLevel) : 0)
    add(isPruned[Int(block.node)])
    add(lines[index].isDateLike)
  }

  @inline(__always) private func isInside(_ tree: PageTree, _ block: PageTree.Block, _ root: Int) -> Bool {
    Int(block.node) >= root && block.node < tree.nodes[root].end
  }

  private mutating func appendLevels(_ tree: PageTree, _ index: Int) {
    var i = Int(tree.blocks[index].node)
    for _ in 0..<4 {
      let node = tree.nodes[i]
      addScale(node.measures.characters)
      add(node.measures.linkDensity)
      addScale(node.measures.paragraphs)
      addScale(node.measures.words / max(1, node.endBlock - node.firstBlock))
      i = max(0, Int(node.parent))
    }
  }

  private mutating func appendNeighbours(_ tree: PageTree, _ index: Int) {
    let tag = tree.nodes[Int(tree.blocks[index].node)].tag
    for offset in [-1, 1, -2, 2] {
      let other = index + offset
      guard tree.blocks.indices.contains(other) else {
        for _ in 0..<4 { add(-1 as Float) }
        continue
      }
      let block = tree.blocks[other]
      let otherTag = tree.nodes[Int(block.node)].tag
      addScale(block.measures.words)
      add(block.measures.linkDensity)
      add(otherTag.isHeading)
      add(otherTag == tag)
    }
  }

  private mutating func appendNames(_ tree: PageTree, _ index: Int) {
    let context = nodes[Int(tree.blocks[index].node)]
    for bit in 0..<Structure.count { add(context.structure.rawValue >> UInt32(bit) & 1 == 1) }
    for bit in 0..<NameFamilies.count {
      add(context.familiesNear.rawValue >> UInt32(bit) & 1 == 1)
      add(context.familiesAnywhere.rawValue >> UInt32(bit) & 1 == 1)
    }
  }

  private mutating func appendPage(_ tree: PageTree, _ traits: PageTraits) {
    let page = tree.nodes[0].measures
    addScale(page.characters)
    addScale(Int32(tree.blocks.count))
    add(page.linkDensity)
    addScale(page.paragraphs)
    addScale(Int32(traits.headings))
    addScale(Int32(traits.articles))
    addScale(Int32(traits.items))
    add(traits.isArticle)
    add(traits.isProduct)
    add(traits.isForum)
    add(traits.isList)
    add(Float(traits.urlDepth))
  }
}

/// Words that short lines of boilerplate are made of.
struct BoilerplateWords: Sendable {
  static let shared = BoilerplateWords()

  private let words: Set<UInt64>
  private let months: Set<UInt64>

  private init() {
    words = Set(Self.list.utf8.split(separator: 0x20).map(Self.hash))
    months = Set(Self.monthNames.utf8.split(separator: 0x20).map(Self.hash))
  }

  private static let list = """
    share shared shares tweet facebook twitter instagram linkedin pinterest whatsapp youtube email mail print subscribe subscribed newsletter \
    newsletters signup sign login log logout register account password cookies cookie privacy policy terms conditions copyright \
    reserved rights comments comment reply replies related similar recommended popular trending latest recent posts post posted \
    read more next previous prev home menu navigation search skip close open cart checkout wishlist shop buy now sponsored \
    advertisement advertising ads promoted follow us contact about faq help support sitemap tags tag filed categories category \
    archives archive author by updated published views likes loading load all back top click here download app edit report \
    permalink join member members forgot leave your website required fields published powered theme menu toggle also see \
    subscribers inbox unsubscribe topics stories articles article news most continue reading view show less rss feed
    """

  private static let monthNames = """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct \
    nov dec januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre \
    novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    """

  private static func hash(_ word: Substring.UTF8View) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash
  }

  @inline(__always) private func forEachWord(_ text: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Bool) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var length = 0
    for byte in text {
      if isASCIILetter(byte) || byte >= 0x80 {
        hash = (hash ^ UInt64(lowercased(byte))) &* 0x0000_0100_0000_01B3
        length &+= 1
      } else if length > 0 {
        if !body(hash) { return }
        hash = 0xCBF2_9CE4_8422_2325
        length = 0
      }
    }
    if length > 0 { _ = body(hash) }
  }

  /// The share of the words that are in the list, 0...1.
  func share(of text: UnsafeBufferPointer<UInt8>) -> Float {
    var all = 0
    var found = 0
    forEachWord(text) { hash in
      all += 1
      if words.contains(hash) { found += 1 }
      return true
    }
    return all == 0 ? 0 : Float(found) / Float(all)
  }

  func hasMonth(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var found = false
    forEachWord(text) { hash in
      found = months.contains(hash)
      return !found
    }
    return found
  }
}
