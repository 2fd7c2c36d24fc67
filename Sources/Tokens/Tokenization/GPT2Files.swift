import Documents
import Storage

/// GPT-2's pair of files: `vocab.json` (printable names to ids) and `merges.txt` (one merge a line, by rank).
extension BytePairModel {
  /// The bytes of `vocab.json`, special tokens included.
  public var vocabularyJSON: [UInt8] {
    let special = Set(specialTokens.map(\.id))
    var output = Array("{".utf8)
    for (id, token) in tokens.enumerated() where !token.isEmpty {
      if output.count > 1 { output.append(UInt8(ascii: ",")) }
      output.appendJSONString(special.contains(UInt32(id)) ? token : ByteAlphabet.name(of: token))
      output += ":\(id)".utf8
    }
    output += "}\n".utf8
    return output
  }

  /// The bytes of `merges.txt`.
  public var mergesText: [UInt8] {
    var output = Array("#version: 0.2\n".utf8)
    for merge in merges {
      output += ByteAlphabet.name(of: tokens[Int(merge.left)])
      output.append(0x20)
      output += ByteAlphabet.name(of: tokens[Int(merge.right)])
      output.append(0x0A)
    }
    return output
  }
}
