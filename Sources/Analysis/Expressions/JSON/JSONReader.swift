/// Reads JSON text into values, strictly; every number is a float, as in Go.
///
/// Its messages are those of Go's encoding/json, which the builtin `fromJSON` passes on.
package struct JSONReader {
    package struct Problem: Error, Equatable, Sendable {
        package let message: String
        /// Bytes before the place that the message is about.
        package let offset: Int
    }

    /// Deeper documents are refused; Go's own bound would overflow a small stack.
    private static let maximumDepth = 200

    private let bytes: [UInt8]
    private let acceptsNotFinite: Bool
    private var position = 0
    private var depth = 0

    /// The value that `text` states.
    ///
    /// - Parameter acceptsNotFinite: also takes the bare words `NaN`, `Infinity`, `+Inf`, `-Inf` and their likes for numbers,
    ///   which JSON does not have and metric backends do.
    package static func value(_ text: String, acceptsNotFinite: Bool = false) throws(Problem) -> Value {
        var reader = JSONReader(text, acceptsNotFinite)
        let value = try reader.value()
        reader.skipSpaces()
        guard reader.peek() == nil else { throw reader.unexpected("after top-level value") }
        return value
    }

    private init(_ text: String, _ acceptsNotFinite: Bool) {
        bytes = Array(text.utf8)
        self.acceptsNotFinite = acceptsNotFinite
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpaces() {
        while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private func unexpected(_ context: String) -> Problem {
        guard let byte = peek() else { return Problem(message: "unexpected end of JSON input", offset: position) }
        return Problem(
            message: "invalid character \(GoQuote.quoted(Unicode.Scalar(byte))) \(context)", offset: position)
    }

    private mutating func value() throws(Problem) -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw Problem(message: "exceeded max depth", offset: position) }
        skipSpaces()
        if acceptsNotFinite, let number = notFinite() { return .double(number) }
        switch peek() {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default:
            guard isDigit || peek() == UInt8(ascii: "-") else { throw unexpected("looking for beginning of value") }
            return .double(try number())
        }
    }

    private mutating func literal(_ word: String, _ value: Value) throws(Problem) -> Value {
        for wanted in word.utf8 {
            guard peek() == wanted else {
                throw unexpected("in literal \(word) (expecting \(GoQuote.quoted(Unicode.Scalar(wanted))))")
            }
            position += 1
        }
        return value
    }

    private mutating func notFinite() -> Double? {
        let words: [(String, Double)] = [
            ("NaN", .nan), ("+Infinity", .infinity), ("-Infinity", -.infinity), ("Infinity", .infinity),
            ("+Inf", .infinity), ("-Inf", -.infinity), ("Inf", .infinity),
        ]
        for (word, number) in words where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return number
        }
        return nil
    }

    private mutating func array() throws(Problem) -> Value {
        position += 1
        var elements: [Value] = []
        skipSpaces()
        if take("]") { return .array([], of: .any) }
        while true {
            elements.append(try value())
            skipSpaces()
            if take("]") { return .array(elements, of: .any) }
            guard take(",") else { throw unexpected("after array element") }
        }
    }

    private mutating func object() throws(Problem) -> Value {
        position += 1
        var members: [Value.Member] = []
        var indexes: [Value: Int] = [:]
        skipSpaces()
        if take("}") { return .map([]) }
        while true {
            skipSpaces()
            guard peek() == UInt8(ascii: "\"") else { throw unexpected("looking for beginning of object key string") }
            let name = try string()
            skipSpaces()
            guard take(":") else { throw unexpected("after object key") }
            let member = Value.Member(name, try value())
            if let index = indexes[member.key] {
                members[index] = member
            } else {
                indexes[member.key] = members.count
                members.append(member)
            }
            skipSpaces()
            if take("}") { return .map(members) }
            guard take(",") else { throw unexpected("after object key:value pair") }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }
}

extension JSONReader {
    private mutating func number() throws(Problem) -> Double {
        let start = position
        _ = take("-")
        guard isDigit else { throw unexpected("in numeric literal") }
        if !take("0") { skipDigits() }
        if take(".") {
            guard isDigit else { throw unexpected("after decimal point in numeric literal") }
            skipDigits()
        }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard isDigit else { throw unexpected("in exponent of numeric literal") }
            skipDigits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            throw Problem(
                message: "json: cannot unmarshal number \(text) into Go value of type float64", offset: start)
        }
        return number
    }

    private var isDigit: Bool { peek().map { (0x30...0x39).contains($0) } ?? false }

    private mutating func skipDigits() {
        while isDigit { position += 1 }
    }

    private mutating func string() throws(Problem) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
            case 0..<0x20:
                position -= 1
                throw unexpected("in string literal")
            default: text.append(byte)
            }
        }
        throw unexpected("in string literal")
    }

    private mutating func escape() throws(Problem) -> Unicode.Scalar {
        guard let byte = peek() else { throw unexpected("in string escape code") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try codePoint()
        default:
            position -= 1
            throw unexpected("in string escape code")
        }
    }

    /// Half of a pair alone becomes the replacement character.
    private mutating func codePoint() throws(Problem) -> Unicode.Scalar {
        let first = try hexadecimal()
        let start = position
        if (0xD800..<0xDC00).contains(first), take("\\"), take("u") {
            let second = try hexadecimal()
            if (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
        }
        if (0xD800..<0xE000).contains(first) { position = start }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(Problem) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Unicode.Scalar(byte).hexadecimalDigit else {
                throw unexpected("in \\u hexadecimal character escape")
            }
            code = code << 4 | digit
            position += 1
        }
        return code
    }
}

extension Unicode.Scalar {
    fileprivate var hexadecimalDigit: UInt32? {
        switch self {
        case "0"..."9": value - 0x30
        case "a"..."f": value - 0x61 + 10
        case "A"..."F": value - 0x41 + 10
        default: nil
        }
    }
}
