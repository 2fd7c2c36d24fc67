import CICU

/// A writing system, by ICU's number (stable across versions); `code` is its ISO 15924 name.
public struct Script: RawRepresentable, Sendable, Hashable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable public static var common: Script { Script(rawValue: 0) }
  @inlinable public static var inherited: Script { Script(rawValue: 1) }
  @inlinable public static var arabic: Script { Script(rawValue: 2) }
  @inlinable public static var bengali: Script { Script(rawValue: 4) }
  @inlinable public static var cyrillic: Script { Script(rawValue: 8) }
  @inlinable public static var devanagari: Script { Script(rawValue: 10) }
  @inlinable public static var greek: Script { Script(rawValue: 14) }
  @inlinable public static var han: Script { Script(rawValue: 17) }
  @inlinable public static var hangul: Script { Script(rawValue: 18) }
  @inlinable public static var hebrew: Script { Script(rawValue: 19) }
  @inlinable public static var hiragana: Script { Script(rawValue: 20) }
  @inlinable public static var katakana: Script { Script(rawValue: 22) }
  @inlinable public static var khmer: Script { Script(rawValue: 23) }
  @inlinable public static var lao: Script { Script(rawValue: 24) }
  @inlinable public static var latin: Script { Script(rawValue: 25) }
  @inlinable public static var myanmar: Script { Script(rawValue: 28) }
  @inlinable public static var thai: Script { Script(rawValue: 38) }

  /// One more than the largest number that a code point can have.
  public static let count = Int(cicu_script_count())

  /// The ISO 15924 code, such as `Latn`.
  public var code: String { Self.codes.indices.contains(Int(rawValue)) ? Self.codes[Int(rawValue)] : "Zzzz" }

  /// The script of an ISO 15924 code; nil when Unicode has no characters of it.
  public init?(code: String) {
    guard let index = Self.codes.firstIndex(of: code), let number = UInt8(exactly: index) else { return nil }
    self.init(rawValue: number)
  }

  private static let codes: [String] = (0..<count).map { number in
    cicu_script_name(Int32(number)).map { String(cString: $0) } ?? "Zzzz"
  }
}
