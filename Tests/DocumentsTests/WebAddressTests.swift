import Documents
import Testing

@Suite struct WebAddressFacts {
  @Test(
    "equal pages have one normal form",
    arguments: [
      ("HTTP://User:pw@Example.ORG:80/a/./b/../c/%7euser?q=%2f#top", "http://example.org/a/c/~user?q=%2F"),
      ("https://example.org", "https://example.org/"),
      ("https://example.org?x=1", "https://example.org/?x=1"),
      ("https://example.org:8443/a b", "https://example.org:8443/a%20b"),
      ("http://example.org./..//x/..", "http://example.org//"),
      ("http://example.org/a/..", "http://example.org/"),
      ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
      ("http://b%C3%BCcher.example/", "http://xn--bcher-kva.example/"),
      ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
      ("  https://example.org/100%  ", "https://example.org/100%25"),
      ("http:\\\\example.org", nil),
      ("ftp://example.org:21/file", "ftp://example.org/file"),
      ("example.org/page", nil), ("mailto:a@example.org", nil), ("http://", nil), ("http://:80/", nil), ("://x", nil),
      ("http://example.org:99999/", nil), ("http://example.org:+80/", nil), ("http://[::1", nil), ("", nil),
    ] as [(String, String?)])
  func normalForm(text: String, expected: String?) {
    #expect(WebAddress(text)?.normalized == expected)
    if let expected { #expect(WebAddress(expected)?.normalized == expected, "normalization is idempotent") }
  }

  @Test(
    "SURT keys follow the surt tool",
    arguments: [
      ("http://www.Archive.org/Goo/?b=2&A=1&a", "org,archive)/goo?a&a=1&b=2"),
      ("https://www2.example.co.uk/x;jsessionid=AB12?", "uk,co,example)/x"),
      ("http://example.org/?utm_source=mail&id=7&fbclid=x", "org,example)/?id=7"),
      ("http://192.168.0.1:8080/a", "192.168.0.1:8080)/a"),
      ("http://wwwx.example.org/", "org,example,wwwx)/"),
      ("http://example.org/a/", "org,example)/a"),
    ])
  func surtKeys(text: String, expected: String) { #expect(WebAddress(text)?.surt == expected) }

  @Test(
    "registered domains",
    arguments: [
      ("http://a.b.example.org/", "example.org"), ("http://news.example.co.uk/", "example.co.uk"),
      ("http://example.org/", "example.org"), ("http://localhost/", "localhost"), ("http://10.0.0.1/", "10.0.0.1"),
      ("http://www.example.de/", "example.de"), ("http://co.uk/", "co.uk"),
    ])
  func registeredDomains(text: String, expected: String) { #expect(WebAddress(text)?.registeredDomain == expected) }

  @Test(
    "internationalized labels",
    arguments: [
      // RFC 3492 section 7.1 (B), (L), and a plain one.
      ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"), ("3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"),
      ("münchen", "xn--mnchen-3ya"),
    ])
  func punycode(label: String, expected: String) {
    #expect(WebAddress("http://\(label).example/")?.host == "\(expected).example")
  }

  @Test func anyBytesAreAnAddressOrNil() {
    var random = SeededRandom(seed: 7)
    let alphabet = Array("http://%.:@?#[]\\;=&2fé\u{0}a".utf8)
    for _ in 0..<5000 {
      let tail = (0..<Int(random.next(below: 24))).map { _ in alphabet[Int(random.next(below: UInt64(alphabet.count)))] }
      guard let address = WebAddress(utf8: Array("http://".utf8) + tail) else { continue }
      #expect(WebAddress(address.normalized) == address)
      #expect(address.path.hasPrefix("/"))
    }
  }
}
