import Documents
import Storage
enum PageReader { static func page(ofFile: MappedFile, origin: Origin) -> Page { Page(id: "", url: "", html: []) } }
extension RecordStream { func archive(_ source: Source, _ path: String, _ range: Range<UInt64>, _ body: (InputRecord) throws -> Void) throws {} }
