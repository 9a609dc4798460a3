/// A word of PromQL, with its place in the query; LogQL has the same words where it looks like PromQL.
///
/// By https://prometheus.io/docs/prometheus/latest/querying/basics/
struct PromQLToken: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case word(String)
        /// A number or a span, as it is written: `0.99`, `1e3`, `5m`.
        case number(String)
        /// What stands between the quotes, its escapes as they are written.
        case string(String)
        case bracket(Character)
        case symbol(String)
    }

    let kind: Kind
    /// In bytes of the query.
    let range: Range<Int>

    func isBracket(_ bracket: Character) -> Bool { kind == .bracket(bracket) }
    func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }

    /// Whether a text has its second quote; every other token has its end.
    var isClosed: Bool {
        if case .string(let text) = kind { range.count == text.utf8.count + 2 } else { true }
    }

    var isLiteral: Bool {
        switch kind {
        case .number, .string: true
        case .word, .bracket, .symbol: false
        }
    }

    var word: String? { if case .word(let word) = kind { word } else { nil } }
    var number: String? { if case .number(let number) = kind { number } else { nil } }

    /// The words of `query`, without comments; a text that is not closed ends with the query.
    static func tokens(of query: String) -> [PromQLToken] {
        var lexer = PromQLLexer(query)
        return lexer.tokens()
    }
}

private struct PromQLLexer {
    private let bytes: [UInt8]
    private var position = 0
    /// Square brackets around the place, where a colon divides a subquery's spans and begins no name.
    private var spans = 0

    private static let pairs: Set<String> = ["=~", "!~", "!=", "==", "<=", ">="]

    init(_ query: String) { bytes = Array(query.utf8) }

    mutating func tokens() -> [PromQLToken] {
        var tokens: [PromQLToken] = []
        while let byte = peek() {
            let start = position
            if let kind = kind(byte) { tokens.append(PromQLToken(kind: kind, range: start..<position)) }
        }
        return tokens
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Takes one token; nil for what stands between them.
    private mutating func kind(_ byte: UInt8) -> PromQLToken.Kind? {
        switch byte {
        case UInt8(ascii: "#"):
            while let next = peek(), next != UInt8(ascii: "\n") { position += 1 }
            return nil
        case 0x20, 0x09, 0x0A, 0x0D:
            position += 1
            return nil
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): return .string(string(byte))
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            position += 1
            return .bracket(Character(Unicode.Scalar(byte)))
        case UInt8(ascii: "["), UInt8(ascii: "]"):
            position += 1
            spans = max(0, spans + (byte == UInt8(ascii: "[") ? 1 : -1))
            return .bracket(Character(Unicode.Scalar(byte)))
        case _ where byte.isDigit || byte == UInt8(ascii: ".") && peek(1)?.isDigit == true: return .number(number())
        case _ where byte.isLetter || byte == UInt8(ascii: ":") && spans == 0:
            let start = position
            while let next = peek(), next.isLetter || next.isDigit || next == UInt8(ascii: ":") && spans == 0 {
                position += 1
            }
            return .word(text(start..<position))
        default: return .symbol(symbol())
        }
    }

    private mutating func symbol() -> String {
        let pair = text(position..<min(bytes.count, position + 2))
        if Self.pairs.contains(pair) {
            position += 2
            return pair
        }
        position += 1
        return text(position - 1..<position)
    }

    private mutating func string(_ quote: UInt8) -> String {
        position += 1
        let start = position
        while let next = peek(), next != quote {
            position += next == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1
        }
        let end = min(position, bytes.count)
        position = min(end + 1, bytes.count)
        return text(start..<end)
    }

    /// A number may have a base, an exponent with its sign, or the units of a span.
    private mutating func number() -> String {
        let start = position
        while let next = peek() {
            let last = position > start ? bytes[position - 1] | 0x20 : 0
            let isSign = (next == UInt8(ascii: "+") || next == UInt8(ascii: "-")) && last == UInt8(ascii: "e")
            let isHexadecimal = position > start + 1 && bytes[start + 1] | 0x20 == UInt8(ascii: "x")
            guard next.isLetter || next.isDigit || next == UInt8(ascii: ".") || isSign && !isHexadecimal else { break }
            position += 1
        }
        return text(start..<position)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    /// What names are made of, beside digits.
    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) || self == UInt8(ascii: "_")
    }
}
