import Documents
import Foundation
import LanguageModels
import Storage
import Synchronization
import TestSupport
import Testing
import Training

/// Ranks that are threads of this process, and hand bytes to each other in memory.
private final class RankThreads: Sendable {
  private let count: Int
  /// What was sent from a rank to a rank and not yet taken, in order.
  private let mail = Mutex<[[UInt8]: [[UInt8]]]>([:])

  private init(_ count: Int) { self.count = count }

  /// Runs the body once for each rank, at the same time.
  static func run<Value: Sendable>(_ count: Int, _ body: @Sendable @escaping (RankGroup) throws -> Value) -> [Result<
    Value, any Error
  >] {
    let ranks = RankThreads(count)
    let results = Mutex<[Result<Value, any Error>?]>(Array(repeating: nil, count: count))
    let threads = (0..<count).map { rank in
      Thread {
        let result = Result { try body(ranks.group(rank)) }
        results.withLock { $0[rank] = result }
      }
    }
    for thread in threads {
      thread.stackSize = 8 << 20
      thread.start()
    }
    while threads.contains(where: { !$0.isFinished }) { usleep(200) }
    return results.withLock { $0.compactMap { $0 } }
  }

  private func group(_ rank: Int) -> RankGroup {
    RankGroup(rank: rank, count: count) {
      [self] (outgoing: [UnsafeRawBufferPointer], incoming: [UnsafeMutableRawBufferPointer]) throws(Diagnostic) in
      // Some ranks are late, each time others.
      if (rank + outgoing[0].count) % 3 == 0 { usleep(50) }
      for to in 0..<count where to != rank {
        let bytes = Array(outgoing[to])
        mail.withLock { $0[[UInt8(rank), UInt8(to)], default: []].append(bytes) }
      }
      for from in 0..<count where from != rank {
        let bytes = take([UInt8(from), UInt8(rank)])
        precondition(bytes.count == incoming[from].count)
        incoming[from].copyBytes(from: bytes)
      }
    }
  }

  private func take(_ key: [UInt8]) -> [UInt8] {
    while true {
      let bytes = mail.withLock { mail -> [UInt8]? in mail[key]?.isEmpty == false ? mail[key]?.removeFirst() : nil }
      if let bytes { return bytes }
      usleep(20)
    }
  }
}

