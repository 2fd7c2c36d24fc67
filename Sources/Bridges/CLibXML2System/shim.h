// Only carries libxml2's compiler and linker flags to CLibXML2. No header is named here: libxml2's include ICU's, which
// clash with Foundation's own ICU in every Swift module that sees both.
