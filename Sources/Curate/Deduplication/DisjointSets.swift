/// Union-find with path halving (Tarjan, van Leeuwen 1984) over 0 ..< count; the root of a set is its smallest member.
///
/// - Complexity: near-constant amortized time per operation; 4 bytes per element.
struct DisjointSets {
  private var parents: [UInt32]

  init(count: Int) { parents = (0..<UInt32(count)).map { $0 } }

  mutating func root(of element: Int) -> Int {
    var current = element
    while Int(parents[current]) != current {
      parents[current] = parents[Int(parents[current])]
      current = Int(parents[current])
    }
    return current
  }

  mutating func unite(_ a: Int, _ b: Int) {
    let x = root(of: a)
    let y = root(of: b)
    if x < y { parents[y] = UInt32(x) } else if y < x { parents[x] = UInt32(y) }
  }
}
