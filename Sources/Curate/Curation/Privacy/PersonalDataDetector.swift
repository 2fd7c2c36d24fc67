import Documents

/// Finds personal data: a pass over the bytes says on which lines which kinds are possible, RE2 finds candidates there in linear time, and
/// a check for each kind (checksums, number plans, public address ranges, the words around) says which of them are real.
///
/// Compiled once and shared: everything in it is immutable.
public struct PersonalDataDetector: Sendable {
  public let types: [PersonalDataType]
  private let rules: [PersonalDataRule]
  private let prefilter: PatternSet
  /// Bits of the rules whose matches can hold line feeds.
  private let spanningRules: UInt64

  public init(types: some Sequence<PersonalDataType> = PersonalDataType.standard) throws(Diagnostic) {
    let wanted = Set(types)
    self.types = PersonalDataType.allCases.filter(wanted.contains)
    var rules: [PersonalDataRule] = []
    for form in PersonalDataForm.all where wanted.contains(form.type) { rules.append(try PersonalDataRule(form)) }
    self.rules = rules
    spanningRules = rules.indices.reduce(0) { rules[$1].form.spansLines ? $0 | 1 << UInt64($1) : $0 }
    prefilter = try PatternSet(rules.map(\.form.pattern))
  }

  /// Replaces `spans` by what is in `text`: in order, none overlapping another; where two kinds claim the same bytes, the one that
  /// comes first in `PersonalDataType` has them. `detectPlainly` is its specification.
  /// - Complexity: linear in the text for each kind that the prefilter finds possible.
  public func detect(in text: UnsafeBufferPointer<UInt8>, into spans: inout [PersonalDataSpan]) {
    spans.removeAll(keepingCapacity: true)
    let signs = ByteSigns(of: text)
    let windows = PersonalDataWindows(of: text, for: types)
    let candidates =
      windows.ranges.reduce(0) { $0 | prefilter.candidates(in: UnsafeBufferPointer(rebasing: text[$1])) } & ~spanningRules
    for (number, rule) in rules.enumerated() {
      if rule.form.spansLines {
        if rule.isPossible(in: text) { find(rule, in: text, 0..<text.count, into: &spans) }
      } else if candidates & (1 << UInt64(number)) != 0, signs.allow(rule.form.type) {
        for window in windows.ranges { find(rule, in: text, window, into: &spans) }
      }
    }
    spans.sort { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// As `detect`, with every pattern tried on the whole text.
  package func detectPlainly(in text: [UInt8]) -> [PersonalDataSpan] {
    var spans: [PersonalDataSpan] = []
    text.withUnsafeBufferPointer { text in
      let signs = ByteSigns(of: text)
      for rule in rules where rule.form.spansLines || signs.allow(rule.form.type) {
        find(rule, in: text, 0..<text.count, into: &spans)
      }
    }
    return spans.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// Adds what the rule finds in a window of the text that begins and ends with lines.
  private func find(
    _ rule: PersonalDataRule, in text: UnsafeBufferPointer<UInt8>, _ window: Range<Int>, into spans: inout [PersonalDataSpan]
  ) {
    let part = UnsafeBufferPointer(rebasing: text[..<window.upperBound])
    var from = window.lowerBound
    while let match = rule.pattern.firstMatch(in: part, from: from) {
      if let range = rule.form.check(text, match), !spans.contains(where: { $0.range.overlaps(range) }) {
        spans.append(PersonalDataSpan(rule.form.type, range))
        from = max(range.upperBound, match.lowerBound + 1)
      } else {
        // Not one: look again behind its first character, where another candidate may begin.
        from = rule.form.next(text, match)
      }
      if from > window.upperBound { break }
    }
  }

  public func detect(in text: [UInt8]) -> [PersonalDataSpan] {
    var spans: [PersonalDataSpan] = []
    text.withUnsafeBufferPointer { detect(in: $0, into: &spans) }
    return spans
  }
}

/// A way of writing a kind of personal data: a pattern for candidates and the check that decides.
struct PersonalDataForm: Sendable {
  let type: PersonalDataType
  let pattern: String
  /// The range that is personal data, possibly shorter than the match; nil when it is not.
  let check: @Sendable (UnsafeBufferPointer<UInt8>, Range<Int>) -> Range<Int>?
  /// A match can hold line feeds. All others lie within a line, and the lines that `PersonalDataWindows` leaves out hold none.
  var spansLines = false
  /// A string that every match holds; empty when nothing is known.
  var sign: [UInt8] = []
  /// Where to search on behind a candidate that failed.
  var next: @Sendable (UnsafeBufferPointer<UInt8>, Range<Int>) -> Int = { _, match in match.upperBound }

  /// In the order of `PersonalDataType`: earlier kinds take their bytes first.
  static let all: [PersonalDataForm] =
    SecretForms.all + EmailForm.all + AccountForms.all + NationalNumberForms.all + WalletForms.all + AddressForms.all
    + PhoneForms.all
    + PlaceForms.all
}

private struct PersonalDataRule: Sendable {
  let form: PersonalDataForm
  let pattern: Pattern

  init(_ form: PersonalDataForm) throws(Diagnostic) {
    self.form = form
    pattern = try Pattern(form.pattern)
  }

  /// Whether the text holds a string that every match holds.
  func isPossible(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    form.sign.isEmpty || ByteSearch.contains(form.sign, in: text, 0..<text.count)
  }
}

/// What the bytes of a text rule out before any pattern is tried.
private struct ByteSigns {
  var hasAt = false
  var colons = 0
  var digits = 0

  init(of text: UnsafeBufferPointer<UInt8>) {
    var (ats, colons, digits) = (0, 0, 0)
    for byte in text {
      ats &+= byte == 0x40 ? 1 : 0
      colons &+= byte == 0x3A ? 1 : 0
      digits &+= byte &- 0x30 < 10 ? 1 : 0
    }
    hasAt = ats > 0
    self.colons = colons
    self.digits = digits
  }

  func allow(_ type: PersonalDataType) -> Bool {
    switch type {
    case .email: hasAt
    case .ipv6: colons >= 2
    case .ipv4: digits >= 4
    case .phone, .usSocialSecurityNumber: digits >= 7
    case .creditCard, .iban: digits >= 12
    case .nationalNumber: digits >= 7
    case .coordinates: digits >= 8
    case .streetAddress: digits >= 1
    case .cryptoWallet: digits >= 3
    case .secret: true
    }
  }
}
