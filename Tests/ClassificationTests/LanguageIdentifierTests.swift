import Classification
import Documents
import TestSupport
import Testing

@Suite("LanguageIdentifier")
struct LanguageIdentifierTests {
  private static let bundled = Result { try LanguageIdentifier(path: repositoryFile(LanguageIdentifier.bundledModel).path) }

  private func identify(_ text: String) throws -> LanguagePrediction {
    var identifier = try Self.bundled.get()
    return identifier.identify(Array(text.utf8))
  }

  @Test(
    "ordinary sentences of many languages",
    arguments: [
      ("en", "The committee will publish its report on the future of the harbour next week."),
      ("de", "Die Kommission wird ihren Bericht über die Zukunft des Hafens nächste Woche veröffentlichen."),
      (
        "fr",
        """
        La commission publiera la semaine prochaine son rapport sur l'avenir du port. Les habitants ont été invités à donner leur avis
        avant la fin du mois, mais peu d'entre eux l'ont fait.
        """
      ),
      (
        "es",
        """
        La comisión publicará la próxima semana su informe sobre el futuro del puerto. Los vecinos fueron invitados a dar su opinión
        antes de fin de mes, pero pocos lo han hecho.
        """
      ),
      ("it", "La commissione pubblicherà la prossima settimana la sua relazione sul futuro del porto."),
      ("pt", "A comissão publicará na próxima semana o seu relatório sobre o futuro do porto."),
      ("nl", "De commissie zal volgende week haar verslag over de toekomst van de haven publiceren."),
      ("pl", "Komisja opublikuje w przyszłym tygodniu swój raport o przyszłości portu."),
      ("cs", "Komise příští týden zveřejní svou zprávu o budoucnosti přístavu."),
      ("ru", "На следующей неделе комиссия опубликует доклад о будущем порта."),
      ("uk", "Наступного тижня комісія опублікує доповідь про майбутнє порту."),
      ("tr", "Komisyon limanın geleceğine ilişkin raporunu gelecek hafta yayımlayacak."),
      ("fi", "Komissio julkaisee ensi viikolla raporttinsa sataman tulevaisuudesta."),
      ("hu", "A bizottság a jövő héten közzéteszi jelentését a kikötő jövőjéről."),
      ("vi", "Tuần tới ủy ban sẽ công bố báo cáo về tương lai của bến cảng."),
      ("ja", "委員会は来週、港の将来についての報告書を公表する予定です。"),
      ("zh", "委员会将于下周发布关于港口未来的报告。"),
      ("ko", "위원회는 다음 주에 항구의 미래에 관한 보고서를 발표할 예정이다."),
      ("el", "Η επιτροπή θα δημοσιεύσει την επόμενη εβδομάδα την έκθεσή της."),
      ("he", "הוועדה תפרסם בשבוע הבא את הדוח שלה על עתיד הנמל."),
      ("th", "คณะกรรมการจะเผยแพร่รายงานเกี่ยวกับอนาคตของท่าเรือในสัปดาห์หน้า"),
      (
        "hi",
        """
        समिति अगले सप्ताह बंदरगाह के भविष्य पर अपनी रिपोर्ट प्रकाशित करेगी। वहाँ रहने वाले लोगों से महीने के अंत से पहले उनकी राय
        माँगी गई थी, लेकिन अब तक कुछ ही लोगों ने उत्तर दिया है।
        """
      ),
      ("ar", "ستنشر اللجنة تقريرها عن مستقبل الميناء في الأسبوع المقبل."),
    ])
  func identifies(_ language: String, _ text: String) throws {
    let prediction = try identify(text)
    #expect(prediction.language == language)
    #expect(prediction.confidence > 0.3 && prediction.confidence <= 1)
  }

  @Test("too little text, or none that is language, is und", arguments: ["", "OK", "12:30 - 45.6 %", "http://www.example.org/a/b/c?x=1", "\u{1F600}\u{1F600}"])
  func saysUndetermined(_ text: String) throws {
    let prediction = try identify(text)
    #expect(prediction.language == "und")
    #expect(prediction.confidence == 0)
  }

  @Test("a language alone in its script needs no model: the confidence is the script's share")
  func gatesByScript() throws {
    let prediction = try identify("ეს არის ქართული ტექსტი")
    #expect(prediction.language == "ka" && prediction.script == "Geor" && prediction.threeLetterCode == "kat")
    #expect(prediction.confidence == 1)
    let mixed = try identify("ეს არის ქართული ტექსტი with some words")
    #expect(mixed.language == "ka" && mixed.confidence < 1)
  }

