/// Numbers as tables and documents write them: decimal ones, and words for what is none.
enum DecimalNumber {
    /// Nil for anything else: other bases, grouped digits, units.
    static func read(_ text: String) -> Double? {
        if let word = words[text.lowercased()] { return word }
        guard isDecimal(text), let number = Double(text), number.isFinite else { return nil }
        return number
    }

    /// The words alone, which JSON has to write as text.
    static func word(_ text: String) -> Double? { words[text.lowercased()] }

    private static let words: [String: Double] = [
        "nan": .nan, ".nan": .nan, "inf": .infinity, "+inf": .infinity, "-inf": -.infinity, ".inf": .infinity,
        "+.inf": .infinity, "-.inf": -.infinity, "infinity": .infinity, "+infinity": .infinity,
        "-infinity": -.infinity,
    ]

    /// `[+-]?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][+-]?[0-9]+)?` with at least one digit before the exponent; a leading zero would
    /// be octal to some readers.
    private static func isDecimal(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func take(_ accepted: (UInt8) -> Bool) -> Substring.UTF8View {
            let taken = rest.prefix(while: accepted)
            rest = rest[taken.endIndex...]
            return taken
        }
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
        if let first = rest.first, isSign(first) { rest = rest.dropFirst() }
        let whole = take(isDigit)
        if whole.count > 1, whole.first == UInt8(ascii: "0") { return false }
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = take(isDigit).count
        }
        guard whole.count + fraction > 0 else { return false }
        guard let letter = rest.first else { return true }
        guard letter | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, isSign(sign) { rest = rest.dropFirst() }
        return !take(isDigit).isEmpty && rest.isEmpty
    }

    /// The digits of `1,000` or `12,345.6`, whose commas stand between thousands; nil for anything else.
    private static func withoutGroups(_ text: String) -> String? {
        let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last, (1...3).contains(first.count),
            first.first != "0", first.allSatisfy(\.isNumber),
            parts.dropFirst().dropLast().allSatisfy({ $0.count == 3 }),
            last.prefix(while: { $0 != "." }).count == 3
        else { return nil }
        let digits = text.filter { $0 != "," }
        return read(digits) == nil ? nil : digits
    }

    /// What to do about a text that is no number.
    static func hint(for text: String) -> String {
        if isDecimal(text) { return "it is too large for a number" }
        if let digits = withoutGroups(text) { return "write it without separators: \(digits)" }
        let isComma = text.contains(",") && read(text.replacing(",", with: ".")) != nil
        if isComma { return "write it with a point: \(text.replacing(",", with: "."))" }
        let digits = text.filter { $0 != "," && $0 != "_" && $0 != " " && $0 != "'" }
        if digits != text, read(digits) != nil { return "write it without separators: \(digits)" }
        if text.count > 1, text.first == "0", text.allSatisfy(\.isNumber) { return "write it without the leading zero" }
        let number = text.prefix { $0.isNumber || ".+-".contains($0) }
        if !number.isEmpty, number.endIndex < text.endIndex, read(String(number)) != nil {
            return "write the number alone, without its unit: \(number)"
        }
        return "a number such as 212 or 0.031; NaN where nothing was measured"
    }
}

extension String {
    fileprivate func replacing(_ text: Character, with other: Character) -> String {
        String(map { $0 == text ? other : $0 })
    }
}
