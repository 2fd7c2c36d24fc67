/// Telephone numbers: international form (E.164), the North American form, and national forms where a word says that it is one.
enum PhoneForms {
  static let all = [
    PersonalDataForm(
      type: .phone, pattern: #"(?:\+|00)[1-9][0-9]{0,2}(?:[ .\-/]?\(?[0-9]{1,5}\)?){2,7}(?: ?(?:x|ext\.?|#) ?[0-9]{1,5})?"#,
      check: checkInternational, next: { _, match in match.lowerBound + 1 }),
    PersonalDataForm(
      type: .phone,
      pattern:
        #"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?: ?(?:x|ext\.?) ?[0-9]{1,5})?"#,
      check: checkNorthAmerican, next: { _, match in match.lowerBound + 1 }),
    PersonalDataForm(
      type: .phone, pattern: #"\(?[0-9]{2,5}\)?(?:[ .\-/]{0,3}\(?[0-9]{2,8}\)?){1,5}"#, check: checkNational,
      next: { _, match in match.upperBound }),
  ]

  @Sendable private static func checkInternational(_ text: UnsafeBufferPointer<UInt8>, _ match: Range<Int>) -> Range<Int>? {
    let left = Surroundings.before(text, match)
    guard !Surroundings.isAlphanumeric(left), left != 0x2B, left != 0x2E, left != 0x2D, left != 0x5F else { return nil }
    let range = withoutOpenParenthesis(text, match)
    guard !Surroundings.isDigit(Surroundings.behind(text, range)), isEnd(text, range) else { return nil }
    let hasPlus = text[range.lowerBound] == 0x2B
    // `0044` in the middle of a longer number written in groups.
    if !hasPlus, left == 0x20, range.lowerBound > 1, Surroundings.isAlphanumeric(text[range.lowerBound - 2]) {
      guard Surroundings.isLetter(text[range.lowerBound - 2]) else { return nil }
    }
    var digits = number(text, range)
    if !hasPlus { digits.removeFirst(2) }
    guard (8...15).contains(digits.count), isCountryCode(digits), Set(digits).count > 2 else { return nil }
    if !hasPlus, !Surroundings.has(phoneWords, before: range, in: text, reach: 40), !hasSeparators(text, range) { return nil }
    return range
  }

  @Sendable private static func checkNorthAmerican(_ text: UnsafeBufferPointer<UInt8>, _ match: Range<Int>) -> Range<Int>? {
    let left = Surroundings.before(text, match)
    guard !Surroundings.isAlphanumeric(left), ![0x2E, 0x2D, 0x2F, 0x5F, 0x2B, 0x23].contains(left) else { return nil }
    guard isEnd(text, match) else { return nil }
    var digits = number(text, match)
    if digits.first == 1 { digits.removeFirst() }
    guard digits.count >= 10 else { return nil }
    // Area and exchange codes N11 are services, not lines.
    guard !(digits[1] == 1 && digits[2] == 1), !(digits[4] == 1 && digits[5] == 1) else { return nil }
    if Surroundings.has(otherNumbers, before: match, in: text, reach: 24) { return nil }
    return match
  }

  @Sendable private static func checkNational(_ text: UnsafeBufferPointer<UInt8>, _ match: Range<Int>) -> Range<Int>? {
    let left = Surroundings.before(text, match)
    guard !Surroundings.isAlphanumeric(left), ![0x2E, 0x2D, 0x5F].contains(left) else { return nil }
    var range = withoutOpenParenthesis(text, match)
    if left == 0x2B { range = range.lowerBound - 1..<range.upperBound }
    guard isEnd(text, range) else { return nil }
    let digits = number(text, range)
    guard (7...13).contains(digits.count), Set(digits).count > 2 else { return nil }
    let isAnnounced = Surroundings.has(phoneWords, before: range, in: text, reach: 24)
    guard isAnnounced || Surroundings.has(labels, behind: range, in: text, reach: 9) else { return nil }
    if isDate(text, range) || isSocialSecurityShape(text, range)
      || Surroundings.has(otherNumbers, before: range, in: text, reach: 24)
    {
      return nil
    }
    return range
  }

