import HTTP
import Testing

@testable import Metrics

@Suite("Secrets in foreign texts")
struct SecretMaskTests {
    @Test(
        "are masked, short ones where they stand as a whole word",
        arguments: [
            (["s3cret-value"], "no s3cret-value!", "no *****!"),
            (["s3cret-value"], "as3cret-valueb s3cret-values3cret-value", "a*****b **********"),
            (["s3cret-value"], "s3cret-valu s3cret", "s3cret-valu s3cret"),
            (["pass"], "pass: a pass, password, bypass; \"pass\"", "*****: a *****, password, bypass; \"*****\""),
            (["pass"], "pass_1 1pass épass pass", "pass_1 1pass épass *****"), (["pass"], "pass", "*****"),
            (["$ab/"], "x$ab/y", "x*****y"), (["abc"], "abc abc", "abc abc"), ([""], "text", "text"),
            // Nothing is left of one that begins with another.
            (["secret-a", "secret-abc"], "secret-abc secret-a", "***** *****"),
            // As JSON and forms write them.
            ([#"pa"ss\wörd"#], #"{"a":"pa\"ss\\wörd"}"#, #"{"a":"*****"}"#),
            (["pa ss&wo/rd"], "a=pa%20ss%26wo%2Frd&b", "a=*****&b"),
        ] as [([String], String, String)])
    func masked(secrets: [String], text: String, result: String) {
        #expect(SecretMask(secrets.map(Secret.init)).masked(text) == result)
    }

    @Test func `Bytes without a secret stay as they are, also where they are no text`() {
        let mask = SecretMask([Secret("s3cret-value")])
        #expect(mask.masked([0xFF, 0x73, 0x33]) == nil)
        #expect(mask.masked([0xFF] + "s3cret-value".utf8 + [0xFE]) == [0xFF] + "*****".utf8 + [0xFE])
        #expect(SecretMask([]).masked("text") == "text")
    }
}
