import Foundation
import LanguageModels

/// What the trainer's parts do per second, as one JSON line each:
/// `training gemm`, and `training train|generate|evaluate|prompt CONFIGURATION`, with
/// `--threads N` and `--rounds N`; `--bfloat16` keeps activations (train) or matrices (generate) so.
///
/// The configurations are those that `training/compare.py` also gives PyTorch.
@main
struct Training {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let threads = option("--threads", &arguments) ?? 2
    let rounds = option("--rounds", &arguments)
    let pool = ThreadPool(width: threads)
    let bfloat16 = arguments.contains("--bfloat16")
    arguments.removeAll { $0 == "--bfloat16" }
    if arguments.first == "follow" { return try follow(Array(arguments.dropFirst()), pool) }
    if arguments.first == "logits" { return try logits(Array(arguments.dropFirst()), pool) }
    switch (arguments.first, arguments.dropFirst().first.flatMap { configurations[$0] }) {
    case ("gemm", _): gemm(pool, rounds: rounds ?? 30)
    case ("train", let configuration?):
      try train(configuration, pool, rounds: rounds ?? configuration.steps, bfloat16: bfloat16)
    case ("generate", let configuration?): try generate(configuration, pool, tokens: rounds ?? 200, bfloat16: bfloat16)
    case ("evaluate", let configuration?): try evaluate(configuration, pool, rounds: rounds ?? configuration.steps)
    case ("prompt", let configuration?): try prompt(configuration, pool, rounds: rounds ?? 5)
    default:
      print("usage: training gemm | train|generate|evaluate|prompt CONFIGURATION [--threads N] [--rounds N] [--bfloat16]")
      print("       training follow MODEL TOKENS BATCH LENGTH RATE OUTPUT [OPTIMIZER]")
      print("       training logits MODEL TOKENS OUTPUT")
      print("configurations: " + configurations.keys.sorted().joined(separator: ", "))
      exit(2)
    }
  }

  private static func option(_ name: String, _ arguments: inout [String]) -> Int? {
    guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count, let value = Int(arguments[index + 1]) else {
      return nil
    }
    arguments.removeSubrange(index...index + 1)
    return value
  }

  // MARK: Configurations

  struct Configuration {
    var model: DecoderConfiguration
    var batch: Int
    /// Timed optimizer steps.
    var steps: Int
  }

  static let configurations: [String: Configuration] = [
    "gpt2-small": .init(
      model: .init(
        family: .gpt2, vocabularySize: 8192, hiddenSize: 256, intermediateSize: 1024, layerCount: 4, headCount: 4,
        contextLength: 256), batch: 8, steps: 30),
    "gpt2-124m": .init(
      model: .init(
        family: .gpt2, vocabularySize: 32768, hiddenSize: 768, intermediateSize: 3072, layerCount: 12, headCount: 12,
        contextLength: 512), batch: 2, steps: 4),
    "llama-small": .init(
      model: .init(
        vocabularySize: 8192, hiddenSize: 256, intermediateSize: 688, layerCount: 4, headCount: 4, contextLength: 256),
      batch: 8, steps: 30),
    "llama-30m": .init(
      model: .init(
        vocabularySize: 16384, hiddenSize: 512, intermediateSize: 1376, layerCount: 8, headCount: 8, keyValueHeadCount: 4,
        contextLength: 512),
      batch: 4, steps: 6),
  ]

  // MARK: Measurements

  /// The products of a layer of a 10 M (d 384) and a 124 M (d 768) model: y = x wT, dx = dy w, dw = dyT x.
  private static func gemm(_ pool: ThreadPool, rounds: Int) {
    let engine = Engine(pool: pool)
    let rate = fixed(engine.peakRate() / 1e9)
    report([("what", "\"peak\""), ("gflops-best", rate), ("gflops-median", rate)])
    let shapes = [
      (1024, 1024, 1024), (2048, 3072, 768), (2048, 768, 3072), (2048, 1152, 384), (2048, 384, 1024), (4096, 2048, 384),
      (1024, 768, 768), (512, 8192, 384),
    ]
    for (m, n, k) in shapes {
      let a = filled(m * k)
      let b = filled(n * k)
      let c = FloatBuffer(count: m * n)
      for (name, left, right) in [
        ("NN", Matrix(a.base, width: k), Matrix(b.base, width: n)),
        ("NT", Matrix(a.base, width: k), Matrix(b.base, width: k).transposed),
        ("TN", Matrix(a.base, width: m).transposed, Matrix(b.base, width: n)),
      ] {
        var seconds: [Double] = []
        for round in 0..<rounds + 3 {
          let time = measure { engine.multiply(left, right, m: m, n: n, k: k, into: c.base, stride: n) }
          if round >= 3 { seconds.append(time) }
        }
        seconds.sort()
        let operations = 2e-9 * Double(m * n * k)
        report([
          ("what", "\"gemm \(name) \(m)x\(n)x\(k)\""), ("gflops-best", fixed(operations / seconds[0])),
          ("gflops-median", fixed(operations / seconds[seconds.count / 2])),
        ])
      }
    }
  }

  /// Forward, backward and AdamW on random tokens.
  private static func train(_ configuration: Configuration, _ pool: ThreadPool, rounds: Int, bfloat16: Bool) throws {
    let model = configuration.model
    let length = model.contextLength
    let decoder = try Decoder(model, seed: 0)
    let pass = DecoderPass(
      decoder, batch: configuration.batch, length: length, pool: pool, trains: true, storesBFloat16: bfloat16)
    let first = FloatBuffer(count: decoder.parameters.count)
    let second = FloatBuffer(count: decoder.parameters.count)
    let rows = configuration.batch * length
    var state: UInt64 = 1
    func token() -> UInt32 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt32(state >> 40) % UInt32(model.vocabularySize)
    }
    var seconds: [Double] = []
    var processor: [Double] = []
    var loss = 0.0
    for step in 1...rounds + 2 {
      let inputs = (0..<rows).map { _ in token() }
      let targets = (0..<rows).map { _ in Int32(token()) }
      let before = processorSeconds
      let time = measure {
        loss = pass.accumulateGradient(inputs: inputs, targets: targets, scale: 1 / Float(rows), adding: false) / Double(rows)
        pass.update(
          AdamWStep(learningRate: 3e-4, weightDecay: 0.1, step: step), firstMoment: first, secondMoment: second)
      }
      if step > 2 {
        seconds.append(time)
        processor.append(processorSeconds - before)
      }
    }
    seconds.sort()
    processor.sort()
    let median = seconds[seconds.count / 2]
    let rate = Double(rows) / median
    report([
      ("what", "\"train\""), ("parameters", "\(decoder.parameters.count)"), ("tokens-per-second", fixed(rate)),
      ("best", fixed(Double(rows) / seconds[0])),
      ("tokens-per-cpu-second", fixed(Double(rows) / processor[processor.count / 2])),
      ("gflops", fixed(rate * model.trainingOperationsPerToken(sequenceLength: length) / 1e9)),
      ("loss", fixed(loss)), ("peak-mb", "\(peakMemory)"),
    ])
  }

  /// Trains a Hugging Face model on given batches and prints every loss: `Tests/Conformance/training_in_pytorch.py` does the same in
  /// PyTorch. TOKENS holds [steps, batch, length + 1] 32-bit integers, for an encoder [steps, inputs | targets, batch, length] with
  /// -1 where nothing is to be guessed; OUTPUT gets the first step's gradient and the last weights.
  private static func follow(_ arguments: [String], _ pool: ThreadPool) throws {
    guard arguments.count >= 6, let batch = Int(arguments[2]), let length = Int(arguments[3]), let rate = Double(arguments[4]),
      let optimizer = Optimizer(rawValue: arguments.count > 6 ? arguments[6] : "adamw")
    else {
      print("usage: training follow MODEL TOKENS BATCH LENGTH RATE OUTPUT [OPTIMIZER]")
      exit(2)
    }
    let decoder = try HuggingFaceModel.read(arguments[0])
    let tokens = try Data(contentsOf: URL(fileURLWithPath: arguments[1])).withUnsafeBytes {
      Array($0.bindMemory(to: Int32.self))
    }
    let pass = DecoderPass(decoder, batch: batch, length: length, pool: pool, trains: true)
    let first = FloatBuffer(count: decoder.parameters.count)
    let second = FloatBuffer(count: decoder.parameters.count)
    let isCausal = decoder.configuration.isCausal
    let rows = batch * length
    let perStep = isCausal ? rows + batch : 2 * rows
    for step in 0..<tokens.count / perStep {
      let part = Array(tokens[step * perStep..<(step + 1) * perStep])
      var inputs = part[..<rows].map { UInt32(bitPattern: $0) }
      var targets = Array(part[(perStep - rows)...])
      if isCausal {
        inputs = (0..<rows).map { UInt32(part[$0 + $0 / length]) }
        targets = (0..<rows).map { part[$0 + $0 / length + 1] }
      }
      let counted = targets.filter { $0 >= 0 }.count
      let loss =
        pass.accumulateGradient(inputs: inputs, targets: targets, scale: 1 / Float(counted), adding: false) / Double(counted)
      print("{\"step\": \(step), \"loss\": \(loss)}")
      if step == 0, let gradient = pass.gradient {
        let decoded = try Decoder(shape: decoder.configuration)
        for index in 0..<gradient.count { decoded.parameters[index] = gradient[index] }
        try HuggingFaceModel.write(decoded, to: arguments[5] + "/gradient")
      }
      pass.update(
        AdamWStep(learningRate: rate, weightDecay: 0.1, step: step + 1), by: optimizer, firstMoment: first, secondMoment: second
      )
    }
    try HuggingFaceModel.write(decoder, to: arguments[5] + "/model")
  }

  /// One token after the other with the keys and values kept.
  private static func generate(_ configuration: Configuration, _ pool: ThreadPool, tokens: Int, bfloat16: Bool) throws {
    let generator = try Generator(
      Decoder(configuration.model, seed: 0), sampling: .greedy, pool: pool, readsBFloat16: bfloat16)
    _ = try generator.generate(after: [1], count: 8)
    var count = 0
    let time = try measure { count = try generator.generate(after: [1], count: tokens).count }
    report([("what", "\"generate\""), ("tokens-per-second", fixed(Double(count) / time)), ("peak-mb", "\(peakMemory)")])
  }

  /// The losses of random tokens, forward only.
  private static func evaluate(_ configuration: Configuration, _ pool: ThreadPool, rounds: Int) throws {
    let model = configuration.model
    let rows = configuration.batch * model.contextLength
    let pass = DecoderPass(
      try Decoder(model, seed: 0), batch: configuration.batch, length: model.contextLength, pool: pool, trains: false)
    let inputs = (0..<rows).map { UInt32($0 * 7919 % model.vocabularySize) }
    let targets = inputs.map { Int32($0) }
    var seconds: [Double] = []
    for round in 0..<rounds + 2 {
      let time = measure { _ = pass.tokenLosses(inputs: inputs, targets: targets) }
      if round >= 2 { seconds.append(time) }
    }
    seconds.sort()
    report([
      ("what", "\"evaluate\""), ("tokens-per-second", fixed(Double(rows) / seconds[seconds.count / 2])),
      ("peak-mb", "\(peakMemory)"),
    ])
  }

  // MARK: Support

  private static func filled(_ count: Int) -> FloatBuffer {
    let buffer = FloatBuffer(count: count)
    for index in 0..<count { buffer.base[index] = Float(index % 251) / 251 - 0.5 }
    return buffer
  }

  static func measure(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  /// Of all threads of this process.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  static func fixed(_ value: Double) -> String { String(format: "%.2f", value) }

  /// The greatest resident size of this process.
  private static var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) / 1024
  }

  static func report(_ members: [(String, String)]) {
    print("{" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}")
  }
}