  /// The digits without an extension.
  private static func number(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
    let end = text[range].firstIndex { $0 == 0x78 || $0 == 0x65 || $0 == 0x23 } ?? range.upperBound
    return Surroundings.digits(text, range.lowerBound..<end)
  }

  private static func hasSeparators(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    text[range].contains { $0 == 0x20 || $0 == 0x2D || $0 == 0x2E || $0 == 0x28 }
  }

  /// Behind it comes no more of a number or a word.
  private static func isEnd(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    let (next, after) = (Surroundings.behind(text, range), Surroundings.behind(text, range, by: 1))
    if Surroundings.isAlphanumeric(next) || next == 0x5F || next == 0x25 { return false }
    return !([0x2E, 0x2D, 0x2F, 0x2C, 0x3A].contains(next) && Surroundings.isDigit(after))
  }

  /// Cuts an opening parenthesis that is never closed off the front.
  private static func withoutOpenParenthesis(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
    guard text[range.lowerBound] == 0x28, !text[range].contains(0x29) else { return range }
    return range.lowerBound + 1..<range.upperBound
  }

  /// `2024-01-31`, `31.01.2024` and the like.
  private static func isDate(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    let parts = text[range].split { !Surroundings.isDigit($0) }.map { $0.reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    guard parts.count == 3 else { return false }
    let year = { (value: Int) in (1800...2199).contains(value) }
    let day = { (value: Int) in (1...31).contains(value) }
    return year(parts[0]) && day(parts[1]) && day(parts[2]) || year(parts[2]) && day(parts[0]) && day(parts[1])
  }

  /// `123-00-4567`: three digits, two and four are how social security numbers are written in the USA (those that can be one have a form of
  /// their own), and no telephone number.
  private static func isSocialSecurityShape(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    text[range].split(separator: 0x2D, omittingEmptySubsequences: false).map { $0.count { Surroundings.isDigit($0) } } == [
      3, 2, 4,
    ]
      && range.count == 11
  }

  /// The country codes of E.164 by their first digits: one digit (1, 7), the two-digit ones, and three digits for every other zone.
  private static func isCountryCode(_ digits: [UInt8]) -> Bool {
    if digits[0] == 1 || digits[0] == 7 { return digits.count >= 11 && digits.count <= 12 }
    let two = digits[0] * 10 + digits[1]
    if twoDigitCodes.contains(two) { return true }
    let three = Int(two) * 10 + Int(digits[2])
    return threeDigitZones.contains { $0.contains(three) }
  }

  private static let twoDigitCodes: Set<UInt8> = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64,
    65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
  ]

  private static let threeDigitZones: [ClosedRange<Int>] = [
    211...213, 216...216, 218...218, 220...269, 290...291, 297...299, 350...359, 370...389, 420...423, 500...509, 590...599,
    670...692, 850...856, 870...888, 960...979, 992...998,
  ]

  private static let phoneWords = [
    "phone", "telephone", "tel", "tel.", "mobile", "cell", "cellphone", "fax", "call", "calling", "dial", "sms", "text me",
    "whatsapp",
    "hotline", "contact", "reach me", "reached at", "number is", "ring", "answering at", "messages to", "message on",
    "telefon", "telefonnummer", "handy", "mobil", "anruf", "rufnummer", "téléphone", "portable", "appelez", "teléfono", "móvil",
    "llame",
    "telefono", "cellulare", "telefone", "celular", "telemóvel", "telefoon", "telefonu", "телефон", "тел", "факс", "звоните",
    "電話",
    "携帯", "电话", "手机", "電話番号", "전화", "휴대폰", "هاتف", "تلفن", "फ़ोन", "โทร",
  ].map { Array($0.utf8) }

  /// As they stand behind a number: `085 175 7641-Office`.
  private static let labels = ["office", "fax", "mobile", "cell", "desk", "home"].map { Array($0.utf8) }

  private static let otherNumbers = [
    "isbn", "issn", "doi", "ean", "upc", "oclc", "pmid", "arxiv", "rfc", "bug", "issue", "order", "invoice", "ticket", "case",
    "serial",
    "part", "model", "version", "license", "licence", "passport",
  ].map { Array($0.utf8) }
}
