/// Kinds of personal data that have a form one can recognize and check.
public enum PersonalDataType: String, Sendable, Hashable, CaseIterable {
  case secret
  case email
  case iban
  case creditCard = "credit-card"
  case usSocialSecurityNumber = "us-ssn"
  case ipv6
  case ipv4
  case phone

  /// What stands in the text for a masked value: `<email>`.
  public var token: String { "<\(rawValue)>" }
}

/// One find: byte range in the text.
public struct PersonalDataSpan: Sendable, Hashable {
  public var type: PersonalDataType
  public var range: Range<Int>

  public init(_ type: PersonalDataType, _ range: Range<Int>) {
    self.type = type
    self.range = range
  }
}
