/// A page as flat arrays in document order: elements, blocks of text, and the text itself.
///
/// An element's subtree is the index range `i..<nodes[i].end`; its text and blocks are ranges too, so that any measure of a
/// subtree is the difference of two running totals, taken once when the page is read.
struct PageTree {
  /// Running totals at a point of the text; for an element, what its subtree holds.
  struct Measures: Sendable {
    /// Scalars that are not white space.
    var characters: Int32 = 0
    /// The same, inside links.
    var linkCharacters: Int32 = 0
    /// Runs between white space; a Han, Kana or Thai scalar counts half a word, rounded down per block.
    var words: Int32 = 0
    var links: Int32 = 0
    /// `.`, `,`, `;`, `:`, `!`, `?` and their East Asian forms.
    var punctuation: Int32 = 0
    /// Text blocks with more than ten words, at most a third of them link text.
    var paragraphs: Int32 = 0

    @inline(__always) func since(_ start: Measures) -> Measures {
      Measures(
        characters: characters &- start.characters, linkCharacters: linkCharacters &- start.linkCharacters,
        words: words &- start.words, links: links &- start.links, punctuation: punctuation &- start.punctuation,
        paragraphs: paragraphs &- start.paragraphs)
    }

    /// Share of the characters that stand in links, 0...1.
    var linkDensity: Float { characters == 0 ? 0 : Float(linkCharacters) / Float(characters) }
  }

  struct Node: Sendable {
    var tag: Tag
    var depth: UInt16
    var flags: ElementRecord.Flags = []
    var families: NameFamilies = []
    /// Index into the sanitizer's records, or -1.
    var record: Int32 = -1
    var parent: Int32
    /// Where the subtree ends, exclusive.
    var end: Int32 = 0
    var firstBlock: Int32
    var endBlock: Int32 = 0
    var measures: Measures
    var classHash: UInt32 = 0
    /// How many sibling elements before this one carry the same tag and class.
    var twins: UInt16 = 0
  }

  /// A run of text without a break in it: what a reader sees as a paragraph, a heading, an item, a cell.
  struct Block: Sendable {
    var start: Int32
    var end: Int32 = 0
    /// The nearest block element around it.
    var node: Int32
    var measures: Measures
  }

  /// A place in the text where inline markup may be written.
  struct Mark: Sendable {
    enum Kind: UInt8, Sendable { case codeStart, codeEnd, linkStart, linkEnd }
    var offset: Int32
    var kind: Kind
    var record: Int32
  }

  var nodes: [Node] = []
  var blocks: [Block] = []
  var marks: [Mark] = []
  let text = ByteSink()

  mutating func removeAll() {
    nodes.removeAll(keepingCapacity: true)
    blocks.removeAll(keepingCapacity: true)
    marks.removeAll(keepingCapacity: true)
    text.removeAll()
  }

  func bytes(of block: Block) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text.bytes[Int(block.start)..<Int(block.end)])
  }
}
