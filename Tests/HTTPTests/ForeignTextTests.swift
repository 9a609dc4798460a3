import HTTP
import Testing

@Suite("What servers say")
struct ForeignTextTests {
    @Test("it is one line of bounded length, without what a terminal takes for a command")
    func line() {
        #expect(ForeignText.line("not\r\nready") == "not  ready")
        #expect(ForeignText.line("a\u{1B}[2Jb\u{7F}c\u{9B}2Jd\u{2028}e\u{202E}f") == "a [2Jb c 2Jd e f")
        #expect(ForeignText.line("größer als 5 % → 日本") == "größer als 5 % → 日本")
        let long = ForeignText.line(String(repeating: "x", count: 301))
        #expect(long.count == 300)
        #expect(long.hasSuffix("x…"))
    }
}
