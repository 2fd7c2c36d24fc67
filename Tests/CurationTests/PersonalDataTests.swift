import Curation
import Documents
import Testing

private let everyKind = Result { try PersonalDataDetector() }
private let pseudonymizers = ["one", "two"].map { key in
  Result { try PersonalDataRedactor(.init(policy: .pseudonym, key: key)) }
}

private func found(_ text: String) throws -> [String] {
  let bytes = Array(text.utf8)
  return try everyKind.get().detect(in: bytes).map {
    "\($0.type.rawValue): \(String(decoding: bytes[$0.range], as: UTF8.self))"
  }
}

@Suite("Personal data")
struct PersonalDataTests {
  static let positives: [(text: String, found: [String])] = [
    ("write to jane.doe@mail.acme.co.uk.", ["email: jane.doe@mail.acme.co.uk"]),
    ("<first+tag@sub-domain.acme.org>", ["email: first+tag@sub-domain.acme.org"]),
    ("请联系zhang@acme.cn谢谢", ["email: zhang@acme.cn"]),
    ("müller@büro-acme.de", ["email: müller@büro-acme.de"]),
    ("mailto:a_b@acme.xn--p1ai", ["email: a_b@acme.xn--p1ai"]),
    ("from 8.8.4.4 and 151.101.1.140:443", ["ipv4: 8.8.4.4", "ipv4: 151.101.1.140"]),
    ("(93.184.216.34)", ["ipv4: 93.184.216.34"]),
    ("at 2606:2800:220:1:248:1893:25c8:1946.", ["ipv6: 2606:2800:220:1:248:1893:25c8:1946"]),
    ("[2a00:1450:4001::200e]:443", ["ipv6: 2a00:1450:4001::200e"]),
    ("call +1 415-555-2671 now", ["phone: +1 415-555-2671"]),
    ("+49 (0)30 901820, Berlin", ["phone: +49 (0)30 901820"]),
    ("+442079460958", ["phone: +442079460958"]),
    ("(415) 555-2671", ["phone: (415) 555-2671"]),
    ("415.555.2671 x12", ["phone: 415.555.2671 x12"]),
    ("Tel.: 030 / 901 820", ["phone: 030 / 901 820"]),
    ("電話 03-1234-5678", ["phone: 03-1234-5678"]),
    ("手机：13812345678", ["phone: 13812345678"]),
    ("card 4111 1111 1111 1111 exp", ["credit-card: 4111 1111 1111 1111"]),
    ("378282246310005", ["credit-card: 378282246310005"]),
    ("5555-5555-5555-4444", ["credit-card: 5555-5555-5555-4444"]),
    ("IBAN DE89 3704 0044 0532 0130 00.", ["iban: DE89 3704 0044 0532 0130 00"]),
    ("GB82WEST12345698765432", ["iban: GB82WEST12345698765432"]),
    ("DNI 12345678Z y NIE X1234567L", ["national-id: 12345678Z", "national-id: X1234567L"]),
    ("codice fiscale RSSMRA85T10A562S", ["national-id: RSSMRA85T10A562S"]),
    ("n° 1 85 05 78 006 084 91", ["national-id: 1 85 05 78 006 084 91"]),
    ("NHS number 943 476 5919", ["national-id: 943 476 5919"]),
    ("Steuer-ID 86 095 742 719", ["national-id: 86 095 742 719"]),
    ("CPF: 529.982.247-25", ["national-id: 529.982.247-25"]),
    ("Aadhaar 2341 2341 2346", ["national-id: 2341 2341 2346"]),
    ("身份证号码11010519491231002X", ["national-id: 11010519491231002X"]),
    ("PESEL 44051401359", ["national-id: 44051401359"]),
    ("BSN 111222333", ["national-id: 111222333"]),
    ("SIN 130 692 544", ["national-id: 130 692 544"]),
    ("send to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", ["crypto-wallet: 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"]),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", ["crypto-wallet: bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]),
    (
      "my ETH address is 0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe",
      ["crypto-wallet: 0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe"]
    ),
    ("api_key = \"k3Jd8sPq0XzLw7VbN2mR5tYc\"", ["secret: k3Jd8sPq0XzLw7VbN2mR5tYc"]),
    ("SSN 536-90-4399", ["us-ssn: 536-90-4399"]),
    ("social security number 536904399", ["us-ssn: 536904399"]),
    ("AKIAZ3MSJV4WYJDTKLQP", ["secret: AKIAZ3MSJV4WYJDTKLQP"]),
    ("token ghp_x8Vn2kQw93LmZpRt5YbCdEfGh1JkLs7TuVwX", ["secret: ghp_x8Vn2kQw93LmZpRt5YbCdEfGh1JkLs7TuVwX"]),
  ]

  @Test("is found with its exact range", arguments: positives)
  func finds(_ item: (text: String, found: [String])) throws {
    #expect(try found(item.text) == item.found)
  }

  @Test(
    "what only looks like it is left alone",
    arguments: [
      "8.8.8.8888", "v1.2.3.45", "version 4.2.1.103", "1.02.3.4", "256.1.1.1", "10.0.0.1 and 192.168.1.1 and 127.0.0.1",
      "203.0.113.7 is for documentation", "1.2.3.4.5", "openssl-1.1.1.12", "section 3.1.4.1 says", "std::vector and a::b",
      "12:30:45",
      "00:1A:2B:3C:4D:5E", "fe80::1", "::1", "2001:db8::1", "icon@2x.png", "git@github.com:acme/x.git",
      "ftp://joe:word@host.acme.com",
      "user@host", "@handle", "jane@example.com", "joe@shop.example", "a@b", "ISBN 978-3-16-148410-0", "doi:10.1000/182",
      "10.1371/journal.pone.0123456",
      "2024-01-31", "31.01.2024 12:30", "Tel-Aviv 1990-2000", "1234567890123456", "4111111111111112", "0000 0000 0000 0000",
      "d41d8cd98f00b204e9800998ecf8427e", "uuid 123e4567-e89b-12d3-a456-426614174000", "078-05-1120", "000-12-3456",
      "900-12-3456",
      "666-12-3456", "DE00 3704 0044 0532 0130 00", "AKIAIOSFODNN7EXAMPLE", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "1,234,567,890", "3.14159265358979",
      "12345678A", "RSSMRA85T10A562T", "Steuer-ID 86 095 742 718", "529.982.247-24",
      "Aadhaar 2341 2341 2345", "110105194912310021", "PESEL 44051401358", "BSN 111222334", "SIN 130 692 543",
      "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
      "commit 0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe", "api_key = \"YOUR_API_KEY_GOES_HERE\"",
      "the secret key opens the old garden door",
      "my number is 123-00-4567", "48.858370, 2.294481", "221 Baker Street", "call 911", "1-2-3-4-5-6-7",
      "price 100-200-3000 EUR", "bug #415-555-2671",
    ])
  func ignores(_ text: String) throws {
    #expect(try found(text) == [])
  }

  @Test("coordinates and street addresses are found on request")
  func findsPlaces() throws {
    let detector = try PersonalDataDetector(types: [.coordinates, .streetAddress])
    let text = Array("at 48.858370, 2.294481; 221 Baker Street; Hauptstraße 12a; 3.14, 2.72; 5 apples".utf8)
    let found = detector.detect(in: text).map { String(decoding: text[$0.range], as: UTF8.self) }
    #expect(found == ["48.858370, 2.294481", "221 Baker Street", "Hauptstraße 12a"])
  }

  @Test("a masked text has a typed token for each find")
  func masks() throws {
    let redactor = try PersonalDataRedactor()
    var document = Document(id: "d", text: Array("Mail jane@acme.com or (415) 555-2671, jane@acme.com.".utf8))
    var scratch = PersonalDataRedactor.Scratch()
    var values: [Double] = []
    #expect(redactor.apply(&document, scratch: &scratch, values: &values) == .keep)
    #expect(document.string == "Mail <email> or <phone>, <email>.")
    #expect(document.metadata["pii"] == ["email": 2, "phone": 1])
    #expect(redactor.columns.count == values.count)
    #expect(values[redactor.columns.firstIndex(of: "pii.email") ?? 0] == 2)
  }

  @Test("policies by kind: remove, keep and count, ignore")
  func followsPolicies() throws {
    let redactor = try PersonalDataRedactor(
      .init(policies: [.email: .remove, .phone: .count, .ipv4: .ignore], tokens: [.creditCard: "[card]"]))
    var document = Document(id: "d", text: Array("a jane@acme.com b (415) 555-2671 c 8.8.4.4 d 378282246310005".utf8))
    var scratch = PersonalDataRedactor.Scratch()
    var values: [Double] = []
    _ = redactor.apply(&document, scratch: &scratch, values: &values)
    #expect(document.string == "a  b (415) 555-2671 c 8.8.4.4 d [card]")
    #expect(document.metadata["pii"] == ["email": 1, "credit-card": 1, "phone": 1])
    #expect(!redactor.columns.contains("pii.ipv4"))
  }

  @Test("too many finds drop the document with its text as it was")
  func dropsExcess() throws {
    let redactor = try PersonalDataRedactor(.init(maximumFinds: 5, maximumFindsByType: [.email: 1]))
    let text = "a@acme.com b@acme.com"
    var document = Document(id: "d", text: Array(text.utf8))
    var scratch = PersonalDataRedactor.Scratch()
    var values: [Double] = []
    let verdict = redactor.apply(&document, scratch: &scratch, values: &values)
    #expect(verdict == .drop(Reason(rule: "pii.email", value: 2, threshold: 1)))
    #expect(document.string == text)
  }

  @Test("a pseudonym is a pure function of value and key, keeps the form, and is never valid", arguments: positives)
  func replacesByPseudonym(_ item: (text: String, found: [String])) throws {
    func redacted(_ key: Int) throws -> String {
      var document = Document(id: "d", text: Array(item.text.utf8))
      var scratch = PersonalDataRedactor.Scratch()
      var values: [Double] = []
      _ = try pseudonymizers[key].get().apply(&document, scratch: &scratch, values: &values)
      return document.string
    }
    let (first, again, other) = (try redacted(0), try redacted(0), try redacted(1))
    #expect(first == again)
    #expect(first != other)
    #expect(first != item.text)
    let kinds = try found(first).map { $0.prefix { $0 != ":" } }
    #expect(kinds.allSatisfy { ["phone", "secret"].contains($0) })
  }

  @Test("the same value gets the same pseudonym however it is written")
  func ignoresSeparators() throws {
    let redactor = try PersonalDataRedactor(.init(policy: .pseudonym, key: "k"))
    var document = Document(id: "d", text: Array("4111 1111 1111 1111 and 4111111111111111".utf8))
    var scratch = PersonalDataRedactor.Scratch()
    var values: [Double] = []
    _ = redactor.apply(&document, scratch: &scratch, values: &values)
    let parts = document.string.split(separator: " and ").map { $0.filter(\.isNumber) }
    #expect(parts.count == 2 && parts[0] == parts[1] && parts[0] != "4111111111111111")
  }

  @Test("pseudonyms without a key are refused")
  func needsKey() {
    #expect(throws: Diagnostic.self) { try PersonalDataRedactor(.init(policy: .pseudonym)) }
  }

  @Test("any bytes are searched without a fault", arguments: 0..<30)
  func survivesRandomBytes(_ seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let alphabet = Array("0123456789.:-+@ ()aAfFzZ/xé中\n".utf8)
    let text = (0..<400).map { _ in alphabet[Int(random.next(below: UInt64(alphabet.count)))] }
    let spans = try everyKind.get().detect(in: text)
    for (one, next) in zip(spans, spans.dropFirst()) { #expect(one.range.upperBound <= next.range.lowerBound) }
    #expect(spans.allSatisfy { !$0.range.isEmpty && $0.range.upperBound <= text.count })
  }

  @Test("lines that can hold nothing are left out, and nothing is lost by it")
  func agreesWithPatternsOnTheWholeText() throws {
    let pieces =
      Self.positives.map(\.text) + [
        "\n", "\n", "\n", " ", "no numbers here", "12", "a:b:c", "c1", "BC1SW50QGDZ25J", "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
        "AKIAQWERTYUIOPASDFGH", "漢字漢字漢字漢字漢字", "2a00::", "1", "aaaaaaaaaaaaaaaaaaaaaaaa", "call", "\u{2028}",
      ]
    let detector = try PersonalDataDetector(types: PersonalDataType.allCases)
    var random = SeededRandom(seed: 3)
    for round in 0..<1500 {
      let text = Array((0..<Int(random.next(below: 14))).map { _ in pieces[Int(random.next(below: UInt64(pieces.count)))] }.joined().utf8)
      let chosen = round % 2 == 0 ? try everyKind.get() : detector
      #expect(chosen.detect(in: text) == chosen.detectPlainly(in: text), "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }
  }
}
