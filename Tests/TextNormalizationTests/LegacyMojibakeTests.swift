import Testing
import TextNormalization

@Suite("Mojibake of single-byte encodings")
struct LegacyMojibakeTests {
  private func normalized(_ text: String) -> (text: String, repairs: Int) {
    var normalizer = TextNormalizer()
    var bytes = Array(text.utf8)
    let report = normalizer.normalize(&bytes)
    return (String(decoding: bytes, as: UTF8.self), report[.mojibake])
  }

  @Test(
    "UTF-8 that was read in one of eight encodings is repaired, in any script",
    arguments: [
      (
        "windows-1250", "Ă‰lĂ¨ve Ă\u{A0} lâ€™Ă©cole, oĂą lâ€™Ă©tĂ© Ă©tait trĂ¨s chaud.",
        "Élève à l’école, où l’été était très chaud."
      ),
      (
        "iso-8859-2", "Ă\u{89}lĂ¨ve Ă\u{A0} lâ\u{80}\u{99}ĂŠcole, oĂš lâ\u{80}\u{99}ĂŠtĂŠ ĂŠtait trĂ¨s chaud.",
        "Élève à l’école, où l’été était très chaud."
      ),
      ("mac-roman", "√âl√®ve √† l‚Äô√©cole, o√π l‚Äô√©t√© √©tait tr√®s chaud.", "Élève à l’école, où l’été était très chaud."),
      ("cp437", "├ël├¿ve ├á lΓÇÖ├⌐cole, o├╣ lΓÇÖ├⌐t├⌐ ├⌐tait tr├¿s chaud.", "Élève à l’école, où l’été était très chaud."),
      (
        "windows-1254", "Ã‰lÃ¨ve Ã\u{A0} lâ€™Ã©cole, oÃ¹ lâ€™Ã©tÃ© Ã©tait trÃ¨s chaud.",
        "Élève à l’école, où l’été était très chaud."
      ),
      (
        "windows-1257", "Ć‰lĆØve Ć\u{A0} lā€™Ć©cole, oĆ¹ lā€™Ć©tĆ© Ć©tait trĆØs chaud.",
        "Élève à l’école, où l’été était très chaud."
      ),
      ("windows-1250", "Ĺ»ĂłĹ‚ty zajÄ…c pĂłjdzie w stronÄ™ Ĺ‚Ä…ki.", "Żółty zając pójdzie w stronę łąki."),
      (
        "iso-8859-2", "ĹťĂłĹ\u{82}ty zajÄ\u{85}c pĂłjdzie w stronÄ\u{99} Ĺ\u{82}Ä\u{85}ki.",
        "Żółty zając pójdzie w stronę łąki."
      ),
      ("cp437", "┼╗├│┼éty zaj─àc p├│jdzie w stron─Ö ┼é─àki.", "Żółty zając pójdzie w stronę łąki."),
      ("windows-1257", "Å»Ć³Å‚ty zajÄ…c pĆ³jdzie w stronÄ™ Å‚Ä…ki.", "Żółty zając pójdzie w stronę łąki."),
      ("windows-1250", "GrĂ¶Ăźe und Ăśbermut fĂĽhrten ins CafĂ©.", "Größe und Übermut führten ins Café."),
      ("mac-roman", "Gr√∂√üe und √úbermut f√ºhrten ins Caf√©.", "Größe und Übermut führten ins Café."),
      ("cp437", "Gr├╢├ƒe und ├£bermut f├╝hrten ins Caf├⌐.", "Größe und Übermut führten ins Café."),
      ("windows-1257", "GrĆ¶Ć\u{9F}e und Ć\u{9C}bermut fĆ¼hrten ins CafĆ©.", "Größe und Übermut führten ins Café."),
      ("windows-1251", "РќР°Рґ СЂРµРєРѕР№ СЃС‚РѕСЏР» РіСѓСЃС‚РѕР№ С‚СѓРјР°РЅ.", "Над рекой стоял густой туман."),
      (
        "windows-1250", "ĐťĐ°Đ´ Ń€ĐµĐşĐľĐą Ń\u{81}Ń‚ĐľŃŹĐ» ĐłŃ\u{83}Ń\u{81}Ń‚ĐľĐą Ń‚Ń\u{83}ĐĽĐ°Đ˝.",
        "Над рекой стоял густой туман."
      ),
      ("mac-roman", "–ù–∞–¥ —Ä–µ–∫–æ–π —Å—Ç–æ—è–ª –≥—É—Å—Ç–æ–π —Ç—É–º–∞–Ω.", "Над рекой стоял густой туман."),
      ("cp437", "╨¥╨░╨┤ ╤Ç╨╡╨║╨╛╨╣ ╤ü╤é╨╛╤Å╨╗ ╨│╤â╤ü╤é╨╛╨╣ ╤é╤â╨╝╨░╨╜.", "Над рекой стоял густой туман."),
      (
        "windows-1253", "Π\u{9D}Π°Π΄ Ρ€ΠµΠΊΠΎΠΉ Ρ\u{81}Ρ‚ΠΎΡ\u{8F}Π» Π³ΡƒΡ\u{81}Ρ‚ΠΎΠΉ Ρ‚ΡƒΠΌΠ°Π½.",
        "Над рекой стоял густой туман."
      ),
      ("windows-1253", "Ξ¤ΞΏ ΟƒΟ€Ξ―Ο„ΞΉ ΞµΞ―Ξ½Ξ±ΞΉ ΞΊΞΏΞ½Ο„Ξ¬ ΟƒΟ„Ξ· ΞΈΞ¬Ξ»Ξ±ΟƒΟƒΞ±.", "Το σπίτι είναι κοντά στη θάλασσα."),
      ("windows-1251", "О¤Ої ПѓПЂОЇП„О№ ОµОЇОЅО±О№ ОєОїОЅП„О¬ ПѓП„О· ОёО¬О»О±ПѓПѓО±.", "Το σπίτι είναι κοντά στη θάλασσα."),
      (
        "iso-8859-2", "Î¤Îż Ď\u{83}Ď\u{80}ÎŻĎ\u{84}Îš ÎľÎŻÎ˝ÎąÎš ÎşÎżÎ˝Ď\u{84}ÎŹ Ď\u{83}Ď\u{84}Îˇ Î¸ÎŹÎťÎąĎ\u{83}Ď\u{83}Îą.",
        "Το σπίτι είναι κοντά στη θάλασσα."
      ),
      ("cp437", "╬ñ╬┐ ╧â╧Ç╬»╧ä╬╣ ╬╡╬»╬╜╬▒╬╣ ╬║╬┐╬╜╧ä╬¼ ╧â╧ä╬╖ ╬╕╬¼╬╗╬▒╧â╧â╬▒.", "Το σπίτι είναι κοντά στη θάλασσα."),
      ("windows-1251", "Щ‡Ш°Ш§ ЩѓШЄШ§ШЁ Щ‚ШЇЩЉЩ… Ш¬ШЇШ§", "هذا كتاب قديم جدا"),
      ("iso-8859-2", "Ů\u{87}Ř°Ř§ Ů\u{83}ŘŞŘ§Ř¨ Ů\u{82}ŘŻŮ\u{8A}Ů\u{85} ŘŹŘŻŘ§", "هذا كتاب قديم جدا"),
      ("cp437", "┘ç╪░╪º ┘â╪¬╪º╪¿ ┘é╪»┘è┘à ╪¼╪»╪º", "هذا كتاب قديم جدا"),
      (
        "iso-8859-2", "ŕ¤Żŕ¤š ŕ¤\u{95}ŕ¤żŕ¤¤ŕ¤žŕ¤Ź ŕ¤Źŕ¤šŕĽ\u{81}ŕ¤¤ ŕ¤ŞŕĽ\u{81}ŕ¤°ŕ¤žŕ¤¨ŕĽ\u{80} ŕ¤šŕĽ\u{88}",
        "यह किताब बहुत पुरानी है"
      ),
      ("mac-roman", "‡§Ø‡§π ‡§ï‡§ø‡§§‡§æ‡§¨ ‡§¨‡§π‡•Å‡§§ ‡§™‡•Å‡§∞‡§æ‡§®‡•Ä ‡§π‡•à", "यह किताब बहुत पुरानी है"),
      ("cp437", "αñ»αñ╣ αñòαñ┐αññαñ╛αñ¼ αñ¼αñ╣αÑüαññ αñ¬αÑüαñ░αñ╛αñ¿αÑÇ αñ╣αÑê", "यह किताब बहुत पुरानी है"),
      ("windows-1251", "иї™жњ¬д№¦еѕ€ж—§гЂ‚", "这本书很旧。"),
      ("mac-roman", "ËøôÊú¨‰π¶ÂæàÊóß„ÄÇ", "这本书很旧。"),
      ("cp437", "Φ┐Öµ£¼Σ╣ªσ╛êµùºπÇé", "这本书很旧。"),
      ("windows-1250", "ă\u{81}“ă\u{81}®ćś¬ă\u{81}ŻĺŹ¤ă\u{81}„ă€‚", "この本は古い。"),
      ("windows-1253", "γ\u{81}“γ\u{81}®ζ\u{9C}¬γ\u{81}―ε\u{8F}¤γ\u{81}„γ€‚", "この本は古い。"),
      ("windows-1251", "мќґ м±…мќЂ м\u{98}¤лћ\u{98}лђ\u{98}м—€л‹¤.", "이 책은 오래되었다."),
      ("windows-1254", "ì\u{9D}´ ì±…ì\u{9D}€ ì˜¤ë\u{9E}˜ë\u{90}˜ì—ˆë‹¤.", "이 책은 오래되었다."),
    ] as [(String, String, String)])
  func repairs(_ encoding: String, _ broken: String, _ text: String) {
    let (found, repairs) = normalized(broken)
    #expect(found == text, "\(encoding)")
    #expect(repairs > 0)
  }

