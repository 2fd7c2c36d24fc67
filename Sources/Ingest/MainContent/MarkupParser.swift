import CLibXML2
import Documents

/// The parser: libxml2's HTML parser through its SAX interface, on markup that ``MarkupSanitizer`` wrote.
enum MarkupParser {
  /// Parses `markup` (valid UTF-8) into `builder`.
  static func parse(_ markup: UnsafeBufferPointer<UInt8>, into builder: inout TreeBuilder) throws(Diagnostic) {
    var events = htmlSAXHandler()
    events.startElement = handleStart
    events.endElement = handleEnd
    events.characters = handleCharacters
    events.ignorableWhitespace = handleCharacters
    let status = markup.withMemoryRebound(to: CChar.self) { bytes in
      withUnsafeMutablePointer(to: &builder) { winnow_html_parse(bytes.baseAddress, Int32(bytes.count), &events, $0) }
    }
    guard status == 0 else {
      throw Diagnostic("out-of-memory", "libxml2 could not create a parser for \(markup.count) bytes of markup")
    }
  }
}

private func handleStart(
  _ context: UnsafeMutableRawPointer?, _ name: UnsafePointer<xmlChar>?,
  _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
) {
  guard let builder = context?.assumingMemoryBound(to: TreeBuilder.self), let name else { return }
  var record = -1
  if let attributes, attributes[0] != nil, let value = attributes[1] {
    record = 0
    var i = 0
    while isASCIIDigit(value[i]) {
      record = record &* 10 &+ Int(value[i] &- 0x30)
      i += 1
    }
  }
  builder.pointee.startElement(name, record)
}

private func handleEnd(_ context: UnsafeMutableRawPointer?, _ name: UnsafePointer<xmlChar>?) {
  context?.assumingMemoryBound(to: TreeBuilder.self).pointee.endElement()
}

private func handleCharacters(_ context: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<xmlChar>?, _ count: Int32) {
  guard let bytes, count > 0 else { return }
  context?.assumingMemoryBound(to: TreeBuilder.self).pointee.characters(bytes, Int(count))
}
