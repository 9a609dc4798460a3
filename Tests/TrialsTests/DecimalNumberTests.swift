import Testing

@testable import Trials

@Suite("Numbers of tables and documents")
struct DecimalNumberTests {
    @Test(
        "decimal numbers are read, and words for what is none",
        arguments: [
            ("0", 0), ("212", 212), ("-3.5", -3.5), ("+1", 1), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("1E-2", 0.01),
            ("2.5e+1", 25), ("0.031", 0.031), ("+Inf", Double.infinity), ("-inf", -.infinity), (".inf", .infinity),
            ("Infinity", .infinity),
        ])
    func numbers(text: String, number: Double) {
        #expect(DecimalNumber.read(text) == number)
    }

    @Test("NaN in any spelling is what was not measured", arguments: ["NaN", "nan", ".nan", "NAN"])
    func missing(text: String) {
        #expect(DecimalNumber.read(text)?.isNaN == true)
    }

    @Test(
        "everything else is refused, with what to do about it",
        arguments: [
            ("1,5", "write it with a point: 1.5"), ("0,125", "write it with a point: 0.125"),
            ("1,000", "write it without separators: 1000"), ("-12,345.5", "write it without separators: -12345.5"),
            ("1,200,000", "write it without separators: 1200000"),
            ("12 000", "write it without separators: 12000"), ("1_000", "write it without separators: 1000"),
            ("212ms", "write the number alone, without its unit: 212"),
            ("4.5 %", "write the number alone, without its unit: 4.5"), ("007", "write it without the leading zero"),
            ("0x10", "write the number alone, without its unit: 0"), ("high", "a number such as 212 or 0.031"),
            ("1e999", "it is too large"), ("", "a number such as"), ("-", "a number such as"),
            (".", "a number such as"), ("1e", "write the number alone, without its unit: 1"),
            ("--1", "a number such as"),
        ])
    func refused(text: String, hint: String) {
        #expect(DecimalNumber.read(text) == nil)
        #expect(DecimalNumber.hint(for: text).hasPrefix(hint), "\(DecimalNumber.hint(for: text))")
    }
}
