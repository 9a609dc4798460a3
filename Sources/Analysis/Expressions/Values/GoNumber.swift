/// Numbers as Go's `strconv` reads and writes them.
enum GoNumber {
    /// Why a text is not a number.
    enum Problem: Error {
        case syntax, range

        var message: String { self == .syntax ? "invalid syntax" : "value out of range" }
    }

    /// A decimal integer with an optional sign, nothing around it; nil where Go's ParseInt refuses.
    static func int(_ text: String) -> Int? { try? integer(text) }

    static func integer(_ text: String) throws(Problem) -> Int {
        let digits = unsigned(text)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .syntax }
        guard let int = Int(text) else { throw .range }
        return int
    }

    /// A decimal or hexadecimal number, `inf`, `infinity` or `nan` in any case; nil where Go's ParseFloat refuses.
    static func float(_ text: String) -> Double? { try? number(text) }

    static func number(_ text: String) throws(Problem) -> Double {
        guard !text.utf8.contains(UInt8(ascii: "_")) else { return try number(try withoutUnderscores(text)) }
        let unsigned = unsigned(text)
        switch unsigned.lowercased() {
        case "inf", "infinity": return text.hasPrefix("-") ? -.infinity : .infinity
        case "nan":
            guard unsigned.count == text.count else { throw .syntax }
            return .nan
        default: break
        }
        let isHexadecimal = unsigned.hasPrefix("0x") || unsigned.hasPrefix("0X")
        let mantissa = unsigned.prefix { $0 != "p" && $0 != "P" && (isHexadecimal || $0 != "e" && $0 != "E") }
        let digits = (isHexadecimal ? mantissa.dropFirst(2) : mantissa).filter { $0 != "." }
        let exponent = unsigned.dropFirst(mantissa.count)
        guard !digits.isEmpty, mantissa.filter({ $0 == "." }).count <= 1,
            digits.allSatisfy({ isHexadecimal ? $0.isASCII && $0.isHexDigit : ("0"..."9").contains($0) }),
            isExponent(exponent, required: isHexadecimal)
        else { throw .syntax }
        guard let value = Double(text.filledIn(mantissa: mantissa, exponent: exponent)) else { throw .syntax }
        // Go calls a number that overflows a range error.
        guard value.isFinite else { throw .range }
        return value
    }

    /// Underscores may stand between digits, as in Go's own numbers.
    private static func withoutUnderscores(_ text: String) throws(Problem) -> String {
        let bytes = Array(text.utf8)
        for (position, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
            guard position > 0, position + 1 < bytes.count, isDigit(bytes[position - 1]), isDigit(bytes[position + 1])
            else { throw .syntax }
        }
        return text.filter { $0 != "_" }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20) || byte | 0x20 == UInt8(ascii: "x")
    }

    private static func unsigned(_ text: String) -> Substring {
        text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } == true
            ? text.dropFirst() : text[...]
    }

    private static func isExponent(_ text: Substring, required: Bool) -> Bool {
        guard !text.isEmpty else { return !required }
        var digits = text.dropFirst()
        if digits.first == "+" || digits.first == "-" { digits.removeFirst() }
        return !digits.isEmpty && digits.allSatisfy { ("0"..."9").contains($0) }
    }

    /// The integer part, as a conversion on amd64 gives it: what does not fit becomes the smallest integer.
    static func truncated(_ double: Double) -> Int { Int(exactly: double.rounded(.towardZero)) ?? .min }

    /// The shortest decimal text that reads back as the same number, without a trailing `.0`.
    static func text(_ double: Double) -> String {
        guard double.isFinite else { return notFinite(double) }
        let text = double.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// `%v`: with an exponent below 1e-4 and from 1e6.
    static func general(_ double: Double) -> String {
        guard double.isFinite else { return notFinite(double) }
        let digits = Decimals(double)
        return (-4..<6).contains(digits.exponent) ? digits.plain : digits.scientific(minimumExponentDigits: 2)
    }

    /// As encoding/json writes it: with an exponent below 1e-6 and from 1e21; nil where JSON has no such number.
    static func json(_ double: Double) -> String? {
        guard double.isFinite else { return nil }
        let digits = Decimals(double)
        return double == 0 || (-6..<21).contains(digits.exponent)
            ? digits.plain : digits.scientific(minimumExponentDigits: 1)
    }

    static func notFinite(_ double: Double) -> String { double.isNaN ? "NaN" : double > 0 ? "+Inf" : "-Inf" }
}

/// The shortest digits of a finite number.
private struct Decimals {
    private let isNegative: Bool
    private let digits: [Character]
    /// Of the first digit: 0 for 1 to 9.
    let exponent: Int

    init(_ double: Double) {
        isNegative = double.sign == .minus
        var text = double.magnitude.description[...]
        var scale = 0
        if let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            scale = Int(text[text.index(after: mark)...]) ?? 0
            text = text[..<mark]
        }
        let whole = text.prefix { $0 != "." }
        var all = Array(whole + text.dropFirst(whole.count + 1))
        var point = whole.count + scale
        while all.count > 1, all.first == "0" {
            all.removeFirst()
            point -= 1
        }
        while all.count > 1, all.last == "0" { all.removeLast() }
        digits = all
        exponent = all == ["0"] ? 0 : point - 1
    }

    private var sign: String { isNegative ? "-" : "" }

    var plain: String {
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + String(digits) }
        let whole = digits.prefix(exponent + 1)
        let fraction = digits.dropFirst(exponent + 1)
        let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
        return sign + String(whole) + zeros + (fraction.isEmpty ? "" : "." + String(fraction))
    }

    func scientific(minimumExponentDigits: Int) -> String {
        let power = String(exponent.magnitude)
        let padding = String(repeating: "0", count: max(0, minimumExponentDigits - power.count))
        let fraction = digits.count > 1 ? "." + String(digits.dropFirst()) : ""
        return sign + String(digits.prefix(1)) + fraction + "e" + (exponent < 0 ? "-" : "+") + padding + power
    }
}

extension String {
    /// The number with a digit on both sides of its point, as Swift wants it.
    fileprivate func filledIn(mantissa: Substring, exponent: Substring) -> String {
        let sign = hasPrefix("-") ? "-" : ""
        var digits = String(mantissa)
        if digits.hasPrefix(".") { digits = "0" + digits }
        if digits.hasSuffix(".") { digits += "0" }
        return sign + digits + exponent
    }
}
