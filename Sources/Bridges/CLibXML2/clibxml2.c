#include "clibxml2.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <string.h>

// The handler's functions get the context as it is, and libxml2's `xmlChar` is `unsigned char`, so that the callbacks are
// handed over as they come, without one more call for each event.
int clibxml2_parse_html(const uint8_t *bytes, size_t size, const clibxml2_html_events *events, void *context) {
  if (size == 0) return 0;
  htmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt((const char *)bytes, (int)size);
  if (parser == NULL) return -1;
  htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                 HTML_PARSE_NODEFDTD | XML_PARSE_HUGE);
  htmlSAXHandler handler;
  memset(&handler, 0, sizeof handler);
  handler.startElement = (startElementSAXFunc)events->start;
  handler.endElement = events->end;
  handler.characters = events->text;
  handler.ignorableWhitespace = events->text;
  *parser->sax = handler;
  parser->userData = context;
  xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
  htmlParseDocument(parser);
  if (parser->myDoc != NULL) {
    xmlFreeDoc(parser->myDoc);
    parser->myDoc = NULL;
  }
  htmlFreeParserCtxt(parser);
  return 0;
}
