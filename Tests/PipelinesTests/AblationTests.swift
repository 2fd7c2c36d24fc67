import Documents
import Evaluation
import Foundation
import Pipelines
import TestSupport
import Testing

@Suite("Variants of a corpus")
struct AblationTests {
  /// A pipeline over one existing file.
  private func pipeline(_ stages: String, name: String = "one") throws -> Pipeline {
    let file = repositoryFile("Package.swift").path
    let source = "sources:\n  crawl: { read: jsonl, paths: [\"\(file)\"] }\n"
    return try Pipeline.decode("winnow: 1\nname: \(name)\n\(source)stages:\n\(stages)", file: "\(name).yaml").pipeline
  }

  private static let plain = """
      normalize: { use: normalize, from: crawl }
      language: { use: identify-language, from: normalize, with: { keep: [en, de] } }
      fuzzy: { use: minhash-dedup, from: language }
      tokenizer: { use: train-bpe, from: fuzzy, with: { vocabulary: 512 } }
      shards: { use: token-shards, from: fuzzy, tokenizer: tokenizer }

    """

  @Test func whatVariantsShareStandsOnce() throws {
    let base = try AblationVariant("base", pipeline(Self.plain))
    let merge = VariantMerge([
      base, try base.without("language"), try AblationVariant("again", pipeline(Self.plain, name: "two")),
    ])
    let merged = merge.pipeline
    #expect(merged.sources.map(\.id) == ["crawl"])
    #expect(merged.stages.map(\.id) == ["normalize", "language", "fuzzy", "fuzzy-2"])
    #expect(merge.documents == ["fuzzy", "fuzzy-2", "fuzzy"])
    #expect(merged.stage("fuzzy-2")?.inputs.map(\.node) == ["normalize"])
  }

  @Test func aPipelineIsReadBackFromItsText() throws {
    let merged = VariantMerge([try AblationVariant("base", pipeline(Self.plain))]).pipeline
    let read = try Pipeline.decode(merged.text, file: "merged.yaml").pipeline
    #expect(read.stages.map(\.id) == merged.stages.map(\.id))
    for (a, b) in zip(read.stages, merged.stages) {
      #expect(a.kind.name == b.kind.name && a.parameters == b.parameters && a.inputs == b.inputs)
    }
    #expect(read.sources.map(\.files) == merged.sources.map(\.files))
  }

  @Test func sharesOfInputsAreReadBack() throws {
    let stages = """
        normalize: { use: normalize, from: crawl }
        copies: { use: exact-dedup, from: { normalize: 0.5, crawl: 1 } }

      """
    let merged = VariantMerge([try AblationVariant("base", pipeline(stages))]).pipeline
    #expect(try Pipeline.decode(merged.text, file: "merged.yaml").pipeline.stage("copies")?.inputs.map(\.share) == [0.5, 1])
  }

  private func code(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return (error as? Diagnostic)?.code ?? "\(error)" }
    return nil
  }

  @Test func aVariantWhoseModelsLieFarApartIsNoted() {
    func notes(deviation: Double) -> [String] {
      let evidence = (0..<6).map { index in
        let bits = [-1, 0, 1].map { 2 + Double(index) + $0 * (index == 4 ? deviation : 0.01) }
        return AblationReport.Evidence(
          name: "variant \(index)", documents: 10, tokens: 1000, text: VariantScores(weights: [1, 1], values: bits.map { [$0, $0] }), tasks: [])
      }
      return AblationReport(Ablation.Options(), heldOut: [], evidence).notes
    }
    #expect(notes(deviation: 0.01).isEmpty)
    let found = notes(deviation: 0.1)
    #expect(found.count == 1 && found[0].hasPrefix("The models of 'variant 4' lie 10 times as far apart as those of the others."))
  }

  @Test func whatCannotBeComparedIsNamed() throws {
    let base = try AblationVariant("base", pipeline(Self.plain))
    #expect(code { _ = try base.without("langauge") } == "unknown-stage")
    #expect(code { _ = try base.without("tokenizer") } == "untoggled-stage")
    let twoEnds = "    a: { use: normalize, from: crawl }\n    b: { use: normalize, from: crawl }\n"
    #expect(code { _ = try AblationVariant("two", pipeline(twoEnds)) } == "ambiguous-documents")
    #expect(code { _ = try Ablation([base], Ablation.Options(), folder: "out") } == "no-comparison")
    var options = Ablation.Options()
    options.seeds = 1
    #expect(code { _ = try Ablation([base, base], options, folder: "out") } == "too-few-seeds")
  }
}
