import Documents

extension RotaryScaling {
  /// In the words of Hugging Face's `config.json`.
  package var object: JSONObject {
    switch self {
    case .linear(let factor): ["rope_type": "linear", "factor": HuggingFaceModel.number(factor)]
    case .llama3(let factor, let low, let high, let originalContextLength):
      [
        "rope_type": "llama3", "factor": HuggingFaceModel.number(factor), "low_freq_factor": HuggingFaceModel.number(low),
        "high_freq_factor": HuggingFaceModel.number(high),
        "original_max_position_embeddings": .integer(Int64(originalContextLength)),
      ]
    }
  }
}