@Suite("ranks that train one model")
struct RankGroupTests {
  @Test(
    "shares follow each other, cover everything and differ by at most one",
    arguments: [(1, 7), (3, 16), (4, 4), (5, 3), (7, 100)])
  func shares(count: Int, things: Int) {
    var next = 0
    var sizes: Set<Int> = []
    for rank in 0..<count {
      let share = RankGroup(rank: rank, count: count) {
        (_: [UnsafeRawBufferPointer], _: [UnsafeMutableRawBufferPointer]) throws(Diagnostic) in
      }.share(of: things)
      #expect(share.lowerBound == next)
      next = share.upperBound
      sizes.insert(share.count)
    }
    #expect(next == things)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  /// Around the size of a piece, and of all ranks' pieces together.
  @Test(
    "sums are those of all parts in order, to the bit, on every rank",
    arguments: [(1, 3), (2, 1), (2, 3), (3, 1), (3, 2), (4, 1)],
    [0, 1, 5, 1 << 17, 1 << 18, 3 << 18, (4 << 18) + 7])
  func sums(ranksAndParts: (count: Int, parts: Int), size: Int) throws {
    let (count, parts) = ranksAndParts
    let inputs = (0..<count * parts).map { part in
      var random = SeededRandom(seed: 3, stream: "values of part \(part)")
      return (0..<size).map { _ in Float(random.nextUnit() - 0.5) * (random.nextUnit() < 0.1 ? 1e6 : 1) }
    }
    let expected = (0..<size).map { place in inputs.dropFirst().reduce(inputs[0][place]) { $0 + $1[place] } }
    for result in RankThreads.run(
      count,
      { group in
        let buffers = inputs[group.rank * parts..<(group.rank + 1) * parts].map { FloatBuffer($0) }
        let pointers = buffers.map { UnsafeMutableBufferPointer(start: $0.base, count: $0.count) }
        try withExtendedLifetime(buffers) { try group.sum(pointers, into: pointers[0]) }
        return buffers[0].values
      })
    {
      #expect(try result.get().map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  @Test("every rank hears what each has to say")
  func gathers() throws {
    for result in RankThreads.run(4, { try $0.gather($0.rank * $0.rank) }) { #expect(try result.get() == [0, 1, 4, 9]) }
    for result in RankThreads.run(2, { try $0.gather($0.leads ? 2.5 as Double? : nil) }) {
      #expect(try result.get() == [2.5, nil])
    }
  }

  @Test("what fails on some ranks fails on all, and the first of them tells the reason, however deep it was")
  func failsTogether() throws {
    let results = RankThreads.run(4) { group in
      try group.together { () throws(Diagnostic) in
        try group.together { () throws(Diagnostic) in
          if [2, 3].contains(group.rank) { throw Diagnostic("damaged-file", "of rank \(group.rank)") }
        }
      }
    }
    let codes = results.map { result -> String in
      guard case .failure(let error as Diagnostic) = result else { return "none" }
      return error.code
    }
    #expect(codes == [RankGroup.otherRankFailed, RankGroup.otherRankFailed, "damaged-file", RankGroup.otherRankFailed])
  }

  // MARK: Training

  private static let files = ["config.json", "generation_config.json", "metrics.jsonl", "model.safetensors", "training.json"]

  private func train(
    _ folder: URL, _ configuration: TrainingConfiguration, ranks: Int, stopAfter: Int? = nil, width: Int = 1
  ) throws -> TrainingOutcome? {
    let path = folder.path
    let results = RankThreads.run(ranks) { group in
      var configuration = configuration
      configuration.ranks = ranks
      let run = try TrainingRun(
        configuration, training: testTokens(3000), validation: testTokens(200, seed: 2), output: path + "/model",
        work: path + "/checkpoints",
        pool: ThreadPool(width: width), group: group)
      var done = 0
      // Only the last rank is told to stop.
      return try run.run(progress: { _ in done += 1 }, isCancelled: { group.rank == ranks - 1 && done == stopAfter })
    }
    let outcomes = try results.map { try $0.get() }
    #expect(Set(outcomes).count == 1)
    return outcomes[0]
  }

  private func losses(_ folder: URL) throws -> [Double] {
    try String(contentsOfFile: folder.path + "/model/metrics.jsonl", encoding: .utf8).split(separator: "\n").compactMap {
      let line = try JSONScanner.parse(Array($0.utf8)).object
      return line?["loss"]?.number ?? line?["validation-loss"]?.number
    }
  }

  private func contents(_ folder: URL) throws -> [Data] {
    try Self.files.map { try Data(contentsOf: folder.appendingPathComponent("model/" + $0)) }
  }

  static let methods: [@Sendable (inout TrainingConfiguration) -> Void] = [
    { _ in }, { $0.optimizer = .muon },
    {
      $0.dropout = 0.1
      $0.attentionDropout = 0.1
      $0.stochasticDepth = 0.2
    },
    {
      $0.model.family = .encoder
      $0.maskToken = 49
    },
  ]

  @Test("ranks fine-tune a model to the bytes of one, and refuse to begin with different ones")
  func fineTuning() throws {
    try withTemporaryFolder { folder in
      for seed: UInt64 in [1, 2] {
        try HuggingFaceModel.write(Decoder(testShape, seed: seed), to: folder.path + "/base\(seed)")
      }
      var configuration = testConfiguration()
      configuration.gradientParts = 2
      configuration.initialModel = try InitialModel(directory: folder.path + "/base1")
      let (one, two) = (folder.appendingPathComponent("one"), folder.appendingPathComponent("two"))
      _ = try train(one, configuration, ranks: 1)
      _ = try train(two, configuration, ranks: 2)
      try #expect(contents(one) == contents(two))
      let path = folder.path
      let results = RankThreads.run(2) { group in
        var configuration = testConfiguration()
        configuration.ranks = 2
        configuration.initialModel = try InitialModel(directory: path + "/base\(group.rank + 1)")
        _ = try TrainingRun(
          configuration, training: testTokens(3000), validation: nil, output: path + "/three", work: path + "/three/checkpoints",
          pool: ThreadPool(width: 1), group: group)
      }
      let codes = results.map { result in if case .failure(let error as Diagnostic) = result { error.code } else { "none" } }
      #expect(Set(codes) == ["unequal-ranks", RankGroup.otherRankFailed])
    }
  }

  /// The steps before training has made much of rounding.
  @Test("two, three and four ranks have the losses of one", arguments: methods.indices, [2, 3, 4])
  func sameLosses(method: Int, ranks: Int) throws {
    var configuration = testConfiguration(steps: 30)
    Self.methods[method](&configuration)
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        _ = try train(a, configuration, ranks: 1)
        _ = try train(b, configuration, ranks: ranks)
        let one = try losses(a)
        let several = try losses(b)
        #expect(one.count == several.count && one.count > 30)
        for (x, y) in zip(one, several) { #expect(abs(x - y) < 1e-5) }
      }
    }
  }

  @Test(
    "with gradients in parts every number of ranks gives the bytes of one, also when it changes on the way",
    arguments: methods.indices)
  func sameBytesInParts(method: Int) throws {
    var configuration = testConfiguration(steps: 20)
    configuration.batchTokens = 12 * 16
    configuration.gradientParts = 12
    Self.methods[method](&configuration)
    try withTemporaryFolder { a in
      _ = try train(a, configuration, ranks: 1)
      for ranks in [2, 3, 4, 6] {
        try withTemporaryFolder { b in
          try #expect(train(b, configuration, ranks: ranks, stopAfter: 3) == nil)
          try #expect(train(b, configuration, ranks: ranks == 6 ? 1 : ranks) != nil)
          try #expect(contents(a) == contents(b), "\(ranks) ranks")
        }
      }
    }
  }

  @Test("three ranks give the same bytes again, with more threads, and stopped and continued")
  func reproducible() throws {
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        _ = try train(a, testConfiguration(), ranks: 3)
        try #expect(train(b, testConfiguration(), ranks: 3, stopAfter: 7, width: 2) == nil)
        try #expect(train(b, testConfiguration(), ranks: 3, width: 2) != nil)
        try #expect(contents(a) == contents(b))
      }
    }
  }

  @Test("a loss that is not finite takes all ranks back together")
  func rollsBack() throws {
    var configuration = testConfiguration()
    configuration.learningRate = 9.9
    configuration.warmUpShare = 0
    configuration.maximumRollbacks = 1
    configuration.maximumGradientNorm = nil
    configuration.spikeDeviations = 0.01
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        let one = Result { try train(a, configuration, ranks: 1) }
        let two = Result { try train(b, configuration, ranks: 2) }
        func said(_ result: Result<TrainingOutcome?, any Error>) -> String {
          switch result {
          case .success: "trained"
          case .failure(let error): (error as? Diagnostic)?.code ?? "\(error)"
          }
        }
        #expect(said(one) == said(two))
      }
    }
  }

  @Test("ranks with different options are refused")
  func refusesUnequalRanks() throws {
    try withTemporaryFolder { folder in
      let path = folder.path
      let results = RankThreads.run(3) { group in
        var configuration = testConfiguration()
        configuration.ranks = 3
        configuration.seed = group.rank == 2 ? 1 : 0
        _ = try TrainingRun(
          configuration, training: testTokens(3000), validation: nil as TokensInMemory?, output: path + "/model",
          work: path + "/checkpoints",
          pool: ThreadPool(width: 1), group: group)
      }
      let errors = results.compactMap { result -> Diagnostic? in
        guard case .failure(let error) = result else { return nil }
        return error as? Diagnostic
      }
      #expect(errors.map(\.code) == ["unequal-ranks", RankGroup.otherRankFailed, RankGroup.otherRankFailed])
      #expect(errors.first?.message == "ranks 0 and 2 have different options")
    }
  }

  @Test("more ranks than sequences in a batch are refused")
  func refusesTooManyRanks() throws {
    var configuration = testConfiguration()
    configuration.ranks = 5
    #expect(throws: Diagnostic.self) { try configuration.validate() }
    configuration.ranks = 4
    try configuration.validate()
    for (ranks, parts) in [(1, 3), (3, 4), (1, 0), (1, 8)] {
      configuration.ranks = ranks
      configuration.gradientParts = parts
      #expect(throws: Diagnostic.self, "\(parts) parts of 4 sequences for \(ranks) ranks") { try configuration.validate() }
    }
  }

  // MARK: Open MPI

  @Test("a process by itself, or the only one of mpirun, has no others")
  func alone() throws {
    #expect(try OpenMPI.connect([:]) == nil)
    #expect(try OpenMPI.connect(["OMPI_COMM_WORLD_SIZE": "1"]) == nil)
    #expect(try OpenMPI.connect(["PMI_SIZE": "1", "SLURM_STEP_NUM_TASKS": "1"]) == nil)
  }

  @Test(
    "another starter of several processes is refused by name",
    arguments: [("PMI_SIZE", "MPICH"), ("SLURM_STEP_NUM_TASKS", "srun")])
  func refusesOtherStarters(variable: String, name: String) {
    #expect { _ = try OpenMPI.connect([variable: "4"]) } throws: { error in
      (error as? Diagnostic)?.code == OpenMPI.notUsable && (error as? Diagnostic)?.message.contains(name) == true
    }
  }
}