  private static let english = """
    The committee will publish its report on the future of the harbour next week. The people who live there were asked for their opinion
    before the end of the month, but few of them have answered so far, and nobody knows whether the old pier will be kept. Whoever wants
    to say something about it can still write to the town hall until Friday.
    """
  private static let german = """
    Die Kommission wird ihren Bericht über die Zukunft des Hafens nächste Woche veröffentlichen. Die Anwohner wurden vor dem Ende des
    Monats um ihre Meinung gebeten, doch bisher haben nur wenige geantwortet, und niemand weiß, ob der alte Steg bleiben wird. Wer etwas
    dazu sagen möchte, kann noch bis Freitag an das Rathaus schreiben.
    """

  @Test("a text in two languages is mul, unless one of them has most of it")
  func saysMultiple() throws {
    let both = try identify(Self.english + "\n" + Self.german)
    #expect(both.language == "mul" && both.confidence > 0.3 && ["en", "de"].contains(both.second))
    #expect(try identify(Self.english + "\n" + Self.english + "\n" + Self.english + "\n" + Self.german).language == "en")
    #expect(try identify(Self.english).language == "en")
    #expect(try identify(Self.german).language == "de")
  }

  @Test("of a long text, what the three places do not agree on is read at greater length")
  func readsMoreInDoubt() throws {
    func repeated(_ text: String, _ count: Int) -> String { Array(repeating: text, count: count).joined(separator: "\n") }
    #expect(try identify(repeated(Self.english, 40)).language == "en")
    let mixed = repeated(Self.english, 10) + "\n" + repeated(Self.german, 14) + "\n" + repeated(Self.english, 10)
    #expect(try identify(mixed).language == "mul")
  }

  @Test("languages that are easily confused are certain together, and say how certain they are alone")
  func countsGroups() throws {
    let found = try identify("Povjerenstvo će sljedeći tjedan objaviti izvješće o budućnosti luke i pozvati stanovnike da kažu što misle.")
    #expect(["hr", "bs", "sr"].contains(found.language))
    #expect(found.confidence > 0.9 && found.shareOfGroup < 1)
    #expect(try identify("Η επιτροπή θα δημοσιεύσει την επόμενη εβδομάδα την έκθεσή της.").shareOfGroup == 1)
  }

  @Test("dialects written like their macrolanguage are called by its code", arguments: [("arz", "ar"), ("pes", "fa"), ("zsm", "ms"), ("deu", "de"), ("yue", "yue")])
  func findsCommonCode(_ code: String, _ common: String) {
    #expect(LanguageCode.common(code) == common)
  }

  @Test(
    "a language is found in its other alphabet too",
    arguments: [
      ("uz", "Cyrl", "Қўмита кейинги ҳафтада порт келажаги ҳақидаги ҳисоботини эълон қилади."),
      ("tk", "Cyrl", "Комитет гелҗек хепде портуң гелҗеги барадакы хасабатыны чап эдер."),
      ("az", "Cyrl", "Комитә ҝәлән һәфтә лиманын ҝәләҹәји һаггында һесабатыны дәрҹ едәҹәк."),
      ("ug", "Latn", "Komitét kéler hepte portning kelgüsi toghrisidiki doklatini élan qilidu."),
    ])
  func findsOtherAlphabets(_ language: String, _ script: String, _ text: String) throws {
    let prediction = try identify(text)
    #expect(prediction.language == language && prediction.script == script)
  }

  @Test("simplified and traditional Chinese are one language in two scripts")
  func tellsHanScripts() throws {
    #expect(try identify("委员会将于下周发布关于港口未来的报告，并听取各方意见。").script == "Hans")
    #expect(try identify("委員會將於下週發布關於港口未來的報告，並聽取各方意見。").script == "Hant")
  }

  @Test("the bundled model knows at least 150 languages")
  func coversLanguages() throws {
    #expect(try Self.bundled.get().languages.count >= 150)
  }

  @Test("any bytes are survived, and the same text always gets the same answer")
  func survivesAnything() throws {
    var identifier = try Self.bundled.get()
    var random = SeededRandom(seed: 21)
    for length in [0, 1, 63, 64, 65, 4800, 4863, 4864, 4865, 20_000] {
      let text = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let (first, second) = (identifier.identify(text), identifier.identify(text))
      #expect(first == second)
    }
  }

  @Test("codes of two and three letters", arguments: [("en", "eng"), ("de", "deu"), ("zh", "zho"), ("yue", "yue"), ("nb", "nob")])
  func mapsCodes(_ short: String, _ long: String) {
    #expect(LanguageCode.threeLetter(short) == long)
    #expect(LanguageCode.shortest(long) == short)
  }
}
