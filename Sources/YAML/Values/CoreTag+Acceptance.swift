/// What may stand behind an explicit tag.
extension CoreTag {
    /// Why `tree` cannot be written behind `tag`; nil where it can.
    static func refusal(of tree: YAMLTree, behind tag: String) -> String? {
        let name = tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
        if let (kind, accepts) = types[tag] { return accepts(tree) ? nil : "the tag \(name) takes \(kind) only" }
        if tag.hasPrefix(prefix) { return "no other value is written behind the tag \(name)" }
        guard let scalar = tree.scalar, scalar.string == nil else { return nil }
        return "what \(scalar.summary) means behind the tag \(name) is not known"
    }

    private static let types: [String: (kind: String, accepts: @Sendable (YAMLTree) -> Bool)] = [
        "!": ("text", { $0.string != nil }),
        string: ("text", { $0.string != nil }),
        integer: ("whole numbers", { $0.int != nil }),
        float: ("numbers", { $0.scalar?.double != nil }),
        boolean: ("true and false", { $0.bool != nil }),
        null: ("null", { $0.scalar == .null }),
        binary: ("base64", { $0.string.map(isBase64) == true }),
        timestamp: ("dates and times", { $0.string.map(isTimestamp) == true }),
        mapping: ("mappings", { if case .mapping = $0.content { true } else { false } }),
        sequence: ("lists", { if case .sequence = $0.content { true } else { false } }),
    ]

    /// RFC 4648, section 4, padding included.
    private static func isBase64(_ text: String) -> Bool {
        let digits = text.utf8.filter { !" \n".utf8.contains($0) }
        let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return digits.count.isMultiple(of: 4) && padding <= 2
            && digits.dropLast(padding).allSatisfy { byte in
                isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            }
    }

    /// A date, or a date and a time with every part in two digits: the forms that all readers take.
    private static func isTimestamp(_ text: String) -> Bool {
        let form = String(decoding: text.utf8.map { isDigit($0) ? UInt8(ascii: "0") : $0 }, as: UTF8.self)
        return ["0000-00-00", "0000-00-00T00:00:00Z", "0000-00-00T00:00:00+00:00", "0000-00-00T00:00:00-00:00"]
            .contains(form)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
