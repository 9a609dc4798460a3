/// Constants of the template language, which are Go's.
enum GoTemplateConstant {
    static func value(of token: GoTemplateToken) throws(GoTemplateError) -> GoTemplateValue {
        switch token.kind {
        case .null: return .none
        case .bool: return .bool(token.text == "true")
        case .rawString:
            // Go drops carriage returns from texts in backquotes.
            return .string(String(String.UnicodeScalarView(unquoted(token.text).filter { $0 != "\r" })))
        case .string:
            guard let text = unescaped(unquoted(token.text), quote: "\"") else { throw badEscape(token) }
            return .string(text)
        case .character:
            guard let text = unescaped(unquoted(token.text), quote: "'"), text.unicodeScalars.count == 1,
                let scalar = text.unicodeScalars.first
            else {
                throw GoTemplateError(
                    .syntax, "\(token.text) is no single character", at: token.offset, hint: "texts stand in \"quotes\""
                )
            }
            return .int(Int(scalar.value))
        default: return try number(token)
        }
    }

    private static func unquoted(_ text: String) -> String.UnicodeScalarView.SubSequence {
        text.unicodeScalars.dropFirst().dropLast()
    }

    private static func badEscape(_ token: GoTemplateToken) -> GoTemplateError {
        GoTemplateError(
            .syntax, "\(token.text) has an escape that Go does not know", at: token.offset,
            hint: "write a backslash as \\\\, or put the text in backquotes")
    }

    // MARK: Numbers

    /// Whole numbers in any base of Go's, and fractions; a number with a point or an exponent is never whole.
    private static func number(_ token: GoTemplateToken) throws(GoTemplateError) -> GoTemplateValue {
        let lower = token.text.lowercased()
        let isHexadecimal = lower.contains("0x")
        let isFraction = lower.contains(".") || lower.contains(isHexadecimal ? "p" : "e")
        guard let digits = withoutDividers(lower) else { throw badNumber(token) }
        if isFraction {
            guard !isHexadecimal || lower.contains("p"), let value = Double(digits), value.isFinite else {
                throw badNumber(token)
            }
            return .double(value)
        }
        guard let value = whole(digits) else { throw badNumber(token) }
        return .int(value)
    }

    private static func whole(_ text: String) -> Int? {
        var digits = text[...]
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
        var radix = 10
        for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            digits.removeFirst(2)
            radix = base
        }
        if radix == 10, digits.count > 1, digits.hasPrefix("0") {
            digits.removeFirst()
            radix = 8
        }
        guard let first = digits.first, first != "+", first != "-" else { return nil }
        return Int((isNegative ? "-" : "") + digits, radix: radix)
    }

    /// `1_000` as `1000`; nil where a divider stands elsewhere than between digits, or behind a prefix.
    private static func withoutDividers(_ text: String) -> String? {
        guard text.contains("_") else { return text }
        let characters = Array(text.unicodeScalars)
        for (index, character) in characters.enumerated() where character == "_" {
            guard index > 0, index + 1 < characters.count,
                isDigit(characters[index - 1]) || "xob".contains(Character(characters[index - 1])),
                isDigit(characters[index + 1])
            else { return nil }
        }
        return text.filter { $0 != "_" }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isASCIIHexDigit }

    private static func badNumber(_ token: GoTemplateToken) -> GoTemplateError {
        GoTemplateError(.syntax, "\(token.text) is no number that Go can read", at: token.offset)
    }

    // MARK: Escapes

    /// The text that Go's quotes stand for; nil where an escape is unknown.
    private static func unescaped(_ text: String.UnicodeScalarView.SubSequence, quote: Unicode.Scalar) -> String? {
        var bytes: [UInt8] = []
        var rest = text
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                bytes += Array(String(scalar).utf8)
                continue
            }
            guard let sign = rest.popFirst() else { return nil }
            switch sign {
            case "a": bytes.append(7)
            case "b": bytes.append(8)
            case "f": bytes.append(12)
            case "n": bytes.append(10)
            case "r": bytes.append(13)
            case "t": bytes.append(9)
            case "v": bytes.append(11)
            case "\\": bytes.append(92)
            case quote: bytes += Array(String(quote).utf8)
            case "x", "u", "U", "0"..."7":
                guard let code = escaped(sign, &rest) else { return nil }
                bytes += code
            default: return nil
            }
        }
        let string = String(decoding: bytes, as: UTF8.self)
        return Array(string.utf8) == bytes ? string : nil
    }

    /// The bytes of a numeric escape: `\x41` and `\101` are bytes, `\u0041` and `\U00000041` characters.
    private static func escaped(
        _ sign: Unicode.Scalar, _ rest: inout String.UnicodeScalarView.SubSequence
    ) -> [UInt8]? {
        let length = sign == "x" ? 2 : sign == "u" ? 4 : sign == "U" ? 8 : 2
        let isOctal = ("0"..."7").contains(sign)
        let digits = String(String.UnicodeScalarView(rest.prefix(length)))
        guard digits.unicodeScalars.count == length, digits.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit),
            let value = UInt32((isOctal ? String(sign) : "") + digits, radix: isOctal ? 8 : 16)
        else { return nil }
        rest = rest.dropFirst(length)
        if sign == "x" || isOctal { return UInt8(exactly: value).map { [$0] } }
        return Unicode.Scalar(value).map { Array(String($0).utf8) }
    }
}
