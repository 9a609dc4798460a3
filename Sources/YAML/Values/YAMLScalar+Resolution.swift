/// The types of plain scalars as Kubernetes sees them: the rules of go-yaml v2 behind `sigs.k8s.io/yaml`, with the
/// words of YAML 1.1 (`on`, `yes`, `y`), octal `0777` and `0o777`, and dates left as text.
extension YAMLScalar {
    /// The meaning of a scalar with `text`; a quoted one is text unless its tag says otherwise.
    package init(text: String, isPlain: Bool, tag: String? = nil) {
        switch tag {
        case nil, "!":
            self = isPlain && tag == nil ? Self.resolve(text) : .string(text)
        case CoreTag.integer, CoreTag.boolean, CoreTag.null:
            self = Self.resolve(text)
        case CoreTag.float:
            let value = Self.resolve(text)
            self = value.double.map(YAMLScalar.float) ?? value
        default:
            self = .string(text)
        }
    }

    private static let words: [String: YAMLScalar] = {
        var words: [String: YAMLScalar] = ["": .null, "~": .null]
        for (value, names) in [
            (YAMLScalar.bool(true), ["y", "yes", "true", "on"]), (.bool(false), ["n", "no", "false", "off"]),
            (.null, ["null"]), (.float(.infinity), [".inf", "+.inf"]), (.float(-.infinity), ["-.inf"]),
            (.float(.nan), [".nan"]),
        ] {
            for name in names {
                words[name] = value
                words[name.uppercased()] = value
                words[capitalised(name)] = value
            }
        }
        words[".NaN"] = .float(.nan)
        return words
    }()

    private static func capitalised(_ name: String) -> String {
        guard let letter = name.firstIndex(where: \.isLetter) else { return name }
        return name[..<letter] + name[letter].uppercased() + name[name.index(after: letter)...]
    }

    private static func resolve(_ text: String) -> YAMLScalar {
        guard let first = text.utf8.first else { return .null }
        if text.utf8.count <= 5, let word = words[text] { return word }
        switch first {
        case UInt8(ascii: "."):
            return goFloat(text).map(YAMLScalar.float) ?? .string(text)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let digits = String(text.filter { $0 != "_" })
            if let number = integer(digits) { return number }
            if isFloat(digits), let number = goFloat(digits) { return .float(number) }
            return .string(text)
        default:
            return .string(text)
        }
    }

    /// A whole number with Go's prefixes; one that needs the 64th bit is given as the nearest float.
    private static func integer(_ text: String) -> YAMLScalar? {
        var digits = text[...]
        var sign = ""
        if let first = digits.first, first == "+" || first == "-" {
            sign = first == "-" ? "-" : ""
            digits = digits.dropFirst()
        }
        var radix = 10
        if digits.count > 1, digits.first == "0" {
            switch digits.dropFirst().first {
            case "x", "X": (radix, digits) = (16, digits.dropFirst(2))
            case "o", "O": (radix, digits) = (8, digits.dropFirst(2))
            case "b", "B": (radix, digits) = (2, digits.dropFirst(2))
            default: (radix, digits) = (8, digits.dropFirst())
            }
        }
        guard let first = digits.first, first != "+", first != "-" else { return nil }
        if let number = Int(sign + digits, radix: radix) { return .int(number) }
        if sign.isEmpty, let number = UInt64(digits, radix: radix) { return .float(Double(number)) }
        return nil
    }

    /// `[-+]?[0-9]*\.?[0-9]+([eE][-+][0-9]+)?`: the exponent needs its sign, so `1e3` is text.
    private static func isFloat(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        func take(_ accepted: (UInt8) -> Bool) -> Int {
            let count = rest.prefix(while: accepted).count
            rest = rest.dropFirst(count)
            return count
        }
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
        if let first = rest.first, isSign(first) { rest = rest.dropFirst() }
        let whole = take(isDigit)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            if take(isDigit) == 0 { return false }
        } else if whole == 0 {
            return false
        }
        if rest.isEmpty { return true }
        guard let letter = rest.popFirst(), letter | 0x20 == UInt8(ascii: "e"), let sign = rest.popFirst(), isSign(sign)
        else { return false }
        return take(isDigit) > 0 && rest.isEmpty
    }

    /// A decimal number as Go parses it; nil where it is too large for a double.
    private static func goFloat(_ text: String) -> Double? {
        let allowed = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
        }
        guard allowed, let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
