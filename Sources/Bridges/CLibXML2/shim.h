#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/parserInternals.h>

/// Parses `size` bytes of valid UTF-8 markup and hands the events to `events` with `context`; builds no tree.
/// In C because the parser context keeps its handler by value and its encoding behind a call whose meaning moved between 2.9 and 2.14.
/// Returns 0, or -1 when memory ran out.
static inline int winnow_html_parse(const char *bytes, int size, const htmlSAXHandler *events, void *context) {
  htmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt(bytes, size);
  if (parser == NULL) return -1;
  htmlCtxtUseOptions(
      parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_NODEFDTD |
                  HTML_PARSE_COMPACT | XML_PARSE_HUGE);
  *parser->sax = *events;
  parser->userData = context;
  xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
  htmlParseDocument(parser);
  if (parser->myDoc != NULL) xmlFreeDoc(parser->myDoc);
  parser->myDoc = NULL;
  htmlFreeParserCtxt(parser);
  return 0;
}
