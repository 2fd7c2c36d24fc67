import Datasheets
import Testing

@Suite("Numbers in a datasheet")
struct FiguresTests {
  @Test(
    "counts have their thousands grouped",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "-12,345"),
      (Int.min, "-9,223,372,036,854,775,808"),
    ])
  func groupsThousands(value: Int, text: String) { #expect(Figures.count(value) == text) }

  @Test(
    "bytes are given in powers of 1000 with three digits",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (5_798_730, "5.80 MB"), (99_950, "100 kB"), (999_499, "999 kB"),
      (999_500, "1.00 MB"),
      (UInt64.max, "18.4 EB"),
    ] as [(UInt64, String)])
  func scalesBytes(value: UInt64, text: String) { #expect(Figures.bytes(value) == text) }

  @Test(
    "measured values keep four significant digits",
    arguments: [
      (0, "0"), (0.08, "0.08"), (51, "51"), (2.71828, "2.718"), (-3.14159, "-3.142"), (123_456.7, "123,457"),
      (0.00001234, "1.23e-5"),
      (1e300, "1.00e300"), (.infinity, "∞"), (-.infinity, "−∞"), (.nan, "not a number"), (99.999, "100"),
    ] as [(Double, String)])
  func writesValues(value: Double, text: String) { #expect(Figures.value(value) == text) }

  @Test(
    "shares never round to nothing or to everything",
    arguments: [
      (0, 10, "0.0 %"), (1, 100_000, "< 0.1 %"), (99_999, 100_000, "> 99.9 %"), (10, 10, "100.0 %"), (1, 3, "33.3 %"),
      (1, 0, "–"),
    ])
  func writesShares(part: Int, whole: Int, text: String) { #expect(Figures.share(part, of: whole) == text) }

  @Test(
    "fixed decimals round halves away from zero and pad",
    arguments: [(2.375, 2, "2.38"), (-0.5, 0, "-1"), (1, 3, "1.000"), (1234.5, 1, "1,234.5")])
  func writesFixed(value: Double, digits: Int, text: String) { #expect(Figures.fixed(value, digits: digits) == text) }
}
