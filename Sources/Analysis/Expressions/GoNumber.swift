/// Numbers as Go's `strconv` reads and writes them.
enum GoNumber {
    /// A decimal integer with an optional sign, nothing around it; nil where Go's ParseInt refuses.
    static func int(_ text: String) -> Int? {
        let digits =
            text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } == true
            ? text.utf8.dropFirst() : text.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    /// A decimal or hexadecimal number, `inf`, `infinity` or `nan` in any case; nil where Go's ParseFloat refuses.
    static func float(_ text: String) -> Double? {
        let unsigned =
            text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } == true
            ? text.dropFirst() : text[...]
        switch unsigned.lowercased() {
        case "inf", "infinity": return text.hasPrefix("-") ? -.infinity : .infinity
        case "nan": return text.count == 3 ? .nan : nil
        default: break
        }
        guard let first = unsigned.utf8.first, (0x30...0x39).contains(first) || first == UInt8(ascii: ".") else {
            return nil
        }
        // Go calls a number that overflows a range error.
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The integer part, as a conversion on amd64 gives it: what does not fit becomes the smallest integer.
    static func truncated(_ double: Double) -> Int { Int(exactly: double.rounded(.towardZero)) ?? .min }

    /// The shortest decimal text that reads back as the same number, without a trailing `.0`.
    static func text(_ double: Double) -> String {
        if double.isNaN { return "NaN" }
        if double.isInfinite { return double > 0 ? "+Inf" : "-Inf" }
        let text = double.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
