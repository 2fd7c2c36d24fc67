import Foundation

/// Keys and tokens of well-known services, by their published prefixes and lengths, and private keys in armour.
enum SecretForms {
  static let all = [
    PersonalDataForm(
      type: .secret,
      pattern: "-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=:,\\s\\-.()@<>]*?-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
      check: { _, match in match }),
    PersonalDataForm(
      type: .secret,
      pattern: [
        "(?:AKIA|ASIA)[A-Z2-7]{16}",  // Amazon Web Services
        "gh[pousr]_[A-Za-z0-9]{36,251}", "github_pat_[A-Za-z0-9_]{60,251}",
        "glpat-[A-Za-z0-9_-]{20,64}",  // GitLab
        "xox[abposr]-[A-Za-z0-9-]{20,251}",  // Slack
        "[sr]k_live_[A-Za-z0-9]{20,251}",  // Stripe
        "AIza[A-Za-z0-9_-]{35}",  // Google
        "hf_[A-Za-z]{34}", "npm_[A-Za-z0-9]{36}",
        "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}",  // SendGrid
        "sk-(?:proj-|ant-[a-z0-9]+-)?[A-Za-z0-9_-]{40,251}",
        "eyJ[A-Za-z0-9_-]{10,600}\\.eyJ[A-Za-z0-9_-]{10,900}\\.[A-Za-z0-9_-]{20,900}",  // JSON Web Token
      ].joined(separator: "|"),
      check: checkToken),
  ]

  @Sendable private static func checkToken(_ text: UnsafeBufferPointer<UInt8>, _ match: Range<Int>) -> Range<Int>? {
    let (left, right) = (Surroundings.before(text, match), Surroundings.behind(text, match))
    guard !Surroundings.isAlphanumeric(left), left != 0x5F, !Surroundings.isAlphanumeric(right), right != 0x5F else { return nil }
    // Placeholders (`AKIAXXXXXXXXXXXXXXXX`, `AKIAIOSFODNN7EXAMPLE`) repeat themselves or say what they are.
    if ByteSearch.contains(Array("EXAMPLE".utf8), in: text, match) { return nil }
    return entropy(text, match) >= 3.0 ? match : nil
  }

  /// Bits per byte of the bytes' own distribution.
  static func entropy(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Double {
    var counts = [Int](repeating: 0, count: 256)
    for byte in text[range] { counts[Int(byte)] += 1 }
    let total = Double(range.count)
    return counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / total
      return sum - share * log2(share)
    }
  }
}
