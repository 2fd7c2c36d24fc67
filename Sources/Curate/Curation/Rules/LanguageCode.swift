/// Language codes as rule files use them: ISO 639-1 where there is one.
public enum LanguageCode {
  /// `en-US`, `EN`, `eng` and `eng_Latn` all become `en`; codes without a two-letter form stay. Bokmål is `no`.
  public static func normalized(_ code: String) -> String {
    let primary = code.prefix { $0 != "-" && $0 != "_" }.lowercased()
    if primary == "nb" { return "no" }
    return primary.count == 3 ? twoLetter[primary] ?? primary : primary
  }

  private static let twoLetter: [String: String] = [
    "afr": "af", "sqi": "sq", "als": "sq", "amh": "am", "ara": "ar", "arb": "ar", "hye": "hy", "aze": "az", "azj": "az",
    "eus": "eu", "bel": "be", "ben": "bn", "bos": "bs", "bul": "bg", "cat": "ca", "ces": "cs", "cmn": "zh", "zho": "zh",
    "hrv": "hr", "dan": "da", "nld": "nl", "eng": "en", "epo": "eo", "est": "et", "ekk": "et", "fin": "fi", "fra": "fr",
    "glg": "gl", "kat": "ka", "deu": "de", "ell": "el", "guj": "gu", "heb": "he", "hin": "hi", "hun": "hu", "isl": "is",
    "ind": "id", "gle": "ga", "ita": "it", "jpn": "ja", "kan": "kn", "kaz": "kk", "khm": "km", "kor": "ko", "lao": "lo",
    "lat": "la", "lav": "lv", "lvs": "lv", "lit": "lt", "mkd": "mk", "msa": "ms", "zsm": "ms", "mal": "ml", "mar": "mr",
    "mon": "mn", "khk": "mn", "mya": "my", "nep": "ne", "npi": "ne", "nor": "no", "nob": "no", "nno": "nn", "fas": "fa",
    "pes": "fa", "pol": "pl", "por": "pt", "pan": "pa", "ron": "ro", "rus": "ru", "srp": "sr", "sin": "si", "slk": "sk",
    "slv": "sl", "spa": "es", "swa": "sw", "swh": "sw", "swe": "sv", "tgl": "tl", "fil": "tl", "tam": "ta", "tel": "te",
    "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "uzb": "uz", "uzn": "uz", "vie": "vi", "cym": "cy",
  ]
}
