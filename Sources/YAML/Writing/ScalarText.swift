/// The text of scalars: in quotes wherever a reader of YAML 1.1 or 1.2 would take the plain text for another type.
enum ScalarText {
    /// The one-line text of `scalar` in `style` or, where that cannot hold it, in the nearest that can.
    static func render(_ scalar: YAMLScalar, style: YAMLNode.ScalarStyle = .plain, inFlow: Bool) -> String {
        switch scalar {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .float(let number): float(number)
        case .string(let text): string(text, style: style, inFlow: inFlow)
        }
    }

    private static func string(_ text: String, style: YAMLNode.ScalarStyle, inFlow: Bool) -> String {
        switch style {
        case .plain where isPlain(text, inFlow: inFlow): text
        case .singleQuoted where isPrintableLine(text): "'" + text.split("'").joined(separator: "''") + "'"
        default: doubleQuoted(text)
        }
    }

    /// A float in a form that every reader takes for one: `1.5`, `1.0e+20`, `.inf`.
    private static func float(_ number: Double) -> String {
        if number.isNaN { return ".nan" }
        if number.isInfinite { return number > 0 ? ".inf" : "-.inf" }
        let text = "\(number)"
        guard let exponent = text.firstIndex(of: "e") else { return text }
        let mantissa = text[..<exponent]
        let power = text[text.index(after: exponent)...]
        return mantissa + (mantissa.contains(".") ? "" : ".0") + "e"
            + (power.hasPrefix("-") || power.hasPrefix("+") ? "" : "+") + power
    }

    /// Whether `text` stands for itself without quotes, for every reader and on one line.
    static func isPlain(_ text: String, inFlow: Bool) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last, isPrintableLine(text) else {
            return false
        }
        if first == " " || last == " " || last == ":" || text.unicodeScalars.contains("\t") { return false }
        if "-?:,[]{}#&*!|>'\"%@`=<~".unicodeScalars.contains(first) { return false }
        if text.contains(": ") || text.contains(" #") { return false }
        if inFlow, hasLooseColon(text) || text.unicodeScalars.contains(where: { ",[]{}?".unicodeScalars.contains($0) })
        {
            return false
        }
        if text.hasPrefix("...") || text.contains("{{") || text.contains("${") { return false }
        return !isReserved(text) && !mightBeNumber(text)
    }

    /// A colon that a flow collection might take for the end of a key: one that no letter or digit or slash follows.
    private static func hasLooseColon(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.contains { index in
            guard scalars[index] == ":" else { return false }
            guard index + 1 < scalars.count else { return true }
            let next = scalars[index + 1]
            return !(next == "/" || next.properties.isAlphabetic || ("0"..."9").contains(next))
        }
    }

    /// The words that YAML 1.1 or 1.2 reads as another type, in any case.
    private static let reserved: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", ".nan", ".inf", "nil", "none",
    ]

    private static func isReserved(_ text: String) -> Bool {
        text.utf8.count <= 5 && reserved.contains(text.lowercased())
    }

    /// Whether some reader could take the text for a number, a time or a date.
    private static func mightBeNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        let starts = (0x30...0x39).contains(first) || "+-.".utf8.contains(first)
        return starts && text.utf8.allSatisfy { "0123456789abcdefABCDEFxXoO_+-.:tTzZinIN ".utf8.contains($0) }
    }

    private static func isPrintableLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "\t" || isPrintable($0) }
    }

    /// What libyaml and Go accept in a text and no reader takes for a line break.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where isPrintable(scalar): quoted.unicodeScalars.append(scalar)
            default: quoted += escape(scalar)
            }
        }
        return quoted + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        func hex(_ width: Int) -> String {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        if scalar.value < 0x100 { return "\\x" + hex(2) }
        return scalar.value < 0x10000 ? "\\u" + hex(4) : "\\U" + hex(8)
    }
}

extension String {
    /// The parts between single occurrences of `separator`, empty ones included.
    fileprivate func split(_ separator: Character) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
