import Foundation

/// Keys and tokens of well-known services, by their published prefixes and lengths, and private keys in armour.
enum SecretForms {
  static let all = [
    PersonalDataForm(
      type: .secret,
      pattern:
        "-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=:,\\s\\-.()@<>]*?-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
      check: { _, match in match }, spansLines: true, sign: Array("-----BEGIN ".utf8)),
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
    PersonalDataForm(
      type: .secret,
      pattern:
        "(?i)(?:api|access|auth|client|private|secret|session|signing|encryption)[_ .-]?(?:key|token|secret)|passw(?:or)?d|bearer",
      check: checkAssigned),
  ]

  /// `api_key = "…"`: what is assigned to a telling name, when its letters and digits look drawn at random.
  @Sendable private static func checkAssigned(_ text: UnsafeBufferPointer<UInt8>, _ match: Range<Int>) -> Range<Int>? {
    var index = match.upperBound
    while index < text.count, Surroundings.isAlphanumeric(text[index]) || text[index] == 0x5F { index += 1 }
    var hasSign = Surroundings.isLetter(text[match.lowerBound]) && text[match.lowerBound] | 0x20 == 0x62 && match.count == 6
    let limit = min(text.count, index + 6)
    while index < limit, [0x20, 0x22, 0x27, 0x3A, 0x3D, 0x3E, 0x60].contains(text[index]) {
      if text[index] == 0x3A || text[index] == 0x3D { hasSign = true }
      index += 1
    }
    guard hasSign else { return nil }
    let start = index
    while index < text.count, isTokenByte(text[index]) { index += 1 }
    let value = start..<index
    guard (20...256).contains(value.count), ByteSearch.first(Array("EXAMPLE".utf8), in: text, value) == nil else { return nil }
    let digits = text[value].count(where: Surroundings.isDigit)
    guard digits >= 3, digits < value.count else { return nil }
    let isHexadecimal = text[value].allSatisfy { Surroundings.isDigit($0) || ($0 | 0x20) &- 0x61 < 6 }
    return entropy(text, value) >= (isHexadecimal ? 3.0 : 3.8) ? value : nil
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    Surroundings.isAlphanumeric(byte) || [0x2B, 0x2F, 0x3D, 0x2D, 0x5F, 0x2E].contains(byte)
  }

  @Sendable private static func checkToken(_ text: UnsafeBufferPointer<UInt8>, _ match: Range<Int>) -> Range<Int>? {
    let (left, right) = (Surroundings.before(text, match), Surroundings.behind(text, match))
    guard !Surroundings.isAlphanumeric(left), left != 0x5F, !Surroundings.isAlphanumeric(right), right != 0x5F else {
      return nil
    }
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
