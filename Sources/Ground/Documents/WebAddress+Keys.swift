extension WebAddress {
  /// Sort-friendly URI Reordering Transform: `org,example)/path?query`, the order of Common Crawl's and web archives' indexes.
  ///
  /// Follows the canonicalization of the `surt` tool: the scheme is left out, `www`, `www1`, … in front of the host is dropped,
  /// everything is lower case, parameters are sorted, session and campaign parameters are removed, an empty query and a final
  /// slash of a path are dropped. Addresses with one key are taken for one page.
  public var surt: String {
    var text = host
    if let dot = host.firstIndex(of: "."), host[..<dot].hasPrefix("www"), host[..<dot].dropFirst(3).allSatisfy(\.isNumber) {
      text = String(host[host.index(after: dot)...])
    }
    if !isIPAddress { text = text.split(separator: ".").reversed().joined(separator: ",") }
    if let port { text += ":\(port)" }
    text += ")"
    var path = Self.withoutPathSession(path.lowercased())
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    text += path
    let parameters = (query ?? "").lowercased().split(separator: "&").filter { !Self.isTracking($0) }.sorted()
    if !parameters.isEmpty { text += "?" + parameters.joined(separator: "&") }
    return text
  }

  /// True for dotted IPv4 and bracketed IPv6 hosts.
  public var isIPAddress: Bool {
    if host.hasPrefix("[") { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The last label of the host (`org`), or the whole host when it is an IP address or a single label.
  public var topLevelDomain: String {
    isIPAddress ? host : String(host.split(separator: ".").last ?? host[...])
  }

  /// The name somebody registered: `example.co.uk` for `news.example.co.uk`.
  ///
  /// Country domains with general second levels (`co.uk`, `com.au`, `or.jp`, …) are recognized by rule, not by the full public
  /// suffix list, so registries with unusual structure give one label too few. IP addresses and single labels are returned whole.
  public var registeredDomain: String {
    if isIPAddress { return host }
    let labels = host.split(separator: ".")
    guard labels.count > 2 else { return host }
    let isGeneral = labels[labels.count - 1].utf8.count == 2 && generalSecondLevels.contains(String(labels[labels.count - 2]))
    return labels.suffix(isGeneral ? 3 : 2).joined(separator: ".")
  }

  /// `/page;jsessionid=…` without its session.
  private static func withoutPathSession(_ path: String) -> String {
    guard let semicolon = path.firstIndex(of: ";"), path[semicolon...].hasPrefix(";jsessionid=") else { return path }
    return String(path[..<semicolon])
  }

  private static func isTracking(_ parameter: Substring) -> Bool {
    let name = parameter.prefix { $0 != "=" }
    return name.hasPrefix("utm_") || trackingParameters.contains(String(name))
  }
}

/// Parameters that name a visit or a campaign and never a page.
private let trackingParameters: Set<String> = [
  "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "mc_cid", "mc_eid", "igshid", "_ga", "_gl", "_hsenc",
  "_hsmi", "jsessionid", "phpsessid", "aspsessionid", "cfid", "cftoken", "sessionid", "session_id",
]

/// Second levels that registries under country codes hand out names below.
private let generalSecondLevels: Set<String> = [
  "ac", "asn", "co", "com", "ed", "edu", "gen", "go", "gob", "gouv", "gov", "govt", "gr", "gub", "id", "info", "lg", "ltd",
  "mil",
  "ne", "net", "nhs", "nic", "nom", "or", "org", "plc", "police", "res", "sch", "school",
]
