import ArgumentParser
import LanguageModels
import Training

/// How a model learns and what its blocks are, beyond the preset.
struct TrainingMethodOptions: ParsableArguments {
  @Option(help: "How gradients become steps.") var optimizer = Optimizer.adamW
  @Option(help: "Muon's momentum.") var momentum = 0.95
  @Option(help: "Share of values left out at random, of embedded tokens and of each block's output.") var dropout = 0.0

  @Option(help: "Share of attention's probabilities left out at random.") var attentionDropout = 0.0
  @Option(help: "How often the last layer is left out for a sequence; layers before it less often.") var stochasticDepth = 0.0
  @Option(help: "Share of tokens that an encoder must guess.") var maskedShare = 0.15
  @Flag(help: "Normalize queries and keys, as Qwen3 does.") var queryKeyNorm = false
  @Option(
    help: ArgumentHelp("Soft cap of attention scores, as Gemma 2 has it; no other tool loads such a model.", valueName: "cap"))
  var attentionSoftcap: Double?
  @Option(help: ArgumentHelp("Soft cap of logits, likewise.", valueName: "cap")) var logitSoftcap: Double?
  @Flag(help: "Keep activations for the backward pass as bfloat16: half their memory, gradients rounded a little.")
  var bfloat16Activations = false

  func apply(to model: inout DecoderConfiguration) {
    model.queryKeyNorm = queryKeyNorm
    model.attentionSoftcap = attentionSoftcap.map { Float($0) }
    model.logitSoftcap = logitSoftcap.map { Float($0) }
  }

  func apply(to configuration: inout TrainingConfiguration) {
    configuration.optimizer = optimizer
    configuration.momentum = momentum
    configuration.dropout = dropout
    configuration.attentionDropout = attentionDropout
    configuration.stochasticDepth = stochasticDepth
    configuration.maskedShare = maskedShare
    configuration.storesBFloat16 = bfloat16Activations
  }
}

extension Optimizer: ExpressibleByArgument {}
