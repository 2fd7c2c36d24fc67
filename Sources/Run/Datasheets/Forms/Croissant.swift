import Documents

extension Datasheet {
  /// The datasheet as Croissant 1.0 metadata (JSON-LD): what the corpus is, its files with checksums, the fields of a document.
  ///
  /// Croissant asks for a licence, creators, an address and a date of publication; what the datasheet lacks is left out rather than
  /// made up. Files without a SHA-256 are left out too: a Croissant file object must have one.
  public var croissant: JSONValue {
    var root: JSONObject = [
      "@context": Croissant.context, "@type": "sc:Dataset", "dct:conformsTo": "http://mlcommons.org/croissant/1.0",
      "name": .string(Croissant.name(title)), "description": .string(description.isEmpty ? title : description),
    ]
    if !licences.isEmpty { root["license"] = .array(licences.map { .string($0.address ?? $0.name) }) }
    if let address { root["url"] = .string(address) }
    if !creators.isEmpty { root["creator"] = .array(creators.map { ["@type": "sc:Organization", "name": .string($0)] }) }
    if let published { root["datePublished"] = .string(published) }
    root["version"] = "1.0.0"
    if !languages.isEmpty { root["inLanguage"] = .array(languages.map { .string($0.language) }) }
    root["keywords"] = ["language modelling", "pretraining corpus", "token shards"]
    root["isLiveDataset"] = false
    root["prov:wasGeneratedBy"] = [
      "@type": "prov:Activity", "name": .string(pipeline.name),
      "description": .string("winnow \(pipeline.version), configuration \(pipeline.configurationHash)"),
    ]
    let distribution = self.distribution
    if !distribution.isEmpty { root["distribution"] = .array(distribution) }
    if artifacts.contains(where: { $0.path.hasSuffix(".jsonl.zst") && $0.sha256 != nil }) {
      root["recordSet"] = [Croissant.documentRecords]
    }
    return .object(root)
  }

  private var distribution: [JSONValue] {
    var seen: Set<String> = []
    let files = ((shards?.splits.flatMap(\.files) ?? []) + artifacts).filter { seen.insert($0.path).inserted }
    var objects: [JSONValue] = files.compactMap { file in
      guard let sha256 = file.sha256 else { return nil }
      return [
        "@type": "cr:FileObject", "@id": .string(file.path), "name": .string(file.path), "contentUrl": .string(file.path),
        "contentSize": .string("\(file.bytes) B"), "encodingFormat": .string(Croissant.mediaType(of: file.path)),
        "sha256": .string(sha256),
      ]
    }
    let documents = files.filter { $0.path.hasSuffix(".jsonl.zst") && $0.sha256 != nil }
    if !documents.isEmpty {
      objects.append([
        "@type": "cr:FileSet", "@id": "documents", "name": "documents", "encodingFormat": "application/jsonlines",
        "containedIn": .array(documents.map { ["@id": .string($0.path)] }), "includes": "*.jsonl.zst",
      ])
    }
    return objects
  }
}

private enum Croissant {
  /// A name that may stand in an identifier: letters, digits, `-` and `_` stay.
  static func name(_ title: String) -> String {
    var name = ""
    for scalar in title.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": name.unicodeScalars.append(scalar)
      default: if !name.hasSuffix("-"), !name.isEmpty { name += "-" }
      }
    }
    while name.hasSuffix("-") { name.removeLast() }
    return name.isEmpty ? "corpus" : name
  }

  static func mediaType(of path: String) -> String {
    for (suffix, type) in [
      (".zst", "application/zstd"), (".gz", "application/gzip"), (".json", "application/json"), (".html", "text/html"),
      (".md", "text/markdown"), (".jsonl", "application/jsonlines"),
    ] where path.hasSuffix(suffix) {
      return type
    }
    return "application/octet-stream"
  }

  /// One document a line, as at every barrier of a run.
  static let documentRecords: JSONValue = [
    "@type": "cr:RecordSet", "@id": "document", "name": "document", "description": "One kept document.",
    "field": [
      field("id", "The document's identifier, unique in the corpus."), field("url", "The address it was fetched from."),
      field("text", "Its main text, UTF-8."),
    ],
  ]

  private static func field(_ name: String, _ description: String) -> JSONValue {
    [
      "@type": "cr:Field", "@id": .string("document/\(name)"), "name": .string(name), "description": .string(description),
      "dataType": "sc:Text", "source": ["fileSet": ["@id": "documents"], "extract": ["jsonPath": .string("$.\(name)")]],
    ]
  }

  /// As the Croissant 1.0 specification prints it (docs.mlcommons.org/croissant/docs/croissant-spec.html, appendix 1).
  static let context: JSONValue = [
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
    "data": ["@id": "cr:data", "@type": "@json"],
    "dataType": ["@id": "cr:dataType", "@type": "@vocab"], "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "examples": ["@id": "cr:examples", "@type": "@json"], "extract": "cr:extract", "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path", "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace", "sc": "https://schema.org/", "samplingRate": "cr:samplingRate", "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
  ]
}
