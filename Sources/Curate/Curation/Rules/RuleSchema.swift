import Documents

/// The JSON Schema (draft 2020-12) of rule files, for editors that complete and check YAML.
public enum RuleSchema {
  public static var json: JSONValue {
    let rules: JSONValue = ["type": "array", "items": ["$ref": "#/$defs/rule"], "minItems": 1]
    let edits: JSONValue = ["type": "array", "items": ["$ref": "#/$defs/line-rule"], "minItems": 1]
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Winnow rule pack",
      "oneOf": [["$ref": "#/$defs/pack"], ["$ref": "#/$defs/include"]],
      "$defs": [
        "include": [
          "type": "object", "required": ["include"], "additionalProperties": false,
          "properties": ["title": text("for readers"), "include": strings("other rule files, relative to this one")],
        ],
        "pack": [
          "type": "object", "required": ["id", "source"], "additionalProperties": false,
          "properties": [
            "id": text("name of the pack; rules are known as pack.rule"),
            "version": ["type": "integer", "description": "raise it when a rule changes its meaning"],
            "title": text("what the pack is"), "source": text("paper and table that the numbers come from"),
            "definition": definition, "stop-words": ["oneOf": [["type": "string"], wordLists]],
            "language-parameters": text("file that lists the languages with files beside it, relative to this one"),
            "rules": rules, "trim-lines": ["type": "boolean"], "lines": edits, "paragraphs": edits, "rules-after-lines": rules,
          ],
        ],
        "rule": rule, "line-rule": lineRule,
      ],
    ]
  }

  private static func text(_ description: String) -> JSONValue { ["type": "string", "description": .string(description)] }

  private static func strings(_ description: String) -> JSONValue {
    ["type": "array", "items": ["type": "string"], "description": .string(description)]
  }

  private static let wordLists: JSONValue = [
    "type": "object", "additionalProperties": ["type": "array", "items": ["type": "string"]],
  ]

  private static var definition: JSONValue {
    let names: JSONValue = ["enum": .array(MetricDefinition.all.map { .string($0.id) })]
    var properties: JSONObject = ["base": names]
    for (name, _) in MetricDefinition.switches { properties[name] = ["type": "boolean"] }
    return [
      "description": "how words and lines are counted",
      "oneOf": [
        names, ["type": "object", "required": ["base"], "additionalProperties": false, "properties": .object(properties)],
      ],
    ]
  }

  private static var bounds: JSONObject {
    ["minimum": ["type": "number"], "maximum": ["type": "number"]]
  }

  private static var rule: JSONValue {
    var properties: JSONObject = ["id": text("name within the pack")]
    properties["metric"] = [
      "oneOf": .array(Metric.allCases.map { ["const": .string($0.name), "description": .string($0.summary)] })
    ]
    for entry in bounds.members { properties[entry.key] = entry.value }
    properties["unit"] = ["enum": .array(Set(Metric.allCases.map(\.unit)).sorted().map { .string($0) })]
    properties["languages"] = strings("only documents in these languages are tested")
    properties["except-languages"] = strings("documents in these languages pass")
    properties["by-language"] = ["type": "object", "additionalProperties": ["type": "object"]]
    properties["derived"] = [
      "enum": .array(BoundDerivation.allCases.map { .string($0.rawValue) }),
      "description": "the bounds are those for English; other languages have theirs in the language parameters",
    ]
    properties["characters"] = ["type": "integer", "description": "what short or long means"]
    properties["phrases"] = strings("what phrase-count counts; letter case does not matter")
    properties["source"] = text("where the number comes from")
    properties["note"] = text("for readers")
    return ["type": "object", "required": ["id", "metric"], "additionalProperties": false, "properties": .object(properties)]
  }

  private static var lineRule: JSONValue {
    var properties: JSONObject = ["id": text("name within the pack"), "remove": text("RE2 pattern of what is cut out")]
    properties["metric"] = ["enum": .array(LineMetric.allCases.map { .string($0.rawValue) })]
    for entry in bounds.members { properties[entry.key] = entry.value }
    properties["action"] = ["enum": ["remove-line", "drop-document"]]
    properties["languages"] = strings("only documents in these languages are edited")
    properties["except-languages"] = strings("documents in these languages stay as they are")
    properties["phrases"] = strings("for phrase-count")
    properties["pattern"] = text("RE2 pattern for pattern-count")
    properties["source"] = text("where the rule comes from")
    properties["note"] = text("for readers")
    return ["type": "object", "required": ["id"], "additionalProperties": false, "properties": .object(properties)]
  }
}
