import Documents
import Testing
import TokenShards

@Suite("Hostile token files")
struct HostileFileTests {
  @Test("every reader answers or refuses its own files, cut anywhere and changed anywhere")
  func seedsChanged() {
    #expect(ShardReaderProperties.seeds.count == 17)
    var random = SeededRandom(seed: 11)
    for seed in ShardReaderProperties.seeds {
      #expect(ShardReaderProperties.violation(seed) == nil)
      for _ in 0..<60 {
        var bytes = seed
        for _ in 0...Int(random.next(below: 3)) {
          let position = 1 + Int(random.next(below: UInt64(bytes.count - 1)))
          bytes[position] = [0, 0xFF, 0x80, UInt8(truncatingIfNeeded: random.next())][Int(random.next(below: 4))]
        }
        if random.next(below: 4) == 0 { bytes.removeLast(Int(random.next(below: UInt64(bytes.count - 1)))) }
        let violation = ShardReaderProperties.violation(bytes)
        #expect(violation == nil, "\(violation ?? ""): \(bytes)")
      }
    }
  }
}
