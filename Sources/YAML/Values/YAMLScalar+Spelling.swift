/// The texts in which readers of YAML 1.1 and of YAML 1.2 see the same number.
extension YAMLScalar {
    private static let words: Set<String> = {
        let infinite = [".inf", ".Inf", ".INF"].flatMap { [$0, "+" + $0, "-" + $0] }
        return Set(infinite + [".nan", ".NaN", ".NAN"])
    }()

    /// Whether `text` is one number to readers of YAML 1.1 (yaml.org/type/int, float) and of 1.2 (10.3.2, core schema):
    /// `1.10` is, and `0123` (83 or 123), `1_000` and `0o7` (a number to one of them only) are not.
    package static func isSameNumberToAllReaders(_ text: String) -> Bool {
        if words.contains(text) { return true }
        var rest = Array(text.utf8)[...]
        if rest.starts(with: "0x".utf8) { return rest.count > 2 && rest.dropFirst(2).allSatisfy(isHexDigit) }
        let isSigned = rest.first.map(isSign) == true
        if isSigned { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        if rest.isEmpty { return isSameWholeNumber(String(decoding: whole, as: UTF8.self)) }
        guard rest.popFirst() == UInt8(ascii: "."), !whole.isEmpty || !isSigned else { return false }
        let fraction = rest.prefix(while: isDigit)
        guard !fraction.isEmpty else { return false }
        return isExponent(rest.dropFirst(fraction.count))
    }

    /// Digits behind a zero are octal to a reader of 1.1 and decimal to one of 1.2.
    private static func isSameWholeNumber(_ digits: String) -> Bool {
        guard digits.count > 1, digits.hasPrefix("0") else { return !digits.isEmpty }
        guard let octal = Int(digits, radix: 8) else { return false }
        return octal == Int(digits)
    }

    /// Nothing, or an exponent with the sign that 1.1 asks for.
    private static func isExponent(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        guard let letter = rest.popFirst() else { return true }
        guard letter | 0x20 == UInt8(ascii: "e"), let sign = rest.popFirst(), isSign(sign) else { return false }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    private static func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