  @Test(
    "text that only looks odd stays as it is",
    arguments: [
      // Capitals, abbreviations and numerals in Latin, Cyrillic and Greek letters; tables of boxes; formulas; three letters in a word of Inari Sami.
      "Tietje ĂȘ, ČŘ a ŽŠ: ŘÍJEN A ČERVENEC, PŘÍLIŠ ŽLUŤOUČKÝ KŮŇ", "ĂN VÂRFUL MUNȚILOR, ÎN ȘURĂ",
      "Ñandú, ÑAÑO, PINGÜINO, ¿QUÉ? ¡ÁÉÍÓÚ!",
      "пункт № 5 — «Ёлка», 20° и 5 €", "Ο Ά. Β΄ «Γ» · 12 €", "┌──┬──┐\n│a│b│\n├──┼──┤\n└──┴──┘ ├text│",
      "5 µm × 3 µ² ± 2 °C, ½ √2 ≈ 1",
      "kuáskulâžžân tiettuu âđoštâllât", "第3章「Ⅲ号」①②：①→②。", "ราคา ๕๐ ฿ — ๓ ชิ้น",
    ])
  func leavesAlone(_ text: String) {
    let (found, repairs) = normalized(text)
    #expect(found == text)
    #expect(repairs == 0)
  }
}
