import ArgumentParser
import Classification
import Documents
import Foundation
import Storage

struct ClassifierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classifier", abstract: "Train, use and test text classifiers in fastText's format.",
    discussion: """
      Lines are `__label__NAME text` or `NAME TAB text`, in plain, gzip or zstd files. Models load in the fastText library and
      the other way round.

      Examples:
        winnow classifier train train.txt --output quality.bin --word-ngrams 2
        winnow classifier train fixtures/language/train.tsv.gz --form language --output language.ftz --quantize
        winnow classifier predict quality.bin < lines.txt
        winnow classifier test quality.bin held-out.txt
      """, subcommands: [Train.self, Predict.self, Test.self])

  /// How a line is brought into the form that a model sees.
  enum Form: String, ExpressibleByArgument, CaseIterable, Sendable {
    case plain, language

    func apply(_ line: [UInt8]) -> [UInt8] {
      switch self {
      case .plain: line
      case .language: LanguageIdentifier.trainingForm(of: line)
      }
    }
  }

  enum Loss: String, ExpressibleByArgument, CaseIterable, Sendable {
    case softmax
    case hierarchical
    case oneVersusAll = "one-versus-all"
    case negativeSampling = "negative-sampling"

    var value: FastTextArguments.Loss {
      switch self {
      case .softmax: .softmax
      case .hierarchical: .hierarchicalSoftmax
      case .oneVersusAll: .oneVersusAll
      case .negativeSampling: .negativeSampling
      }
    }
  }

  static func examples(_ paths: [String], _ form: Form) throws -> [FastTextTrainer.Example] {
    var examples: [FastTextTrainer.Example] = []
    for path in paths { examples += try TrainingLines.read(path: path) }
    if form != .plain { for index in examples.indices { examples[index].text = form.apply(examples[index].text) } }
    return examples
  }

  /// The examples with a label of the file. A label of the file that no example has is an error: it would be missing in silence.
  static func choose(_ examples: [FastTextTrainer.Example], labelsIn path: String) throws -> [FastTextTrainer.Example] {
    let file = try MappedFile.contents(of: path)
    let labels = Set(file.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).map { String(decoding: $0, as: UTF8.self) })
    if let missing = labels.subtracting(examples.flatMap(\.labels)).min() {
      throw Diagnostic(
        "no-such-label", "no line has the label '\(missing)'", at: .init(file: path), fix: "take it out, or add lines with it")
    }
    return examples.filter { $0.labels.contains { labels.contains($0) } }
  }
}

extension ClassifierCommand {
  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Train a model. The same lines, options and seed give the same bytes.")

    @Argument(help: "Training files.") var inputs: [String]
    @Option(help: "Where the model goes.") var output: String
    @Option(help: "Length of the vectors.") var dimension: Int32 = 100
    @Option(help: "Passes over the lines.") var epochs: Int32 = 5
    @Option(help: "First learning rate; it falls to 0.") var learningRate: Float = 0.1
    @Option(help: "Words seen less often stay out of the vocabulary.") var minimumCount: Int32 = 1
    @Option(help: "Longest word n-gram.") var wordNgrams: Int32 = 1
    @Option(help: "Shortest character n-gram.") var minimumNgram: Int32 = 0
    @Option(help: "Longest character n-gram; 0 is none.") var maximumNgram: Int32 = 0
    @Option(help: "Rows for hashed n-grams.") var buckets: Int32 = 2_000_000
    @Option(help: "softmax, hierarchical, one-versus-all or negative-sampling.") var loss: Loss = .softmax
    @Option(help: "Seed of every random choice.") var seed: UInt64 = 1
    @Option(help: "Threads; none changes the result. Default: one for each processor.") var threads: Int?
    @Option(help: "plain, or language: lower-cased letters only, as the language identifier reads text.")
    var form: Form = .plain
    @Option(help: ArgumentHelp("Train on lines with these labels only: a file with one label a line.", valueName: "file"))
    var labels: String?
    @Flag(help: "Quantize the model: about a tenth of the size.") var quantize = false

    func validate() throws {
      guard dimension > 0, dimension <= 4096 else { throw ValidationError("--dimension is 1 to 4096") }
      guard threads ?? 1 > 0 else { throw ValidationError("--threads is above 0") }
      guard epochs > 0, learningRate > 0, buckets > 0 else {
        throw ValidationError("--epochs, --learning-rate and --buckets are above 0")
      }
      guard minimumNgram >= 0, maximumNgram <= 100, maximumNgram == 0 || minimumNgram <= maximumNgram else {
        throw ValidationError("--minimum-ngram is at most --maximum-ngram")
      }
    }

    func run() throws {
      var arguments = FastTextArguments()
      arguments.dimension = dimension
      arguments.epochs = epochs
      arguments.minimumCount = minimumCount
      arguments.wordNgrams = wordNgrams
      arguments.minimumNgram = minimumNgram
      arguments.maximumNgram = maximumNgram
      arguments.buckets = buckets
      arguments.loss = loss.value
      let all = try ClassifierCommand.examples(inputs, form)
      let examples = try labels.map { try ClassifierCommand.choose(all, labelsIn: $0) } ?? all
      var model = try FastTextTrainer(
        arguments: arguments, learningRate: learningRate, seed: seed,
        threads: threads ?? ProcessInfo.processInfo.activeProcessorCount
      )
      .train(examples)
      if quantize { model = model.quantized() }
      let written = try AtomicFile.write(model.serialized(), to: output)
      print(
        "\(output): \(model.labels.count) labels from \(examples.count) of \(all.count) lines, \(written.bytes) bytes, XXH64 \(written.checksum.hexadecimal)"
      )
    }
  }

  struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read lines from standard input, print label, tab and probability for each (nothing known: an empty line).")

    @Argument(help: "The model.") var model: String
    @Option(help: "How many labels a line gets.") var count: Int = 1
    @Option(help: "Labels below this probability are left out.") var threshold: Float = 0
    @Option(help: "plain or language; as in training.") var form: Form = .plain

    func run() throws {
      let model = try FastTextModel(path: model)
      var scratch = FastTextModel.Scratch()
      while let line = readLine() {
        let predictions = model.predict(form.apply(Array(line.utf8)), count: count, threshold: threshold, using: &scratch)
        print(predictions.map { "\($0.label)\t\($0.probability)" }.joined(separator: "\t"))
      }
    }
  }

  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Compare a model's best label with labelled lines.")

    @Argument(help: "The model.") var model: String
    @Argument(help: "Labelled files.") var inputs: [String]
    @Option(help: "plain or language; as in training.") var form: Form = .plain
    @Flag(help: "Print precision, recall and F1 of each label.") var perLabel = false

    func run() throws {
      let model = try FastTextModel(path: model)
      let scores = ClassifierScores.measure(model, try ClassifierCommand.examples(inputs, form))
      if perLabel {
        print("label\tlines\tprecision\trecall\tF1")
        for label in scores.labels {
          print("\(label.name)\t\(label.lines)\t\(digits(label.precision))\t\(digits(label.recall))\t\(digits(label.f1))")
        }
      }
      print(
        "lines \(scores.lines)\naccuracy \(digits(scores.accuracy))\nmacro F1 \(digits(scores.macroF1)) over \(scores.labels.count) labels"
      )
    }

    private func digits(_ value: Double) -> String { String(format: "%.4f", locale: Locale(identifier: "en_US_POSIX"), value) }
  }
}
