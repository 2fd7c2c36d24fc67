/// Language codes of ISO 639: two letters where there are any, three letters for all.
public enum LanguageCode {
  /// The ISO 639-3 code of a language given by its ISO 639-1 or 639-3 code.
  public static func threeLetter(_ code: String) -> String { code.utf8.count == 2 ? threeOfTwo[code] ?? code : code }

  /// The ISO 639-1 code of a language if it has one, else its ISO 639-3 code.
  public static func shortest(_ code: String) -> String { twoOfThree[code] ?? code }

  /// The code under which a language is commonly known: that of its macrolanguage (ISO 639-3) where the language is the
  /// macrolanguage's standard form or one that is written like it, such as `ar` for Egyptian Arabic; else as `shortest`.
  public static func common(_ code: String) -> String { commonForms[code] ?? shortest(code) }

  private static let commonForms: [String: String] = {
    let members: [(String, [String])] = [
      ("ar", ["arb", "acm", "acq", "aeb", "ajp", "apc", "ars", "ary", "arz"]), ("az", ["azj"]), ("fa", ["pes", "prs"]),
      ("ms", ["zsm"]),
      ("lv", ["lvs"]), ("sq", ["als"]), ("mn", ["khk"]), ("uz", ["uzn"]), ("yi", ["ydd"]), ("ps", ["pbt", "pbu"]),
      ("ku", ["kmr"]),
      ("om", ["gaz"]), ("mg", ["plt"]), ("sw", ["swh"]), ("qu", ["quy", "quz"]), ("gn", ["gug"]), ("zh", ["cmn"]),
      ("ne", ["npi"]),
      ("or", ["ory"]), ("et", ["ekk"]), ("tl", ["fil"]), ("ay", ["ayr"]), ("ff", ["fuv"]), ("kr", ["knc"]), ("no", ["nor"]),
      ("sr", ["hbs"]), ("se", ["sme"]), ("hy", ["hyw"]),
    ]
    return Dictionary(members.flatMap { member in member.1.map { ($0, member.0) } }) { first, _ in first }
  }()

  /// Each word is a two-letter code followed by its three-letter code (ISO 639-3 code tables, Debian iso-codes).
  private static let pairs = """
    aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bibis bmbam bnben \
    bobod brbre bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan dedeu dvdiv dzdzo eeewe elell \
    eneng eoepo esspa etest eueus fafas ffful fifin fjfij fofao frfra fyfry gagle gdgla glglg gngrn guguj gvglv \
    hahau heheb hihin hohmo hrhrv hthat huhun hyhye hzher iaina idind ieile igibo iiiii ikipk ioido isisl itita \
    iuiku jajpn jvjav kakat kgkon kikik kjkua kkkaz klkal kmkhm knkan kokor krkau kskas kukur kvkom kwcor kykir \
    lalat lbltz lglug lilim lnlin lolao ltlit lulub lvlav mgmlg mhmah mimri mkmkd mlmal mnmon mrmar msmsa mtmlt \
    mymya nanau nbnob ndnde nenep ngndo nlnld nnnno nonor nrnbl nvnav nynya ococi ojoji omorm orori ososs papan \
    pipli plpol pspus ptpor quque rmroh rnrun roron rurus rwkin sasan scsrd sdsnd sesme sgsag shhbs sisin skslk \
    slslv smsmo snsna sosom sqsqi srsrp ssssw stsot susun svswe swswa tatam tetel tgtgk ththa titir tktuk tltgl \
    tntsn toton trtur tstso tttat twtwi tytah uguig ukukr ururd uzuzb veven vivie vovol wawln wowol xhxho yiyid \
    yoyor zazha zhzho zuzul
    """.split(separator: " ").map { (two: String($0.prefix(2)), three: String($0.dropFirst(2))) }

  private static let threeOfTwo = Dictionary(pairs.map { ($0.two, $0.three) }) { first, _ in first }
  private static let twoOfThree = Dictionary(pairs.map { ($0.three, $0.two) }) { first, _ in first }
}
